#===- element_types.py - Operators at every element type ------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Compiles one model with each operator at each element type, and compares what
it computes with exact integers and fractions: element_types.py WRITER FOLDER

Floats go in and out as their bits, so that NaN and infinities do too.
"""
import math
import os
import random
import subprocess
import sys
from fractions import Fraction

import numpy as np

INTEGERS = {"i8": (8, True), "u8": (8, False), "i16": (16, True), "u16": (16, False),
            "i32": (32, True), "u32": (32, False), "i64": (64, True), "u64": (64, False)}
# Bits of the fraction, smallest normal and largest exponent.
FLOATS = {"f16": (10, -14, 15), "bf16": (7, -126, 127), "f32": (23, -126, 127),
          "f64": (52, -1022, 1023)}
CODES = {"f16": "u16", "bf16": "u16", "f32": "u32", "f64": "u64"}
ONNX = {"f32": 1, "u8": 2, "i8": 3, "u16": 4, "i16": 5, "i32": 6, "i64": 7, "bool": 9, "f16": 10,
        "f64": 11, "u32": 12, "u64": 13, "bf16": 16}
NAN, INFINITY = float("nan"), float("inf")


def numpy_type(kind):
    return np.dtype({"f": "<f", "i": "<i", "u": "<u"}[kind[0]] + str(int(kind[1:]) // 8))


def wrap(value, kind):
    bits, is_signed = INTEGERS[kind]
    value &= (1 << bits) - 1
    return value - (1 << bits) if is_signed and value >> (bits - 1) else value


def decode(code, kind):
    """The number of a float's bits; bf16 and f16 are exact in a Python float."""
    if kind == "bf16":
        return decode(code << 16, "f32")
    return float(np.array([code], numpy_type(CODES[kind])).view(numpy_type(kind))[0])


def encode(value, kind):
    """The bits of the float nearest to a number, ties to even."""
    fraction, least, most = FLOATS[kind]
    bias, infinite = most, (2 * most + 1) << fraction
    sign = int(math.copysign(1, value) < 0) << (fraction + (2 * most + 2).bit_length() - 1)
    if value != value:
        return None
    if abs(value) == INFINITY:
        return sign | infinite
    exact = abs(Fraction(value))
    if exact == 0:
        return sign
    exponent = exact.numerator.bit_length() - exact.denominator.bit_length()
    exponent -= exact < Fraction(2) ** exponent
    exponent = max(least, min(most, exponent))
    steps = round(exact / Fraction(2) ** (exponent - fraction))  # Ties to even.
    if exponent > least or steps >> fraction:
        steps += (exponent + bias - 1) << fraction
    return sign | min(steps, infinite)


def truncate(value, kind):
    """A float as an integer: cut off, saturated at i32 or at 64 bits, wrapped."""
    bits, is_signed = INTEGERS[kind]
    wide = bits == 64 or kind == "u32"
    low, high = (-1 << 63, (1 << 63) - 1) if wide else (-1 << 31, (1 << 31) - 1)
    if kind == "u64":
        high = (1 << 64) - 1
    if value != value:
        return 0
    cut = value if abs(value) == INFINITY else math.trunc(value)
    return wrap(int(max(low, min(high, cut))), kind)


def quotient(a, b):
    return 0 if b == 0 else abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def remainder(a, b):
    return 0 if b == 0 else a - b * quotient(a, b)


def power(a, b):
    if b < 0:
        return {1: 1, -1: -1 if b % 2 else 1}.get(a, 0)
    return pow(a, b, 1 << 64)


class Model:
    """The text of the model, its inputs, and what its outputs are to be."""

    def __init__(self):
        self.lines, self.inputs, self.expected = ["model types opset=26"], {}, {}

    def input(self, name, kind, values):
        self.lines.append("input %s %s[1,%d]" % (name, kind, len(values)))
        self.inputs[name] = np.array([values], numpy_type(kind))

    def check(self, name, node, kind, values, tolerance=None):
        """An output of type `kind`; floats are compared by their bits."""
        self.lines.append("node %s = %s" % (name, node))
        if kind in FLOATS and tolerance is None:
            self.lines.append("node %s_bits = BitCast(%s) {to=%d}" % (name, name, ONNX[CODES[kind]]))
            name += "_bits"
        self.lines.append("output " + name)
        self.expected[name] = (kind, values, tolerance)


