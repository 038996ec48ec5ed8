#===- types.py - Element types and casts ---------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
"""BFLOAT16 has no numpy type: its values are f32 arrays of the class Bfloat16,
which every operation but data movement loses."""
import numpy as np

from .registry import operator, rounded

BFLOAT16 = 16
NUMPY_TYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 4: np.uint16, 5: np.int16, 6: np.int32, 7: np.int64,
               9: np.bool_, 10: np.float16, 11: np.float64, 12: np.uint32, 13: np.uint64}
ONNX_TYPES = {np.dtype(kind): code for code, kind in NUMPY_TYPES.items()}


def to_bfloat16(x):
    """Rounded to the nearest BFLOAT16, ties to even; finite values only."""
    bits = np.ascontiguousarray(x, np.float32).view(np.uint32)
    bits = (bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)
    return bits.view(np.float32).reshape(x.shape)


@operator("Cast")
def cast(node, x):
    to = node.get("to")
    if to == BFLOAT16:
        return to_bfloat16(x.astype(np.float32))
    kind = np.dtype(NUMPY_TYPES[to])
    if x.dtype.kind == "f" and kind.kind in "iu":
        return np.trunc(x).astype(np.int64).astype(kind)
    return x != 0 if kind.kind == "b" else x.astype(kind)


@operator("CastLike")
def cast_like(node, x, like):
    node.attributes["to"] = ONNX_TYPES[like.dtype]
    return cast(node, x)


@operator("BitCast")
def bit_cast(node, x):
    return np.ascontiguousarray(x).view(NUMPY_TYPES[node.get("to")]).reshape(x.shape)


@operator("Constant")
def constant(node):
    for name, kind in (("value_float", np.float32), ("value_floats", np.float32),
                       ("value_int", np.int64), ("value_ints", np.int64)):
        if node.get(name) is not None:
            return np.array(node.get(name), kind)
    return node.get("value")


@operator("ConstantOfShape")
def constant_of_shape(node, shape):
    value = node.get("value", np.zeros(1, np.float32))
    return np.full([int(n) for n in shape], value.reshape(-1)[0], value.dtype)


@operator("EyeLike")
def eye_like(node, x):
    kind = NUMPY_TYPES[node.get("dtype")] if node.get("dtype") else x.dtype
    return np.eye(*x.shape, k=node.get("k", 0), dtype=kind)


@operator("Range")
def range_(node, start, limit, delta):
    return rounded(np.arange(start, limit, delta), start)


@operator("Shape")
def shape(node, x):
    rank = x.ndim
    start, end = node.get("start", 0), node.get("end", rank)
    start = min(max(start + rank if start < 0 else start, 0), rank)
    end = min(max(end + rank if end < 0 else end, 0), rank)
    return np.array(x.shape[start:end], np.int64)


@operator("Size")
def size(node, x):
    return np.array(x.size, np.int64)
