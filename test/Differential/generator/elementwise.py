#===- elementwise.py - Draws one element from one of each operand --------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np

from .graph import INTEGERS, KINDS, Rejected
from .registry import draws

# Where functions are defined and not too steep.
RANGES = {"Acos": (-0.95, 0.95), "Acosh": (1.05, 5), "Asin": (-0.95, 0.95), "Atanh": (-0.95, 0.95), "Log": (0.1, 5),
          "Sqrt": (0.05, 6), "Reciprocal": (0.2, 4), "Tan": (-1.3, 1.3), "Ceil": (-9, 9), "Floor": (-9, 9),
          "Round": (-9, 9)}
FUNCTIONS = """Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Erf Exp Floor HardSwish Identity Log Neg
    Reciprocal Relu Round Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Tan Tanh""".split()
SINCE = {"HardSwish": 14}


@draws("elementwise", weight=4)
def function(g):
    op = g.pick(FUNCTIONS)
    if SINCE.get(op, 0) > g.opset:
        raise Rejected("not in this version")
    low, high = RANGES.get(op, (-3, 3))
    kind = ("f32",) if g.chance(0.8) else ("f64",)
    x = g.tensor(kind, low=low, high=high) if g.chance(0.6) else g.fresh(kind[0], g.shape(g.int(0, 5)), low, high)
    g.node(op, [x])


PARAMETERS = {
    "Celu": (12, ["alpha"]), "Elu": (6, ["alpha"]), "HardSigmoid": (6, ["alpha", "beta"]), "LeakyRelu": (6, ["alpha"]),
    "Selu": (6, ["alpha", "gamma"]), "Shrink": (9, ["lambd", "bias"]), "ThresholdedRelu": (10, ["alpha"]),
    "Swish": (24, ["alpha"]), "Mish": (18, []), "Gelu": (20, []),
}


@draws("elementwise", weight=3)
def activation(g):
    op = g.pick(PARAMETERS)
    since, names = PARAMETERS[op]
    if since > g.opset:
        raise Rejected("not in this version")
    attributes = {name: float(round(g.random.uniform(0.1, 1.5), 3)) for name in names if g.chance(0.7)}
    if op == "Gelu" and g.chance(0.5):
        attributes["approximate"] = "tanh"
    g.node(op, [g.tensor(low=-4, high=4)], **attributes)


def second(g, x, low=-2, high=2, kind=None):
    """An operand that broadcasts with x, now and then to a larger shape."""
    shape = [g.int(2, 3) if n == 1 and g.chance(0.3) else n for n in x.shape]
    shape = [g.int(1, 3)] + shape if x.rank < 5 and g.chance(0.1) else shape
    shape = g.broadcastable(shape)
    same = [v for v in g.values if v.kind == x.kind and v.shape == x.shape and v is not x
            and not (v.is_rounded and v.kind == "f16")]
    if same and kind is None and g.chance(0.5):
        return g.pick(same)
    return g.fresh(kind or x.kind, shape, low, high)


def in_any_order(g, x, y):
    return [x, y] if g.chance(0.6) else [y, x]


@draws("elementwise", weight=4)
def arithmetic(g):
    x = g.tensor(g.pick(["f32", "f32", "f32", "f64", "f16"]))
    g.node(g.pick(["Add", "Sub", "Mul"]), in_any_order(g, x, second(g, x)))


@draws("elementwise")
def division(g):
    x = g.tensor(g.pick(["f32", "f32", "f64", "f16"]))
    g.node("Div", [x, second(g, x, 0.3, 3, kind=x.kind)])


@draws("elementwise")
def powers(g):
    kind = g.pick(["f32", "f32", "f64"])
    x = g.fresh(kind, g.shape(g.int(0, 4)), 0.2, 3)
    if g.chance(0.4):  # Whole exponents take negative bases.
        x = g.tensor(kind, (0, 4))
        g.node("Pow", [x, g.fresh(g.pick(["i32", "i64", kind]), [], 2, 2, is_constant=True)])
    else:
        g.node("Pow", [x, second(g, x, -2, 2, kind=kind)])


@draws("elementwise", since=14)
def integer_arithmetic(g):
    x = g.tensor(INTEGERS, low=-9, high=9)
    g.node(g.pick(["Add", "Sub", "Mul"]), in_any_order(g, x, second(g, x, -9, 9)))


@draws("elementwise", since=14)
def integer_division(g):
    x = g.tensor(INTEGERS, low=-20, high=20)
    g.node("Div", [x, second(g, x, 1, 5, kind=x.kind)])


@draws("elementwise")
def remainder(g):
    is_float = g.chance(0.3)
    x = g.tensor("f32" if is_float else INTEGERS, low=-20, high=20)
    g.node("Mod", [x, second(g, x, 1, 5, kind=x.kind)], fmod=1 if is_float else g.int(0, 1))


