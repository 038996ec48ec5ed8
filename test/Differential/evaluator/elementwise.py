#===- elementwise.py - One element of a result from one of each input ----===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import math

import numpy as np

from .registry import operator, rounded, wide

# The constants of Selu, to the digits that the specification gives.
SELU_ALPHA, SELU_GAMMA = 1.67326319217681884765625, 1.05070102214813232421875


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def erf(x):
    return np.array([math.erf(value) for value in x.reshape(-1)], np.float64).reshape(x.shape)


def gelu(node, x):
    if node.get("approximate", "none") == "tanh":
        return x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))
    return x / 2 * (1 + erf(x / math.sqrt(2)))


def shrink(node, x):
    bound, bias = node.get("lambd", 0.5), node.get("bias", 0.0)
    return np.where(x < -bound, x + bias, np.where(x > bound, x - bias, 0))


REAL_FUNCTIONS = {
    "Acos": np.arccos, "Acosh": np.arccosh, "Asin": np.arcsin, "Asinh": np.arcsinh, "Atan": np.arctan,
    "Atanh": np.arctanh, "Ceil": np.ceil, "Cos": np.cos, "Cosh": np.cosh, "Erf": erf, "Exp": np.exp,
    "Floor": np.floor, "Log": np.log, "Round": np.rint, "Sigmoid": sigmoid, "Sin": np.sin,
    "Sinh": np.sinh, "Softplus": lambda x: np.logaddexp(x, 0), "Softsign": lambda x: x / (1 + np.abs(x)),
    "Sqrt": np.sqrt, "Tan": np.tan, "Tanh": np.tanh,
    "HardSwish": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "Mish": lambda x: x * np.tanh(np.logaddexp(x, 0)),
}

# Those with attributes.
PARAMETRIC = {
    "Celu": lambda n, x: np.maximum(0, x) + np.minimum(0, n.get("alpha", 1.0) * np.expm1(x / n.get("alpha", 1.0))),
    "Elu": lambda n, x: np.where(x < 0, n.get("alpha", 1.0) * np.expm1(x), x),
    "Gelu": gelu,
    "HardSigmoid": lambda n, x: np.clip(n.get("alpha", 0.2) * x + n.get("beta", 0.5), 0, 1),
    "LeakyRelu": lambda n, x: np.where(x < 0, n.get("alpha", 0.01) * x, x),
    "Selu": lambda n, x: n.get("gamma", SELU_GAMMA) * np.where(x > 0, x, n.get("alpha", SELU_ALPHA) * np.expm1(x)),
    "Shrink": shrink,
    "Swish": lambda n, x: x * sigmoid(n.get("alpha", 1.0) * x),
    "ThresholdedRelu": lambda n, x: np.where(x > n.get("alpha", 1.0), x, 0),
}


@operator(*REAL_FUNCTIONS)
def real_function(node, x):
    return rounded(REAL_FUNCTIONS[node.op](wide(x)), x)


@operator(*PARAMETRIC)
def parametric(node, x):
    return rounded(PARAMETRIC[node.op](node, wide(x)), x)


SAME_TYPE = {
    "Abs": np.abs, "Neg": np.negative, "Sign": np.sign, "BitwiseNot": np.invert, "Not": np.logical_not,
    "Relu": lambda x: np.maximum(x, 0), "Identity": lambda x: x, "IsNaN": np.isnan,
    "Reciprocal": lambda x: 1 / x,
}


@operator(*SAME_TYPE)
def same_type(node, x):
    result = SAME_TYPE[node.op](x)
    return result if node.op == "IsNaN" else rounded(result, x)


def divide(a, b):
    if a.dtype.kind == "f":
        return a / b
    quotient = np.abs(a) // np.abs(b)  # Of integers, towards zero.
    return np.where((a < 0) != (b < 0), -quotient, quotient) if a.dtype.kind == "i" else a // b


def modulo(node, a, b):
    return np.fmod(a, b) if node.get("fmod", 0) else np.mod(a, b)


def power(a, b):
    if a.dtype.kind == "f":
        return np.power(wide(a), wide(b))
    return np.power(a.astype(np.int64), b.astype(np.int64)) if b.dtype.kind in "iu" else np.power(wide(a), wide(b))


def shift(node, a, b):
    return a << b if node.get("direction") == "LEFT" else a >> b


BINARY = {
    "Add": lambda n, a, b: a + b, "Sub": lambda n, a, b: a - b, "Mul": lambda n, a, b: a * b,
    "Div": lambda n, a, b: divide(a, b), "Mod": modulo, "Pow": lambda n, a, b: power(a, b),
    "BitShift": shift, "BitwiseAnd": lambda n, a, b: a & b, "BitwiseOr": lambda n, a, b: a | b,
    "BitwiseXor": lambda n, a, b: a ^ b, "PRelu": lambda n, a, b: np.where(a < 0, a * b, a),
}
PREDICATES = {
    "And": np.logical_and, "Or": np.logical_or, "Xor": np.logical_xor, "Equal": np.equal,
    "Greater": np.greater, "GreaterOrEqual": np.greater_equal, "Less": np.less, "LessOrEqual": np.less_equal,
}
VARIADIC = {
    "Max": lambda values: np.maximum.reduce(values), "Min": lambda values: np.minimum.reduce(values),
    "Sum": sum, "Mean": lambda values: sum(values) / len(values),
}


@operator(*BINARY)
def binary(node, a, b):
    return rounded(BINARY[node.op](node, a, b), a)


@operator(*PREDICATES)
def predicate(node, a, b):
    return PREDICATES[node.op](a, b)


@operator(*VARIADIC)
def variadic(node, *values):
    return rounded(VARIADIC[node.op](np.broadcast_arrays(*values)), values[0])


@operator("Where")
def where(node, condition, a, b):
    return np.where(condition, a, b)


@operator("Clip")
def clip(node, x, low=None, high=None):
    low = node.get("min") if low is None else low  # An attribute before version 11.
    high = node.get("max") if high is None else high
    x = x if low is None else np.maximum(x, rounded(low, x))
    return x if high is None else np.minimum(x, rounded(high, x))


@operator("IsInf")
def is_inf(node, x):
    return ((x == np.inf) & bool(node.get("detect_positive", 1))
            | (x == -np.inf) & bool(node.get("detect_negative", 1)))


@operator("Dropout")
def dropout(node, x, *rest):
    return (x, np.ones(x.shape, bool))[:node.outputs]
