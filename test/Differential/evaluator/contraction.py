#===- contraction.py - Products, convolutions, Fourier transforms --------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import itertools

import numpy as np

from .registry import ints, operator, rounded, wide


@operator("MatMul")
def matmul(node, a, b):
    return rounded(np.matmul(wide(a), wide(b)), a)


@operator("Gemm")
def gemm(node, a, b, c=None):
    a_, b_ = (wide(a).T if node.get("transA", 0) else wide(a)), (wide(b).T if node.get("transB", 0) else wide(b))
    result = node.get("alpha", 1.0) * (a_ @ b_)
    return rounded(result if c is None else result + node.get("beta", 1.0) * wide(c), a)


@operator("Einsum")
def einsum(node, *operands):
    return rounded(np.einsum(node.get("equation"), *[wide(operand) for operand in operands]), operands[0])


class Window:
    """The geometry that convolutions and pools share: per spatial axis the size
    of the kernel, stride, dilation, padding on both ends, and size of the result."""

    def __init__(self, node, sizes, kernel):
        rank = len(sizes)
        self.sizes, self.kernel = list(sizes), list(kernel)
        self.strides = node.get("strides", [1] * rank)
        self.dilations = node.get("dilations", [1] * rank)
        self.extents = [(k - 1) * d + 1 for k, d in zip(self.kernel, self.dilations)]
        mode, pads = node.get("auto_pad", "NOTSET"), node.get("pads", [0] * 2 * rank)
        self.begins, self.ends = list(pads[:rank]), list(pads[rank:])
        self.results = []
        for axis, (size, stride, extent) in enumerate(zip(self.sizes, self.strides, self.extents)):
            if mode in ("SAME_UPPER", "SAME_LOWER"):
                total = max((-(-size // stride) - 1) * stride + extent - size, 0)
                small, large = total // 2, total - total // 2
                self.begins[axis] = small if mode == "SAME_UPPER" else large
                self.ends[axis] = total - self.begins[axis]
            elif mode == "VALID":
                self.begins[axis] = self.ends[axis] = 0
            self.results.append(self.result(node, size, stride, extent, axis))

    def result(self, node, size, stride, extent, axis):
        room = size + self.begins[axis] + self.ends[axis] - extent
        if not node.get("ceil_mode", 0):
            return room // stride + 1
        count = -(-room // stride) + 1
        # A window that would begin in the padding at the end is left out.
        return count - ((count - 1) * stride >= size + self.begins[axis])

    def offsets(self):
        return itertools.product(*[range(k) for k in self.kernel])

    def padded(self, x, value):
        """x with its padding, and as much more as the last windows reach."""
        width = [(0, 0)] * (x.ndim - len(self.sizes))
        for axis, size in enumerate(self.sizes):
            reach = (self.results[axis] - 1) * self.strides[axis] + self.extents[axis]
            width.append((self.begins[axis], max(self.ends[axis], reach - size - self.begins[axis])))
        return np.pad(x, width, constant_values=value)

    def at(self, padded, offset):
        """What all windows see at one position of the kernel."""
        return padded[(Ellipsis,) + tuple(
            slice(o * d, o * d + (n - 1) * s + 1, s)
            for o, d, s, n in zip(offset, self.dilations, self.strides, self.results))]


def convolve(node, x, w):
    """Sums in the type of x, which holds them exactly or is f64."""
    group = node.get("group", 1)
    window = Window(node, x.shape[2:], w.shape[2:])
    padded = window.padded(x, 0)
    batch, outputs = x.shape[0], w.shape[0]
    result = np.zeros([batch, group, outputs // group] + window.results, x.dtype)
    weights = w.reshape((group, outputs // group) + w.shape[1:])
    for offset in window.offsets():
        seen = window.at(padded, offset)
        seen = seen.reshape((batch, group, -1) + seen.shape[2:])
        result += np.einsum("bgc...,gmc->bgm...", seen, weights[(slice(None),) * 3 + offset])
    return result.reshape([batch, outputs] + window.results)


def add_bias(result, b):
    return result if b is None else result + b.reshape([-1] + [1] * (result.ndim - 2))


@operator("Conv")
def conv(node, x, w, b=None):
    return rounded(add_bias(convolve(node, wide(x), wide(w)), b), x)


@operator("ConvTranspose")
def conv_transpose(node, x, w, b=None):
    rank, group = x.ndim - 2, node.get("group", 1)
    strides, dilations = node.get("strides", [1] * rank), node.get("dilations", [1] * rank)
    extra = list(node.get("output_padding", [0] * rank))
    kernel, mode = w.shape[2:], node.get("auto_pad", "NOTSET")
    full = [s * (n - 1) + (k - 1) * d + 1
            for s, n, k, d in zip(strides, x.shape[2:], kernel, dilations)]
    pads = node.get("pads", [0] * 2 * rank)
    begins, ends = list(pads[:rank]), list(pads[rank:])
    shape = node.get("output_shape")
    if mode in ("SAME_UPPER", "SAME_LOWER") and shape is None:
        shape = [n * s for n, s in zip(x.shape[2:], strides)]
    for axis in range(rank if shape else 0):
        total = full[axis] + extra[axis] - shape[axis]
        extra[axis] -= min(total, 0)  # More than the windows reach is padding.
        total = max(total, 0)
        begins[axis] = total // 2 if mode == "SAME_UPPER" else total - total // 2
        ends[axis] = total - begins[axis]
    parts = wide(x).reshape((x.shape[0], group, -1) + x.shape[2:])
    weights = wide(w).reshape((group, -1) + w.shape[1:])
    result = np.zeros([x.shape[0], group, w.shape[1]] + [f + e for f, e in zip(full, extra)])
    for offset in itertools.product(*[range(k) for k in kernel]):
        where = tuple(slice(o * d, o * d + (n - 1) * s + 1, s)
                      for o, d, s, n in zip(offset, dilations, strides, x.shape[2:]))
        result[(Ellipsis,) + where] += np.einsum("bgc...,gcm->bgm...", parts,
                                                 weights[(slice(None),) * 3 + offset])
    result = result.reshape((x.shape[0], -1) + result.shape[3:])
    crop = tuple(slice(b, n - e) for b, e, n in zip(begins, ends, result.shape[2:]))
    return rounded(add_bias(result[(Ellipsis,) + crop], b), x)


@operator("Col2Im")
def col2im(node, x, image, block):
    image, block = ints(image), ints(block)
    window = Window(node, image, block)
    columns = wide(x).reshape([x.shape[0], -1] + block + window.results)
    result = window.padded(np.zeros([x.shape[0], columns.shape[1]] + image), 0)
    for offset in window.offsets():
        window.at(result, offset)[...] += columns[(slice(None), slice(None)) + offset]
    crop = tuple(slice(b, b + n) for b, n in zip(window.begins, image))
    return rounded(result[(Ellipsis,) + crop], x)


@operator("DFT")
def dft(node, x, length=None, axis=None):
    axis = int(axis) if axis is not None else node.get("axis", 1 if node.opset < 20 else -2)
    axis = axis % x.ndim
    length = None if length is None else int(length)
    signal = wide(x[..., 0]) + (1j * wide(x[..., 1]) if x.shape[-1] == 2 else 0)
    if node.get("inverse", 0) and node.get("onesided", 0):  # Half of a symmetric spectrum.
        return rounded(np.fft.irfft(signal, length, axis)[..., None], x)
    if node.get("inverse", 0):
        result = np.fft.ifft(signal, length, axis)
    else:
        result = np.fft.fft(signal, length, axis)
    if node.get("onesided", 0):
        result = result.take(range(result.shape[axis] // 2 + 1), axis)
    return rounded(np.stack([result.real, result.imag], -1), x)


@operator("STFT")
def stft(node, signal, step, window=None, length=None):
    step = int(step)
    length = int(length) if length is not None else len(window)
    x = wide(signal[..., 0]) + (1j * wide(signal[..., 1]) if signal.shape[-1] == 2 else 0)
    weights = np.ones(length) if window is None else wide(window)
    frames = 1 + (x.shape[1] - length) // step
    parts = np.stack([x[:, i * step:i * step + length] * weights for i in range(frames)], 1)
    result = np.fft.fft(parts, axis=-1)
    if node.get("onesided", 1):
        result = result[..., :length // 2 + 1]
    return rounded(np.stack([result.real, result.imag], -1), signal)


WINDOWS = {"HannWindow": (0.5, 0.5, 0.0), "HammingWindow": (25 / 46, 21 / 46, 0.0),
           "BlackmanWindow": (0.42, 0.5, 0.08)}


@operator(*WINDOWS)
def cosine_window(node, size):
    first, second, third = WINDOWS[node.op]
    period = int(size) if node.get("periodic", 1) else int(size) - 1
    angle = 2 * np.pi * np.arange(int(size)) / period
    return (first - second * np.cos(angle) + third * np.cos(2 * angle)).astype(np.float32)
