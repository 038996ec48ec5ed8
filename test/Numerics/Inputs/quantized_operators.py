#===- quantized_operators.py - Operators on codes against numpy -----------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Compiles models of one operator on codes and compares what they compute with
numpy, byte for byte: quantized_operators.py WRITER FOLDER FAMILY

A case is a model as write_onnx.py spells it, its inputs, and what comes out. Sums
are exact integers; the numbers between them and the codes are the f32 and f64
operations of docs/Numerics.md.
"""
import os
import subprocess
import sys

import numpy as np

KINDS = {"u8": np.uint8, "i8": np.int8, "u16": np.uint16, "i16": np.int16, "i32": np.int32,
         "f32": np.float32}
f32 = np.float32
random = np.random.default_rng(7)


class Case:
    """A model under construction: inputs and constants by name."""

    def __init__(self, name, opset=13):
        self.name = name
        self.lines = ["model %s opset=%d" % (name, opset)]
        self.inputs, self.expected = {}, {}

    def input(self, name, values):
        values = np.asarray(values)
        kind = next(kind for kind, dtype in KINDS.items() if values.dtype == dtype)
        dims = ",".join(str(dim) for dim in values.shape)
        self.lines.append("input %s %s[%s]" % (name, kind, dims))
        self.inputs[name] = values
        return values

    def constant(self, name, values):
        values = np.asarray(values)
        kind = next(kind for kind, dtype in KINDS.items() if values.dtype == dtype)
        dims = ",".join(str(dim) for dim in values.shape)
        self.lines.append("init %s %s[%s] %s" % (name, kind, dims,
                                                 str(values.ravel().tolist()).replace(" ", "")))
        return values

    def node(self, text):
        self.lines.append("node " + text)

    def output(self, name, values):
        self.lines.append("output " + name)
        self.expected[name] = np.asarray(values)


def codes(kind, *shape):
    info = np.iinfo(KINDS[kind])
    return random.integers(info.min, info.max + 1, shape).astype(KINDS[kind])


def scales(*shape):
    return f32(random.uniform(0.01, 0.1, shape))


def to_codes(reals, zero, kind):
    """round_half_even(real) + zero point, saturated."""
    info = np.iinfo(KINDS[kind])
    return np.clip(np.rint(reals.astype(np.float64)) + np.int64(zero), info.min,
                   info.max).astype(KINDS[kind])


def quantize(reals, scale, zero, kind):
    return to_codes(f32(reals) / f32(scale), zero, kind)


def dequantize(values, scale, zero):
    return f32(values.astype(np.int64) - np.int64(zero)) * f32(scale)


def requantize(sums, lhs, rhs, result, zero, kind):
    factor = f32(np.float64(lhs) * np.float64(rhs) / np.float64(result))
    return to_codes(f32(sums) * factor, zero, kind)


def convolve(x, w, pads, strides, dilations, groups):
    """Sums of integers over (N, C, ...) and (M, C / groups, ...)."""
    rank = x.ndim - 2
    x = np.pad(x, [(0, 0), (0, 0)] + [(pads[d], pads[rank + d]) for d in range(rank)])
    extent = [dilations[d] * (w.shape[2 + d] - 1) + 1 for d in range(rank)]
    out = [(x.shape[2 + d] - extent[d]) // strides[d] + 1 for d in range(rank)]
    result = np.zeros([x.shape[0], w.shape[0]] + out, np.int64)
    inner, outer = w.shape[1], w.shape[0] // groups
    for place in np.ndindex(*out):
        window = tuple(slice(p * s, p * s + e, d)
                       for p, s, e, d in zip(place, strides, extent, dilations))
        for group in range(groups):
            part = x[(slice(None), slice(group * inner, (group + 1) * inner)) + window]
            filters = w[group * outer:(group + 1) * outer]
            result[(slice(None), slice(group * outer, (group + 1) * outer)) + place] = np.tensordot(
                part, filters, (list(range(1, 2 + rank)), list(range(1, 2 + rank))))
    return result


def integers(values, zero):
    return values.astype(np.int64) - np.asarray(zero).astype(np.int64)


#===-----------------------------------------------------------------------===#
# Families of operators
#===-----------------------------------------------------------------------===#

def sums():
    """MatMulInteger and ConvInteger."""
    for name, left, right, lhs, rhs in [("square", "u8", "i8", (3, 5), (5, 7)),
                                        ("batches", "i8", "u8", (2, 1, 3, 5), (4, 5, 2)),
                                        ("vectors", "u8", "u8", (5,), (5,)),
                                        ("rows", "i8", "i8", (2, 3, 5), (5, 1))]:
        case = Case("matmul-" + name)
        a, b = case.input("a", codes(left, *lhs)), case.input("b", codes(right, *rhs))
        az, bz = case.input("az", codes(left)), case.input("bz", codes(right))
        case.node("y = MatMulInteger(a, b, az, bz)")
        case.output("y", np.int32(np.matmul(integers(a, az), integers(b, bz))))
        yield case
    case = Case("matmul-each")
    a, b = case.input("a", codes("u8", 3, 5)), case.input("b", codes("i8", 5, 7))
    az, bz = case.input("az", codes("u8", 3)), case.constant("bz", codes("i8", 7))
    case.node("y = MatMulInteger(a, b, az, bz)")
    case.output("y", np.int32(integers(a, az[:, None]) @ integers(b, bz)))
    yield case
    for name, x, w, pads, strides, dilations, groups in [
            ("1d", (2, 3, 9), (4, 3, 3), [2, 1], [2], [1], 1),
            ("2d", (1, 4, 7, 6), (6, 2, 3, 2), [1, 0, 2, 1], [2, 1], [1, 2], 2),
            ("depthwise", (2, 3, 5, 5), (6, 1, 3, 3), [1, 1, 1, 1], [1, 1], [1, 1], 3),
            ("3d", (1, 2, 4, 5, 3), (3, 2, 2, 3, 1), [0, 1, 0, 1, 0, 0], [1, 2, 1], [1, 1, 1], 1)]:
        case = Case("conv-" + name)
        x, w = case.input("x", codes("u8", *x)), case.input("w", codes("i8", *w))
        xz, wz = case.input("xz", codes("u8")), case.input("wz", codes("i8", w.shape[0]))
        case.node("y = ConvInteger(x, w, xz, wz) {pads=%s, strides=%s, dilations=%s, group=%d}" %
                  (pads, strides, dilations, groups))
        each = wz.reshape([-1] + [1] * (w.ndim - 1))
        case.output("y", np.int32(convolve(integers(x, xz), integers(w, each), pads, strides,
                                           dilations, groups)))
        yield case


def computed():
    """QLinearMatMul, QLinearConv and QuantizeLinear with parameters of run time."""
    for name, left, right, lhs, rhs, kind in [("square", "u8", "i8", (3, 50), (50, 7), "u8"),
                                              ("batches", "i8", "u8", (2, 3, 50), (2, 50, 2), "i8")]:
        case = Case("qmatmul-" + name)
        a, az, s = codes(left, *lhs), codes(left), scales()
        b, bz, t = codes(right, *rhs), codes(right), scales()
        yz, u = codes(kind), f32(s * t * 9000)
        for key, values in [("a", a), ("as", s), ("az", az), ("b", b), ("bs", t), ("bz", bz),
                            ("ys", u), ("yz", yz)]:
            case.input(key, values)
        case.node("y = QLinearMatMul(a, as, az, b, bs, bz, ys, yz)")
        case.output("y", requantize(np.matmul(integers(a, az), integers(b, bz)), s, t, u, yz, kind))
        yield case
    case = Case("qmatmul-each")
    a, az, s = codes("u8", 3, 50), codes("u8", 3), scales(3)
    b, bz, t = codes("i8", 50, 4), codes("i8", 4), scales(4)
    yz, u = codes("i8"), f32(30)
    for key, values in [("a", a), ("as", s), ("az", az), ("b", b), ("bs", t), ("bz", bz),
                        ("ys", u), ("yz", yz)]:
        case.constant(key, values) if key in ("as", "az") else case.input(key, values)
    case.node("y = QLinearMatMul(a, as, az, b, bs, bz, ys, yz)")
    case.output("y", requantize(integers(a, az[:, None]) @ integers(b, bz), s[:, None], t, u, yz,
                                "i8"))
    yield case
    for name, groups, shape, attributes, pads in [
            ("plain", 1, (4, 6, 3, 3), "", [0, 0, 0, 0]),
            ("grouped", 2, (4, 3, 3, 2), "pads=[1,0,1,1], group=2", [1, 0, 1, 1]),
            ("same", 1, (4, 6, 3, 3), "auto_pad='SAME_UPPER'", [1, 1, 1, 1])]:
        case = Case("qconv-" + name, 10)
        x, xz, s = codes("u8", 1, 6, 5, 7), codes("u8"), scales()
        w, wz, t = codes("i8", *shape), codes("i8", 4), scales(4)
        yz, u, bias = codes("u8"), f32(s * 9), random.integers(-9999, 9999, 4).astype(np.int32)
        for key, values in [("x", x), ("xs", s), ("xz", xz), ("w", w), ("ws", t), ("wz", wz),
                            ("ys", u), ("yz", yz), ("b", bias)]:
            case.input(key, values)
        case.node("y = QLinearConv(x, xs, xz, w, ws, wz, ys, yz, b) {%s}" % attributes)
        total = convolve(integers(x, xz), integers(w, wz.reshape(-1, 1, 1, 1)), pads, [1, 1],
                         [1, 1], groups)
        case.output("y", requantize(total + bias.reshape(-1, 1, 1), s, t.reshape(-1, 1, 1), u, yz,
                                    "u8"))
        yield case


def linear():
    """QuantizeLinear and DequantizeLinear of all integers, ties included."""
    for kind in ("u8", "i8", "u16", "i16"):
        info = np.iinfo(KINDS[kind])
        for zero in (info.min, info.max, info.max // 2 + 1):
            case = Case("quantize-%s-%d" % (kind, zero), 21)
            steps = np.concatenate([np.arange(-80, 81) / 2, [1e30, -1e30, 65535,
                                                             -65536, 32767.5, -32768.5]])
            x = case.input("x", f32(steps * 0.25))
            s, z = case.input("s", f32(0.25)), case.input("z", KINDS[kind](zero))
            case.node("y = QuantizeLinear(x, s, z)")
            case.output("y", quantize(x, s, z, kind))
            yield case
        case = Case("dequantize-" + kind, 21)
        x, z = case.input("x", codes(kind, 3, 5, 4)), case.input("z", codes(kind, 3, 3, 4))
        s = case.input("s", scales(3, 3, 4))
        case.node("y = DequantizeLinear(x, s, z) {axis=1, block_size=2}")
        each = np.repeat(s, 2, 1)[:, :5], np.repeat(z, 2, 1)[:, :5]
        case.output("y", dequantize(x, *each))
        yield case
    for name, x in [("mixed", random.uniform(-3, 9, (2, 3, 5))), ("positive", [[1.0, 2.5], [7, 3]]),
                    ("negative", [-4.0, -0.5]), ("zeros", np.zeros((2, 3)))]:
        case = Case("dynamic-" + name)
        x = case.input("x", f32(x))
        low, high = min(x.min(), f32(0)), max(x.max(), f32(0))
        s = f32((high - low) / f32(255)) if high > low else f32(1)
        z = quantize(-low, s, 0, "u8")
        case.node("y, s, z = DynamicQuantizeLinear(x)")
        case.output("y", quantize(x, s, z, "u8"))
        case.output("s", s)
        case.output("z", z)
        yield case


def pools():
    """MaxPool on codes."""
    for kind in ("u8", "i8"):
        for name, attributes, pads in [("plain", "", [0, 0, 0, 0]),
                                       ("padded", "pads=[1,0,1,1]", [1, 0, 1, 1])]:
            case = Case("max-%s-%s" % (kind, name))
            x = case.input("x", codes(kind, 2, 3, 7, 6))
            case.node("y = MaxPool(x) {kernel_shape=[3,2], strides=[2,2], %s}" % attributes)
            lowest = np.iinfo(KINDS[kind]).min
            wide = np.pad(x, [(0, 0), (0, 0), pads[0::2], pads[1::2]], constant_values=lowest)
            parts = [wide[:, :, r:r + (wide.shape[2] - 3) // 2 * 2 + 1:2,
                          c:c + (wide.shape[3] - 2) // 2 * 2 + 1:2]
                     for r in range(3) for c in range(2)]
            case.output("y", np.max(parts, 0))
            yield case


def static():
    """Constant weights, scales and zero points: the integer ops of `quantize`."""
    for kind, weights, zero, result_kind in [("u8", "i8", 0, "u8"), ("i8", "i8", 0, "i8"),
                                             ("u8", "u8", 131, "i8"), ("i8", "u8", 7, "u8")]:
        case = Case("static-matmul-%s-%s-%d" % (kind, weights, zero))
        a, az, s = case.input("a", codes(kind, 3, 50)), codes(kind), scales()
        b, t = codes(weights, 50, 7), scales(7)
        bz = np.full(7, zero, KINDS[weights])
        u, yz = f32(s * t.max() * 3000), codes(result_kind)
        for key, value in [("as", s), ("az", az), ("b", b), ("bs", t), ("bz", bz), ("ys", u),
                           ("yz", yz)]:
            case.constant(key, value)
        case.node("y = QLinearMatMul(a, as, az, b, bs, bz, ys, yz)")
        case.output("y", requantize(integers(a, az) @ integers(b, bz), s, t, u, yz, result_kind))
        yield case
    for name, groups, shape, attributes, pads, bias_size in [
            ("plain", 1, (4, 6, 3, 3), "strides=[1,1]", [0, 0, 0, 0], 9999),
            ("padded", 1, (4, 6, 3, 3), "pads=[1,0,1,2]", [1, 0, 1, 2], 9999),
            ("grouped", 2, (4, 3, 3, 2), "group=2", [0, 0, 0, 0], 9999),
            ("depthwise", 6, (6, 1, 3, 3), "pads=[1,1,1,1], group=6", [1, 1, 1, 1], 9999),
            ("large-bias", 1, (4, 6, 1, 1), "group=1", [0, 0, 0, 0], 1 << 21)]:
        case = Case("static-conv-" + name, 10)
        x, xz, s = case.input("x", codes("u8", 2, 6, 5, 7)), codes("u8"), scales()
        w, t = codes("i8", *shape), scales(shape[0])
        wz = np.zeros(shape[0], np.int8)
        yz, u = codes("u8"), f32(s * t.max() * (900 + bias_size / 100))
        bias = random.integers(-bias_size, bias_size, shape[0]).astype(np.int32)
        for key, value in [("xs", s), ("xz", xz), ("w", w), ("ws", t), ("wz", wz), ("ys", u),
                           ("yz", yz), ("b", bias)]:
            case.constant(key, value)
        case.node("y = QLinearConv(x, xs, xz, w, ws, wz, ys, yz, b) {%s}" % attributes)
        total = convolve(integers(x, xz), integers(w, 0), pads, [1, 1], [1, 1], groups)
        case.output("y", requantize(total + bias.reshape(-1, 1, 1), s, t.reshape(-1, 1, 1), u, yz,
                                    "u8"))
        yield case
    for op in ("Add", "Mul"):
        case = Case("static-" + op.lower())
        a, b = case.input("a", codes("u8", 3, 40)), case.input("b", codes("u8", 3, 40))
        az, bz, yz, s, t = codes("u8"), codes("u8"), codes("u8"), scales(), scales()
        u = f32((s + t) / 2 if op == "Add" else s * t * 100)
        for key, value in [("as", s), ("az", az), ("bs", t), ("bz", bz), ("ys", u), ("yz", yz)]:
            case.constant(key, value)
        case.node("y = com.microsoft::QLinear%s(a, as, az, b, bs, bz, ys, yz)" % op)
        if op == "Add":
            left, right = f32(np.float64(s) / np.float64(u)), f32(np.float64(t) / np.float64(u))
            reals = f32(integers(a, az)) * left + f32(integers(b, bz)) * right
            case.output("y", to_codes(reals, yz, "u8"))
        else:
            case.output("y", requantize(integers(a, az) * integers(b, bz), s, t, u, yz, "u8"))
        yield case


def parameters(case, codes_name, kind, scale, zero, is_static):
    """Scale and zero point of a tensor, as inputs or as constants."""
    add = case.constant if is_static else case.input
    add(codes_name + "_s", f32(scale))
    add(codes_name + "_z", KINDS[kind](zero))
    return "%s_s, %s_z" % (codes_name, codes_name)


def operand(case, name, kind, shape, is_static=False):
    """An input of codes: its name and parameters, its reals."""
    values, scale, zero = case.input(name, codes(kind, *shape)), scales(), codes(kind)
    text = parameters(case, name, kind, scale, zero, is_static)
    return "%s, %s" % (name, text), dequantize(values, scale, zero)


def result(case, op, texts, reals, kind, attributes="", scale=None):
    """Adds the node and what it gives: the codes of `reals`, in f32."""
    scale, zero = f32(np.abs(reals).max() / 100 if scale is None else scale), codes(kind)
    text = parameters(case, "y", kind, scale, zero, False)
    before, after = (texts, [text]) if op != "QLinearConcat" else ([text], texts)
    case.node("y = com.microsoft::%s(%s) {%s}" % (op, ", ".join(before + after), attributes))
    case.output("y", quantize(reals, scale, zero, kind))
    return case


def softmax(x, axis):
    x = np.exp(x.astype(np.float64) - x.max(axis, keepdims=True))
    return f32(x / x.sum(axis, keepdims=True))


def runtime():
    """ONNX Runtime's operators on codes, written out in f32."""
    for op, function in [("Add", np.add), ("Mul", np.multiply)]:
        for kind, lhs, rhs in [("u8", (2, 3, 5), (3, 1)), ("i8", (7,), (7,))]:
            case = Case("%s-%s" % (op.lower(), kind))
            (a, x), (b, y) = operand(case, "a", kind, lhs), operand(case, "b", kind, rhs)
            yield result(case, "QLinear" + op, [a, b], function(x, y), kind)
    case = Case("leaky")
    a, x = operand(case, "a", "i8", (3, 50))
    yield result(case, "QLinearLeakyRelu", [a], np.where(x < 0, x * f32(0.25), x), "i8",
                 "alpha=0.25")
    case = Case("concat")
    (a, x), (b, y) = operand(case, "a", "u8", (2, 3)), operand(case, "b", "u8", (2, 5))
    yield result(case, "QLinearConcat", [a, b], np.concatenate([x, y], 1), "u8", "axis=1")
    case = Case("where")
    (a, x), (b, y) = operand(case, "a", "u8", (3, 5)), operand(case, "b", "u8", (3, 5))
    choice = codes("u8", 3, 5) > 99
    case.input("t", choice.astype(np.int32))
    case.constant("limit", np.int32(0))
    case.node("c = Greater(t, limit)")
    yield result(case, "QLinearWhere", ["c", a, b], np.where(choice, x, y), "u8")
    # A mean is a sum times the reciprocal of the count: a power of two is exact.
    for last in (0, 1):
        case = Case("pool-last-%d" % last)
        a, x = operand(case, "a", "u8", (1, 4, 4, 6))
        rows = x if last else x.transpose(0, 2, 3, 1)
        pooled = rows.reshape(1, 2, rows.shape[1] // 2, rows.shape[2] // 2, 2, rows.shape[3])
        windows = rows.reshape(1, rows.shape[1] // 2, 2, rows.shape[2] // 2, 2, rows.shape[3])
        pooled = windows[:, :, 0, :, 0] + windows[:, :, 0, :, 1] + windows[:, :, 1, :, 0] + \
            windows[:, :, 1, :, 1]
        reals = pooled / f32(4)
        reals = reals if last else reals.transpose(0, 3, 1, 2)
        yield result(case, "QLinearAveragePool", [a], reals, "u8",
                     "kernel_shape=[2,2], strides=[2,2], channels_last=%d" % last)


def close():
    """The same where f32 sums or functions leave a code to the last bit."""
    case = Case("global-pool")
    a, x = operand(case, "a", "u8", (2, 5, 7, 3))
    yield result(case, "QLinearGlobalAveragePool", [a], x.mean((1, 2), keepdims=True), "u8",
                 "channels_last=1")
    case = Case("mean")
    a, x = operand(case, "a", "i8", (3, 5, 7))
    yield result(case, "QLinearReduceMean", [a], x.mean(1), "i8", "axes=[1], keepdims=0")
    case = Case("sigmoid")
    a, x = operand(case, "a", "i8", (3, 50))
    yield result(case, "QLinearSigmoid", [a], f32(1 / (1 + np.exp(-x))), "i8")
    for opset in (11, 13):
        case = Case("softmax-%d" % opset)
        a, x = operand(case, "a", "u8", (2, 3, 5))
        expected = softmax(x, 1) if opset == 13 else softmax(x.reshape(2, 15), 1).reshape(x.shape)
        yield result(case, "QLinearSoftmax", [a], expected, "u8", "axis=1, opset=%d" % opset)
    for name, transposed, with_result in [("plain", 0, True), ("transposed", 1, True),
                                          ("real", 1, False)]:
        case = Case("gemm-" + name)
        left, right = ((5, 3), (4, 5)) if transposed else ((3, 5), (5, 4))
        a, az, s = case.input("a", codes("u8", *left)), codes("u8"), scales()
        b, bz, t = case.input("b", codes("i8", *right)), codes("i8", 4), scales(4)
        c = case.input("c", random.integers(-999, 999, 4).astype(np.int32))
        for key, value in [("as", s), ("az", az), ("bs", t), ("bz", bz)]:
            case.constant(key, value)
        left = integers(a, az).T if transposed else integers(a, az)
        right = integers(b, bz.reshape(-1, 1)).T if transposed else integers(b, bz)
        reals = (left @ right + c) * (np.float64(s) * t * 1.5)
        node = "y = com.microsoft::QGemm(a, as, az, b, bs, bz, c%s) {alpha=1.5, transA=%d, transB=%d}"
        if with_result:
            u, yz = case.constant("ys", f32(0.9)), case.constant("yz", codes("u8"))
            case.node(node % (", ys, yz", transposed, transposed))
            case.output("y", quantize(f32(reals), u, yz, "u8"))
        else:
            case.node(node % ("", transposed, transposed))
            case.output("y", f32(reals))
        yield case
    for name, is_static in [("static", True), ("computed", False)]:
        case = Case("integer-to-float-" + name)
        a, az, s = case.input("a", codes("u8", 2, 3, 5)), codes("u8"), scales()
        add = case.constant if is_static else case.input
        b, bz, t = add("b", codes("i8", 5, 4)), codes("i8", 4), scales(4)
        for key, value in [("as", s), ("az", az), ("bs", t), ("bz", bz)]:
            add(key, value)
        bias = case.constant("c", scales(4))
        case.node("y = com.microsoft::MatMulIntegerToFloat(a, b, as, bs, az, bz, c)")
        case.output("y", f32((integers(a, az) @ integers(b, bz)) * (np.float64(s) * t) + bias))
        yield case
    case = Case("dynamic-matmul")
    a = case.input("a", f32(random.uniform(-2, 5, (2, 3, 5))))
    b, bz, t = case.input("b", codes("u8", 5, 4)), case.input("bz", codes("u8")), scales()
    case.input("bs", t)
    s = f32((max(a.max(), 0) - min(a.min(), 0)) / f32(255))
    az = quantize(-min(a.min(), f32(0)), s, 0, "u8")
    case.node("y = com.microsoft::DynamicQuantizeMatMul(a, b, bs, bz)")
    case.output("y", f32((integers(quantize(a, s, az, "u8"), az) @ integers(b, bz)) *
                         (np.float64(s) * t)))
    yield case


def pack(values, bits):
    """Codes along the last axis in bytes, from the low bits on."""
    each = 8 // bits
    pad = -values.shape[-1] % each
    values = np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, pad)])
    values = values.reshape(values.shape[:-1] + (-1, each)).astype(np.int64)
    return (values << (np.arange(each) * bits)).sum(-1).astype(np.uint8)


