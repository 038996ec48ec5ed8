#===- movement.py - Operators that only move elements --------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np

from .registry import axes_of, ints, operator


@operator("Reshape")
def reshape(node, x, shape=None):
    shape = node.get("shape") if shape is None else ints(shape)
    if not node.get("allowzero", 0):
        shape = [x.shape[i] if n == 0 else n for i, n in enumerate(shape)]
    return x.reshape(shape)


@operator("Transpose")
def transpose(node, x):
    return x.transpose(node.get("perm", range(x.ndim)[::-1]))


@operator("Flatten")
def flatten(node, x):
    axis = node.get("axis", 1)
    axis = axis + x.ndim if axis < 0 else axis
    return x.reshape(int(np.prod(x.shape[:axis])), -1)


@operator("Squeeze")
def squeeze(node, x, axes=None):
    axes = node.get("axes") if axes is None else ints(axes)
    return x.squeeze() if axes is None else x.squeeze(tuple(axes_of(axes, x.ndim)))


@operator("Unsqueeze")
def unsqueeze(node, x, axes=None):
    axes = node.get("axes") if axes is None else ints(axes)
    return np.expand_dims(x, tuple(axes_of(axes, x.ndim + len(axes))))


@operator("Slice")
def slice_(node, x, starts=None, ends=None, axes=None, steps=None):
    starts = node.get("starts") if starts is None else ints(starts)
    ends = node.get("ends") if ends is None else ints(ends)
    axes = ints(axes) if axes is not None else node.get("axes", range(len(starts)))
    steps = [1] * len(starts) if steps is None else ints(steps)
    where = [slice(None)] * x.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps):
        size = x.shape[axis]
        start, end = (start + size if start < 0 else start), (end + size if end < 0 else end)
        last = size if step > 0 else size - 1
        start = min(max(start, 0), last)
        end = min(max(end, 0 if step > 0 else -1), size if step > 0 else last)
        where[axis] = slice(start, None if end < 0 else end, step)
    return x[tuple(where)]


@operator("Gather")
def gather(node, x, index):
    return x.take(index, node.get("axis", 0))


@operator("GatherElements")
def gather_elements(node, x, index):
    axis = node.get("axis", 0)
    return np.take_along_axis(x[tuple(
        slice(None) if i == axis % x.ndim else slice(0, n) for i, n in enumerate(index.shape))], index, axis)


@operator("GatherND")
def gather_nd(node, x, index):
    batch = node.get("batch_dims", 0)
    result = []
    for place in np.ndindex(*index.shape[:-1]):
        result.append(x[place[:batch] + tuple(index[place])])
    return np.array(result, x.dtype).reshape(index.shape[:-1] + x.shape[batch + index.shape[-1]:])


COMBINE = {"none": lambda a, b: b, "add": lambda a, b: a + b, "mul": lambda a, b: a * b, "max": max, "min": min}


@operator("ScatterElements", "Scatter")
def scatter_elements(node, x, index, updates):
    result, axis = x.copy(), node.get("axis", 0) % x.ndim
    combine = COMBINE[node.get("reduction", "none")]
    for place in np.ndindex(*index.shape):
        target = place[:axis] + (index[place],) + place[axis + 1:]
        result[target] = combine(result[target], updates[place])
    return result


@operator("ScatterND")
def scatter_nd(node, x, index, updates):
    result, reduction = x.copy(), node.get("reduction", "none")
    combine = {**COMBINE, "max": np.maximum, "min": np.minimum}[reduction]
    for place in np.ndindex(*index.shape[:-1]):
        target = tuple(index[place])
        result[target] = combine(result[target], updates[place])
    return result


@operator("TensorScatter")
def tensor_scatter(node, cache, update, write=None):
    result, axis = cache.copy(), node.get("axis", -2) % cache.ndim
    size = cache.shape[axis]
    for batch in range(cache.shape[0]):
        for step in range(update.shape[axis]):
            at = (0 if write is None else int(write[batch])) + step
            at = at % size if node.get("mode", "linear") == "circular" else at
            np.moveaxis(result[batch], axis - 1, 0)[at] = np.moveaxis(update[batch], axis - 1, 0)[step]
    return result