def integer_values(kind, seed):
    bits, is_signed = INTEGERS[kind]
    low, high = (-1 << (bits - 1), (1 << (bits - 1)) - 1) if is_signed else (0, (1 << bits) - 1)
    edges = [v for v in (0, 1, 2, 3, 7, -1, -2, -3, -7, bits - 1, bits, low, low + 1, high, high - 1)
             if low <= v <= high]
    pick = random.Random(seed)
    pairs = [(a, b) for a in edges for b in edges]
    pairs += [(pick.randint(low, high), pick.randint(low, high)) for _ in range(40)]
    pairs += [(pick.randint(low, high), wrap(pick.randint(-9, 9), kind)) for _ in range(40)]
    return [list(values) for values in zip(*pairs)]


def add_integers(model, kind):
    x, y = integer_values(kind, 1)
    model.input("x_" + kind, kind, x)
    model.input("y_" + kind, kind, y)
    bits, is_signed = INTEGERS[kind]

    def binary(op, function, result=kind, attributes=""):
        name = "%s_%s%s" % (op, kind, "".join(c for c in attributes if c.isalnum()))
        model.check(name, "%s(x_%s, y_%s) {%s}" % (op, kind, kind, attributes), result,
                    [wrap(function(a, b), kind) if result == kind else function(a, b)
                     for a, b in zip(x, y)])

    def unary(op, function):
        model.check("%s_%s" % (op, kind), "%s(x_%s)" % (op, kind), kind,
                    [wrap(function(a), kind) for a in x])

    binary("Add", lambda a, b: a + b)
    binary("Sub", lambda a, b: a - b)
    binary("Mul", lambda a, b: a * b)
    binary("Div", quotient)
    binary("Mod", lambda a, b: 0 if b == 0 else a % b)
    binary("Mod", remainder, attributes="fmod=1")
    binary("Min", min)
    binary("Max", max)
    binary("Pow", power)
    binary("BitwiseAnd", lambda a, b: a & b)
    binary("BitwiseOr", lambda a, b: a | b)
    binary("BitwiseXor", lambda a, b: a ^ b)
    for op, function in (("Equal", lambda a, b: a == b), ("Less", lambda a, b: a < b),
                         ("LessOrEqual", lambda a, b: a <= b), ("Greater", lambda a, b: a > b),
                         ("GreaterOrEqual", lambda a, b: a >= b)):
        binary(op, function, "bool")
    unary("BitwiseNot", lambda a: ~a)
    unary("Abs", abs)
    unary("Sign", lambda a: (a > 0) - (a < 0))
    if is_signed:
        unary("Neg", lambda a: -a)
        unary("Relu", lambda a: max(a, 0))
    else:
        binary("BitShift", lambda a, b: a << b if b < bits else 0, attributes="direction='LEFT'")
        binary("BitShift", lambda a, b: a >> b, attributes="direction='RIGHT'")
    low, high = sorted((x[3], x[40]))
    model.lines += ["init low_%s %s[] %d" % (kind, kind, low), "init high_%s %s[] %d" % (kind, kind, high)]
    model.check("Clip_" + kind, "Clip(x_%s, low_%s, high_%s)" % (kind, kind, kind), kind,
                [max(low, min(high, a)) for a in x])
    for op, function in (("ReduceSum", sum), ("ReduceMax", max), ("ReduceMin", min),
                         ("ReduceProd", math.prod), ("ReduceL1", lambda v: sum(map(abs, v)))):
        model.check("%s_%s" % (op, kind), "%s(x_%s)" % (op, kind), kind, [wrap(function(x), kind)])
    for op, function in (("ArgMax", max), ("ArgMin", min)):
        model.check("%s_%s" % (op, kind), "%s(x_%s) {axis=1}" % (op, kind), "i64", [x.index(function(x))])
    for to in ONNX:
        if to != kind:
            model.check("Cast_%s_%s" % (kind, to), "Cast(x_%s) {to=%d}" % (kind, ONNX[to]), to,
                        [bool(a) if to == "bool" else encode(Fraction(a), to) if to in FLOATS
                         else wrap(a, to) for a in x])