def nbits():
    """MatMulNBits: blocks that fill the columns or not, all kinds of zero points."""
    for bits, depth, block, zeros in [(4, 64, 16, "packed"), (4, 50, 16, "none"),
                                      (8, 40, 32, "packed"), (2, 48, 16, "real"),
                                      (4, 20, 32, "packed"), (2, 33, 16, "packed")]:
        case = Case("nbits-%d-%d-%d-%s" % (bits, depth, block, zeros))
        columns, blocks = 6, -(-depth // block)
        a = case.input("a", f32(random.uniform(-1, 1, (2, 3, depth))))
        weights = random.integers(0, 1 << bits, (columns, blocks * block))
        case.constant("b", pack(weights.reshape(columns, blocks, block), bits))
        s = case.constant("s", scales(columns * blocks)).reshape(columns, blocks)
        text = "a, b, s"
        if zeros == "packed":
            z = random.integers(0, 1 << bits, (columns, blocks))
            case.constant("z", pack(z, bits).ravel())
            text += ", z"
        elif zeros == "real":
            z = case.constant("z", f32(random.uniform(0, 3, (columns, blocks))))
            text += ", z"
        else:
            z = np.full((columns, blocks), 1 << (bits - 1))
        if zeros == "packed":
            text += ", , c"
            bias = case.constant("c", scales(columns))
        else:
            bias = 0
        reals = (weights - np.repeat(z, block, 1)) * np.repeat(s, block, 1).astype(np.float64)
        case.node("y = com.microsoft::MatMulNBits(%s) {N=%d, K=%d, bits=%d, block_size=%d}" %
                  (text, columns, depth, bits, block))
        case.output("y", f32(a.astype(np.float64) @ reals[:, :depth].T + bias))
        yield case


#===-----------------------------------------------------------------------===#
# QONNX
#===-----------------------------------------------------------------------===#

ROUNDINGS = {
    "ROUND": np.rint, "CEIL": np.ceil, "FLOOR": np.floor,
    "UP": lambda x: np.sign(x) * np.ceil(np.abs(x)), "DOWN": np.fix,
    "HALF_UP": lambda x: np.sign(x) * np.floor(np.abs(x) + f32(0.5)),
    "HALF_DOWN": lambda x: np.sign(x) * np.ceil(np.abs(x) - f32(0.5))}


def qonnx():
    """Quant with every rounding and format, BipolarQuant, Trunc, FloatQuant."""
    # The first row, of scale 0.5, is full of ties.
    steps = f32(np.concatenate([np.arange(-40, 41) / 4, random.uniform(-300, 300, 60),
                                random.uniform(-3, 3, 60)]).reshape(3, 67))
    for mode in ROUNDINGS:
        for bits, is_signed, narrow, zero in [(8, 1, 0, 0), (4, 1, 1, 0), (3, 0, 1, 2), (1, 1, 0, 0),
                                              (12, 0, 0, 7), (8, 0, 0, 0)]:
            case = Case("quant-%s-%d-%d-%d" % (mode, bits, is_signed, zero))
            x = case.input("x", steps)
            s, z = case.constant("s", f32([[0.5], [0.25], [1]])), case.constant("z", f32(zero))
            case.constant("b", f32(bits))
            case.node("y = onnx.brevitas::Quant(x, s, z, b) {signed=%d, narrow=%d, "
                      "rounding_mode='%s'}" % (is_signed, narrow, mode))
            low = -(1 << (bits - 1)) + narrow if is_signed else 0
            high = (1 << (bits - 1)) - 1 if is_signed else (1 << bits) - 1 - narrow
            case.output("y", f32((ROUNDINGS[mode](np.clip(x / s + z, low, high)) - z) * s))
            yield case
    case = Case("bipolar")
    x, s = case.input("x", steps), case.input("s", f32(0.75))
    case.node("y = qonnx.custom_op.general::BipolarQuant(x, s)")
    case.output("y", np.where(x >= 0, s, -s))
    yield case
    for mode in ("ROUND", "FLOOR", "CEIL"):
        case = Case("trunc-" + mode)
        x, s, z = case.input("x", steps), case.constant("s", f32(0.5)), case.constant("z", f32(3))
        case.constant("i", f32(10))
        case.constant("o", f32(4))
        case.node("y = finn.custom_op.general::Trunc(x, s, z, i, o) {rounding_mode='%s'}" % mode)
        case.output("y", (ROUNDINGS[mode](np.rint(x / s + z) / f32(64)) - z) * s)
        yield case
    for exponent, mantissa, bias, largest in [(4, 3, 7, 448), (5, 2, 15, 57344), (2, 1, 1, 6),
                                              (3, 4, 3, 31)]:
        case = Case("float-%d-%d" % (exponent, mantissa))
        x = case.input("x", f32(np.concatenate([steps.ravel(), steps.ravel() * 1e-3, [1e30, 0]])))
        s = case.constant("s", f32(0.125))
        for key, value in [("e", exponent), ("m", mantissa), ("b", bias), ("l", largest)]:
            case.constant(key, f32(value))
        case.node("y = qonnx.custom_op.general::FloatQuant(x, s, e, m, b, l)")
        scaled = np.float64(x / s)
        power = np.floor(np.log2(np.maximum(np.abs(scaled), 2.0**-126)))
        step = np.exp2(np.maximum(power, 1 - bias) - mantissa)
        case.output("y", f32(np.clip(np.rint(scaled / step) * step, -largest, largest) * s))
        yield case


FAMILIES = {function.__name__: function
            for function in (sums, computed, linear, pools, static, runtime, close, nbits, qonnx)}
# What may differ from the exact number: codes by one, reals by this much.
TOLERANCE = {"close": 1e-6, "nbits": 2e-6}


#===-----------------------------------------------------------------------===#
# Running
#===-----------------------------------------------------------------------===#

def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    if done.returncode:
        sys.exit("%s\n%s" % (" ".join(command), done.stdout))


def agree(values, expected, tolerance):
    if values.dtype != expected.dtype:
        return False
    if not tolerance:
        return np.array_equal(values, expected)
    if values.dtype == f32:
        return np.abs(values - expected).max() <= tolerance * np.abs(expected).max()
    return np.abs(values.astype(np.int64) - expected).max() <= 1


def difference(case, folder, tolerance):
    """What is wrong with a case, or nothing."""
    base = os.path.join(folder, case.name)
    # A model that is quantized already needs no options.
    floats = [] if case.name.startswith("static") else ["--weights", "f32", "--activations", "f32"]
    run("quantc", base + ".onnx", "-o", base + ".so", "--quiet", *floats)
    np.savez(base + ".npz", **{name: values[None] for name, values in case.inputs.items()})
    run("quant-run", base + ".so", "--input", base + ".npz", "--output", base + ".out.npz",
        "--repeat", "0", "--quiet")
    got = np.load(base + ".out.npz")
    for name, expected in case.expected.items():
        values = got[name].reshape(expected.shape)
        if not agree(values, expected, tolerance):
            return "%s, output %s:\n%s %s, but expected\n%s %s" % (
                case.name, name, values.dtype, values, expected.dtype, expected)
    return None


def main(writer, folder, family):
    os.makedirs(folder, exist_ok=True)
    cases = list(FAMILIES[family]())
    text = os.path.join(folder, "models.txt")
    with open(text, "w") as file:
        file.write("\n".join(line for case in cases for line in case.lines) + "\n")
    run(sys.executable, writer, text, folder)
    faults = [fault for case in cases for fault in [difference(case, folder, TOLERANCE.get(family))] if fault]
    print("\n".join(faults + ["%d of %d cases agree" % (len(cases) - len(faults), len(cases))]))
    return 1 if faults else 0


sys.exit(main(*sys.argv[1:]))
