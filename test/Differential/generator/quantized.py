#===- quantized.py - Draws operators on integer codes --------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np

from .contraction import window
from .registry import draws

CODES = ("i8", "u8")
LIMITS = {"i8": (-128, 127), "u8": (0, 255)}


def codes(g, kind, shape, is_constant=None):
    return g.fresh(kind, shape, *LIMITS[kind], is_constant=is_constant)


def scale(g, shape=()):
    return g.fresh("f32", list(shape), 0.01, 0.1, is_constant=g.chance(0.8))


def zero_point(g, kind, shape=()):
    low, high = LIMITS[kind]
    return g.fresh(kind, list(shape), low // 4, high // 4 if kind == "i8" else 160, is_constant=g.chance(0.8))


@draws("quantized", since=13, weight=3)
def quantize(g):
    """To codes and back, per tensor, per axis or per block."""
    x, kind = g.tensor(rank=(1, 4)), g.pick(CODES)
    axis, block, shape = g.int(-x.rank, x.rank - 1), None, []
    if g.chance(0.5):
        shape = [x.shape[axis]]
        if g.opset >= 21 and g.chance(0.5):
            block, shape = g.int(1, x.shape[axis]), list(x.shape)
            shape[axis] = -(-x.shape[axis] // block)
    s, z = scale(g, shape), zero_point(g, kind, shape) if g.chance(0.7) else None
    attributes = {"axis": axis, "block_size": block}
    q = g.node("QuantizeLinear", [x, s, z], **attributes)
    g.node("DequantizeLinear", [q, s, z], **attributes)


@draws("quantized", since=13)
def dequantize(g):
    kind = g.pick(CODES)
    x = g.tensor(kind, (1, 4), *LIMITS[kind])
    g.node("DequantizeLinear", [x, scale(g), zero_point(g, kind) if g.chance(0.7) else None])


@draws("quantized")
def dynamic_quantize(g):
    x = g.tensor(rank=(1, 4), fits=lambda v: np.ptp(v.array) > 0.5)  # A range of zero has no scale.
    g.node("DynamicQuantizeLinear", [x], outputs=3)


def matrices(g):
    a_kind, b_kind = g.pick(CODES), g.pick(CODES)
    m, k, n = g.int(1, 5), g.int(1, 6), g.int(1, 5)
    batch = g.shape(g.int(0, 2), 3)
    return codes(g, a_kind, batch + [m, k], False), codes(g, b_kind, g.broadcastable(batch + [k, n])[-2:])


@draws("quantized")
def matmul_integer(g):
    a, b = matrices(g)
    if b.rank < 2 or a.shape[-1] != b.shape[0]:
        b = codes(g, b.kind, [a.shape[-1], g.int(1, 5)])
    zero = zero_point(g, b.kind, [b.shape[-1]] if g.chance(0.3) else []) if g.chance(0.6) else None
    g.node("MatMulInteger", [a, b, zero_point(g, a.kind) if zero or g.chance(0.5) else None, zero])


@draws("quantized", weight=2)
def qlinear_matmul(g):
    a, b = matrices(g)
    b = codes(g, b.kind, [a.shape[-1], g.int(1, 5)], True)
    g.node("QLinearMatMul", [a, scale(g), zero_point(g, a.kind), b, scale(g), zero_point(g, b.kind),
                             g.fresh("f32", [], 0.5, 2, is_constant=True), zero_point(g, a.kind)])


@draws("quantized", weight=2)
def qlinear_conv(g):
    kind, w_kind = g.pick(CODES), g.pick(CODES)
    x = codes(g, kind, [g.int(1, 2), g.int(1, 4)] + [g.int(2, 6) for _ in range(g.pick([1, 2, 2]))], False)
    kernel, attributes = window(g, x.shape[2:])
    group = x.shape[1] if g.chance(0.3) else 1
    outputs = group * g.int(1, 3)
    w = codes(g, w_kind, [outputs, x.shape[1] // group] + kernel, True)
    if g.chance(0.4):
        g.node("ConvInteger", [x, w, zero_point(g, kind)], group=group, **attributes)
        return
    per = [outputs] if g.chance(0.5) else []
    w_zero = g.constant(np.zeros(per, np.int8 if w_kind == "i8" else np.uint8)) if per else zero_point(g, w_kind)
    b = g.fresh("i32", [outputs], -500, 500, is_constant=True) if g.chance(0.6) else None
    w_scale = g.fresh("f32", per, 0.01, 0.1, is_constant=True)
    g.node("QLinearConv", [x, scale(g), zero_point(g, kind), w, w_scale, w_zero,
                           g.fresh("f32", [], 0.5, 2, is_constant=True), zero_point(g, kind), b],
           group=group, **attributes)