def float_codes(kind):
    fraction, least, most = FLOATS[kind]
    top = 1 << (fraction + (2 * most + 2).bit_length() - 1)
    infinite = (2 * most + 1) << fraction
    codes = [0, 1, 2, 3, (1 << fraction) - 1, 1 << fraction, infinite - 1, infinite, infinite + 1,
             infinite | 1 << (fraction - 1)]
    for value in (0.5, 1, 1.5, 2.5, 3.5, 7, 100, 255.5, 65504, 65519.9, 65520, 65536, 2.0**31, 2.0**32,
                  2.0**63, 2.0**64, 2.0**31 - 1, 6e-8, 3e-8, 2.0**-25, 2.0**-24 * 1.5, 1 + 2.0**-11,
                  1 + 2.0**-11 + 2.0**-40, 1 + 2.0**-8 + 2.0**-40, 3e38, 1e-40):
        codes.append(encode(value, kind))
    codes += [code | top for code in codes]
    pick = random.Random(2)
    codes += [pick.getrandbits(top.bit_length()) for _ in range(60)]
    codes += [encode(pick.uniform(-300, 300), kind) for _ in range(60)]
    return codes


def extreme(function, a, b, kind):
    """The larger or smaller float; of two zeros either, and NaN if one is."""
    if a == b == 0:
        return "zero"
    return encode(NAN if a != a or b != b else function(a, b), kind)


def add_floats(model, kind):
    codes = float_codes(kind)
    model.input("c_" + kind, CODES[kind], codes)
    model.input("d_" + kind, CODES[kind], codes[::-1])
    model.lines += ["node x_%s = BitCast(c_%s) {to=%d}" % (kind, kind, ONNX[kind]),
                    "node y_%s = BitCast(d_%s) {to=%d}" % (kind, kind, ONNX[kind])]
    x = [decode(code, kind) for code in codes]
    y = x[::-1]
    is_finite = [abs(a) < INFINITY for a in x]

    def unary(op, function, result=kind, attributes=""):
        name = "%s_%s%s" % (op, kind, "".join(c for c in attributes if c.isalnum()))
        values = [function(a) for a in x]
        model.check(name, "%s(x_%s) {%s}" % (op, kind, attributes), result,
                    [encode(v, kind) for v in values] if result == kind else values)

    def whole(function):
        return lambda a: math.copysign(float(function(a)), a) if abs(a) < INFINITY else a

    for op, function in (("Floor", math.floor), ("Ceil", math.ceil), ("Round", round)):
        unary(op, whole(function))
    unary("Abs", abs)
    unary("Neg", lambda a: -a)
    unary("IsNaN", lambda a: a != a, "bool")
    unary("IsInf", lambda a: abs(a) == INFINITY, "bool")
    unary("IsInf", lambda a: a == INFINITY, "bool", "detect_negative=0")
    unary("IsInf", lambda a: a == -INFINITY, "bool", "detect_positive=0")
    unary("IsInf", lambda a: False, "bool", "detect_positive=0, detect_negative=0")
    pairs = list(zip(x, y))
    for op, function in (("Min", min), ("Max", max)):
        model.check("%s_%s" % (op, kind), "%s(x_%s, y_%s)" % (op, kind, kind), kind,
                    [extreme(function, a, b, kind) for a, b in pairs])
    for op, function in (("Less", lambda a, b: a < b), ("GreaterOrEqual", lambda a, b: a >= b),
                         ("Equal", lambda a, b: a == b)):
        model.check("%s_%s" % (op, kind), "%s(x_%s, y_%s)" % (op, kind, kind), "bool",
                    [function(a, b) for a, b in pairs])
    model.check("Mod_" + kind, "Mod(x_%s, y_%s) {fmod=1}" % (kind, kind), kind,
                [encode(NAN if not fine or b != b or b == 0 else math.fmod(a, b), kind)
                 for (a, b), fine in zip(pairs, is_finite)])
    for to in ONNX:
        if to == kind:
            continue
        model.check("Cast_%s_%s" % (kind, to), "Cast(x_%s) {to=%d}" % (kind, ONNX[to]), to,
                    [a != 0 if to == "bool" else encode(a, to) if to in FLOATS else truncate(a, to)
                     for a in x])