@draws("elementwise")
def bit_shift(g):
    x = g.tensor(("u8", "u16", "u32", "u64"), low=0, high=200)
    g.node("BitShift", [x, second(g, x, 0, 7, kind=x.kind)], direction=g.pick(["LEFT", "RIGHT"]))


@draws("elementwise", since=18)
def bitwise(g):
    x = g.tensor(INTEGERS, low=-100, high=100)
    op = g.pick(["BitwiseAnd", "BitwiseOr", "BitwiseXor", "BitwiseNot"])
    g.node(op, [x] if op == "BitwiseNot" else [x, second(g, x, -100, 100)])


@draws("elementwise", weight=2)
def comparison(g):
    op = g.pick(["Equal", "Less", "Greater"] + ["LessOrEqual", "GreaterOrEqual"] * (g.opset >= 16))
    kinds = ("f32", "f32", "f64", "f16", "i32", "i64") + (INTEGERS if op != "Equal" else ())
    x = g.tensor(g.pick(kinds), low=-3, high=3)
    g.node(op, in_any_order(g, x, second(g, x, -3, 3)))


@draws("elementwise")
def logic(g):
    x = g.tensor("bool")
    op = g.pick(["And", "Or", "Xor", "Not"])
    g.node(op, [x] if op == "Not" else [x, second(g, x)])


@draws("elementwise", weight=2)
def where(g):
    x = g.tensor(("f32", "f64", "f16", "i32", "i64", "u8", "bool"))
    condition = [v for v in g.values if v.kind == "bool" and v.shape == x.shape]
    condition = g.pick(condition) if condition else g.fresh("bool", g.broadcastable(x.shape))
    g.node("Where", broadcasting([condition] + in_any_order(g, x, second(g, x))))


def broadcasting(values):
    """The values, if all of them broadcast with each other."""
    try:
        np.broadcast_shapes(*[tuple(value.shape) for value in values])
    except ValueError as error:
        raise Rejected("shapes do not fit") from error
    return values


@draws("elementwise", since=13)
def extremes(g):
    x = g.tensor(("f32", "f32", "f64", "f16", "i32", "i64") + INTEGERS, low=-5, high=5)
    others = [second(g, x, -5, 5) for _ in range(g.int(0, 2))]
    g.node(g.pick(["Max", "Min"]), broadcasting([x] + others))


@draws("elementwise", since=13)
def sums(g):
    x = g.tensor(("f32", "f64"))
    g.node(g.pick(["Sum", "Mean"]), broadcasting([x] + [second(g, x) for _ in range(g.int(0, 2))]))


@draws("elementwise", since=13)
def clip(g):
    x = g.tensor(("f32", "f32", "f64", "f16") + INTEGERS, low=-5, high=5)
    low = g.fresh(x.kind, [], -2, 0) if g.chance(0.7) else None
    high = g.fresh(x.kind, [], 1, 3) if g.chance(0.7) else None
    g.node("Clip", [x, low, high])


@draws("elementwise")
def prelu(g):
    x = g.tensor(rank=(1, 5))
    shape = [n if g.chance(0.7) else 1 for n in x.shape]
    g.node("PRelu", [x, g.fresh("f32", shape[g.int(0, len(shape) - 1):], 0.1, 0.9)])


@draws("elementwise", weight=3)
def cast(g):
    x = g.tensor(tuple(KINDS), low=-9, high=9)
    to = g.pick([kind for kind in KINDS if kind not in (x.kind, "u64", "bf16")])
    if x.kind in ("f32", "f64", "f16", "bf16") and to in INTEGERS and (to[0] == "u" or to == "i8") \
            and (x.array.min() <= -1 or x.array.max() > 127):
        raise Rejected("undefined outside of the type")
    g.node("Cast", [x], to=KINDS[to])


@draws("elementwise", since=15)
def cast_like(g):
    x, like = g.tensor(("f32", "i32", "u8", "bool")), g.tensor(("f32", "f64", "i64", "f16", "i32"))
    g.node("CastLike", [x, like])


@draws("elementwise", since=13)
def brain_float(g):
    """To BFLOAT16 and, after a move of the elements, back."""
    x = g.node("Cast", [g.tensor(("f32", "i32"))], to=KINDS["bf16"])
    if x.rank and g.chance(0.5):
        x = g.node("Transpose", [x])
    g.node("Cast", [x], to=KINDS["f32"])


@draws("elementwise")
def tests_of_floats(g):
    x = g.tensor(("f32", "f64"))
    g.node(g.pick(["IsNaN", "IsInf"]), [g.node("Div", [x, x])] if g.chance(0.1) else [x])


@draws("elementwise", since=13)
def dropout(g):
    g.node("Dropout", [g.tensor()], outputs=g.int(1, 2))