@operator("Split")
def split(node, x, sizes=None):
    axis = node.get("axis", 0)
    sizes = node.get("split") if sizes is None else ints(sizes)
    if sizes is None:
        each = -(-x.shape[axis] // node.outputs)  # Parts are equal but for the last.
        sizes = [each] * (node.outputs - 1) + [x.shape[axis] - each * (node.outputs - 1)]
    return tuple(np.split(x, np.cumsum(sizes)[:-1], axis))


@operator("Concat")
def concat(node, *values):
    return np.concatenate(values, node.get("axis"))


@operator("Pad")
def pad(node, x, pads=None, value=None, axes=None):
    pads = node.get("pads") if pads is None else ints(pads)
    axes = list(range(x.ndim)) if axes is None else axes_of(ints(axes), x.ndim)
    width = [(0, 0)] * x.ndim
    for i, axis in enumerate(axes):
        width[axis] = (pads[i], pads[i + len(axes)])
    # Less than nothing is taken off, before the rest is added.
    x = x[tuple(slice(max(-low, 0), n - max(-high, 0)) for (low, high), n in zip(width, x.shape))]
    width = [(max(low, 0), max(high, 0)) for low, high in width]
    mode = node.get("mode", "constant")
    if mode == "constant":
        value = node.get("value", 0) if value is None else np.asarray(value).reshape(-1)[0]
        return np.pad(x, width, constant_values=value)
    return np.pad(x, width, mode=mode)


@operator("Tile")
def tile(node, x, repeats):
    return np.tile(x, ints(repeats))


@operator("Expand")
def expand(node, x, shape):
    return x * np.ones(ints(shape), x.dtype) if x.dtype != bool else x & np.ones(ints(shape), bool)


@operator("DepthToSpace")
def depth_to_space(node, x):
    n, c, h, w = x.shape
    b = node.get("blocksize")
    if node.get("mode", "DCR") == "DCR":
        parts = x.reshape(n, b, b, c // b // b, h, w).transpose(0, 3, 4, 1, 5, 2)
    else:
        parts = x.reshape(n, c // b // b, b, b, h, w).transpose(0, 1, 4, 2, 5, 3)
    return parts.reshape(n, c // b // b, h * b, w * b)


@operator("SpaceToDepth")
def space_to_depth(node, x):
    n, c, h, w = x.shape
    b = node.get("blocksize")
    return x.reshape(n, c, h // b, b, w // b, b).transpose(0, 3, 5, 1, 2, 4).reshape(n, c * b * b, h // b, w // b)


@operator("OneHot")
def one_hot(node, index, depth, values):
    depth = int(np.asarray(depth).reshape(-1)[0])
    axis = node.get("axis", -1)
    hot = np.expand_dims(np.mod(index, depth), axis if axis >= 0 else index.ndim + 1 + axis)
    shape = [1] * hot.ndim
    shape[axis] = depth
    inside = np.expand_dims((index >= -depth) & (index < depth), axis)
    is_hot = (hot == np.arange(depth).reshape(shape)) & inside
    return np.where(is_hot, values[1], values[0])


@operator("Trilu")
def trilu(node, x, k=None):
    k = 0 if k is None else int(k)
    return (np.triu if node.get("upper", 1) else np.tril)(x, k)


@operator("ReverseSequence")
def reverse_sequence(node, x, lengths):
    batch, time = node.get("batch_axis", 1), node.get("time_axis", 0)
    result = x.copy()
    view, source = np.moveaxis(result, (batch, time), (0, 1)), np.moveaxis(x, (batch, time), (0, 1))
    for i, length in enumerate(lengths):
        view[i, :length] = source[i, :length][::-1]
    return result


@operator("CenterCropPad")
def center_crop_pad(node, x, shape):
    axes = axes_of(node.get("axes", range(x.ndim)), x.ndim)
    for axis, size in zip(axes, ints(shape)):
        extra = size - x.shape[axis]
        if extra < 0:
            x = x.take(range(-extra // 2, -extra // 2 + size), axis)
        else:
            width = [(0, 0)] * x.ndim
            width[axis] = (extra // 2, extra - extra // 2)
            x = np.pad(x, width)
    return x


@operator("Compress")
def compress(node, x, condition):
    return x.compress(condition, node.get("axis"))
