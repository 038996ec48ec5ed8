#===- pooling.py - Pools -------------------------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np

from .contraction import Window
from .registry import operator, rounded, wide


def kernel_of(node, x):
    return node.get("kernel_shape", x.shape[2:])


@operator("MaxPool")
def max_pool(node, x):
    window = Window(node, x.shape[2:], kernel_of(node, x))
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    padded = window.padded(x, lowest)
    order = "F" if node.get("storage_order", 0) else "C"
    places = np.arange(np.prod(x.shape[2:], dtype=int)).reshape(x.shape[2:], order=order)
    planes = np.arange(x.shape[0] * x.shape[1]).reshape(x.shape[:2] + (1,) * places.ndim)
    places = window.padded(planes * places.size + places, -1)
    best, index = None, None
    for offset in window.offsets():
        seen, place = window.at(padded, offset), window.at(places, offset)
        # The first of equal ones, and never the padding.
        better = (place >= 0) if best is None else (place >= 0) & ((index < 0) | (seen > best))
        best = np.where(better, seen, lowest if best is None else best)
        index = np.where(better, place, -1 if index is None else index)
    return (best.astype(x.dtype), index.astype(np.int64))[:node.outputs]


@operator("AveragePool")
def average_pool(node, x):
    window = Window(node, x.shape[2:], kernel_of(node, x))
    padded = window.padded(wide(x), 0)
    counted = np.ones(x.shape[2:])
    if node.get("count_include_pad", 0):
        counted = np.pad(counted, list(zip(window.begins, window.ends)), constant_values=1)
        inner = Window(node, x.shape[2:], kernel_of(node, x))
        counted = np.pad(counted, [(0, p - c) for p, c in zip(inner.padded(x, 0).shape[2:], counted.shape)])
    else:
        counted = window.padded(counted, 0)
    total = sum(window.at(padded, offset) for offset in window.offsets())
    count = sum(window.at(counted, offset) for offset in window.offsets())
    return rounded(total / count, x)


@operator("LpPool")
def lp_pool(node, x):
    window, p = Window(node, x.shape[2:], kernel_of(node, x)), node.get("p", 2)
    padded = window.padded(np.abs(wide(x)) ** p, 0)
    return rounded(sum(window.at(padded, offset) for offset in window.offsets()) ** (1 / p), x)


@operator("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool")
def global_pool(node, x):
    axes, values = tuple(range(2, x.ndim)), wide(x)
    if node.op == "GlobalAveragePool":
        return rounded(values.mean(axes, keepdims=True), x)
    if node.op == "GlobalMaxPool":
        return rounded(values.max(axes, keepdims=True), x)
    p = node.get("p", 2)
    return rounded((np.abs(values) ** p).sum(axes, keepdims=True) ** (1 / p), x)
