#===- quantized.py - Integer codes with scales and zero points -----------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np

from .contraction import add_bias, convolve
from .registry import operator, rounded, wide
from .types import NUMPY_TYPES


def spread(parameter, x, axis, block):
    """A scale or zero point per tensor, per element of an axis, or per block, in the shape of x."""
    if parameter.ndim == 0 or parameter.size == 1 and parameter.ndim == 1:
        return parameter.reshape(())
    if block:
        return np.repeat(parameter, block, axis).take(range(x.shape[axis]), axis)
    return parameter.reshape([-1 if i == axis % x.ndim else 1 for i in range(x.ndim)])


def saturated(x, kind):
    limits = np.iinfo(kind)
    return np.clip(x, limits.min, limits.max).astype(kind)


@operator("QuantizeLinear")
def quantize(node, x, scale, zero=None):
    axis, block = node.get("axis", 1), node.get("block_size", 0)
    kind = zero.dtype if zero is not None else NUMPY_TYPES[node.get("output_dtype", 0) or 2]
    codes = np.rint((x / spread(scale, x, axis, block)).astype(x.dtype))
    return saturated(codes if zero is None else codes + spread(zero, x, axis, block).astype(np.int64), kind)


@operator("DequantizeLinear")
def dequantize(node, codes, scale, zero=None):
    axis, block = node.get("axis", 1), node.get("block_size", 0)
    steps = codes.astype(np.int64)
    if zero is not None:
        steps = steps - spread(zero, codes, axis, block).astype(np.int64)
    return rounded(steps * wide(spread(scale, codes, axis, block)), scale)


@operator("DynamicQuantizeLinear")
def dynamic_quantize(node, x):
    low, high = min(x.min(), np.float32(0)), max(x.max(), np.float32(0))
    scale = np.float32((high - low) / np.float32(255))
    zero = saturated(np.rint(-low / scale), np.uint8)
    return saturated(np.rint(x / scale) + zero, np.uint8), np.array(scale), np.array(zero)


def centered(codes, zero, axis=None):
    steps = codes.astype(np.int64)
    if zero is None:
        return steps
    zero = zero.astype(np.int64)
    return steps - (zero.reshape(()) if zero.size == 1 else np.expand_dims(zero, axis))


@operator("MatMulInteger")
def matmul_integer(node, a, b, a_zero=None, b_zero=None):
    return (centered(a, a_zero, -1) @ centered(b, b_zero, -2)).astype(np.int32)


@operator("ConvInteger")
def conv_integer(node, x, w, x_zero=None, w_zero=None):
    w_zero = None if w_zero is None else w_zero.reshape([-1] + [1] * (w.ndim - 1 if w_zero.size > 1 else 0))
    steps = w.astype(np.int64) - (0 if w_zero is None else w_zero.astype(np.int64))
    return convolve(node, centered(x, x_zero), steps).astype(np.int32)


def requantized(total, multiplier, zero):
    return saturated(np.rint(total * multiplier) + int(zero), zero.dtype)


@operator("QLinearMatMul")
def qlinear_matmul(node, a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero):
    total = centered(a, a_zero, -1) @ centered(b, b_zero, -2)
    return requantized(total, wide(a_scale) * wide(b_scale) / wide(y_scale), y_zero.reshape(()))


@operator("QLinearConv")
def qlinear_conv(node, x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, b=None):
    steps = w.astype(np.int64) - w_zero.astype(np.int64).reshape([-1] + [1] * (w.ndim - 1))
    total = add_bias(convolve(node, centered(x, x_zero), steps), b)
    multiplier = wide(x_scale) * wide(w_scale) / wide(y_scale)
    if multiplier.size > 1:
        multiplier = multiplier.reshape([-1] + [1] * (total.ndim - 2))
    return requantized(total, multiplier, y_zero.reshape(()))