def add_functions(model):
    """f32 functions are polynomials, f64 ones the C library's."""
    x = [0.0, 1e-5, -1e-5, 0.01, -0.3, 0.5, -0.75, 0.99, 1.0, -1.0] + [i / 7 for i in range(-70, 70)]
    for kind, tolerance in (("f32", 2e-6), ("f64", 1e-15)):
        values = np.array(x, numpy_type(kind))
        model.input("v_" + kind, CODES[kind], [encode(float(v), kind) for v in values])
        model.lines.append("node w_%s = BitCast(v_%s) {to=%d}" % (kind, kind, ONNX[kind]))
        for op in ("Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Tanh", "Asinh", "Acosh",
                   "Atanh", "Exp", "Log", "Sqrt", "Erf"):
            name = op.lower().replace("asin", "arcsin").replace("acos", "arccos").replace("atan", "arctan")
            with np.errstate(all="ignore"):
                exact = (np.array([math.erf(v) for v in values]) if op == "Erf"
                         else getattr(np, name)(values.astype(np.float64)))
            # Near a pole the tangent has its derivative 1 + tan^2 times the error of x.
            allowed = [tolerance * max(1, abs(a)) ** (2 if op == "Tan" else 1) for a in exact]
            model.check("%s_%s" % (op, kind), "%s(w_%s)" % (op, kind), kind, list(exact), allowed)


def difference(kind, want, got, tolerance):
    """The first element that is not as expected, or nothing. `tolerance` is a
    list, or None for bits and integers."""
    for i, (a, b) in enumerate(zip(want, got)):
        b = b.item()
        if tolerance is not None:
            same = a != a and b != b or a == b or abs(a - b) <= tolerance[i]
        elif a is None:  # Some NaN.
            same = decode(b, kind) != decode(b, kind)
        elif a == "zero":
            same = decode(b, kind) == 0
        else:
            same = a == b
        if not same:
            return "element %d: expected %r, but got %r" % (i, a, b)
    return None


def bits(array):
    """The bytes, with one NaN for all."""
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), array.dtype.type(NAN), array)
    return array.tobytes()


def run(model, library):
    folder = os.path.dirname(library)
    output = os.path.join(folder, "out.npz")
    np.savez(os.path.join(folder, "in.npz"), **model.inputs)
    subprocess.run(["quant-run", library, "--input", os.path.join(folder, "in.npz"), "--output", output,
                    "--repeat", "0", "--quiet"], check=True)
    return dict(np.load(output))


def main(writer, folder):
    model = Model()
    for kind in INTEGERS:
        add_integers(model, kind)
    for kind in FLOATS:
        add_floats(model, kind)
    add_functions(model)
    os.makedirs(folder, exist_ok=True)
    text = os.path.join(folder, "types.txt")
    with open(text, "w") as file:
        file.write("\n".join(model.lines) + "\n")
    subprocess.run([sys.executable, writer, text, folder], check=True)
    onnx = os.path.join(folder, "types.onnx")
    faults, first = 0, None
    targets = ("reference", "x86-64:sse4", "host")
    for target in targets:
        library = os.path.join(folder, target.replace(":", "-") + ".so")
        subprocess.run(["quantc", onnx, "-o", library, "--target", target, "--weights", "f32",
                        "--activations", "f32", "--quiet"], check=True)
        outputs = run(model, library)
        for name, (kind, want, tolerance) in model.expected.items():
            fault = difference(kind, want, outputs[name].reshape(-1), tolerance)
            if fault is None and first is not None and bits(outputs[name]) != bits(first[name]):
                fault = "other bytes than the reference"
            if fault:
                faults += 1
                print("%s, %s: %s" % (target, name, fault))
        first = first or outputs
    print("%d outputs on %d targets, %d differ" % (len(model.expected), len(targets), faults))
    sys.exit(1 if faults else 0)


main(*sys.argv[1:])
