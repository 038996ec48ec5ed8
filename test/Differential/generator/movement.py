#===- movement.py - Draws operators that move elements -------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np

from .graph import KINDS, Rejected
from .reduction import axes_in, axis_of
from .registry import draws

ANY = ("f32", "f32", "f32", "f64", "f16", "i32", "i64", "u8", "i8", "i16", "bool")


def any_tensor(g, rank=(1, 5), fits=None):
    return g.tensor(g.pick(ANY), rank, -9, 9, fits)


@draws("shape", weight=3)
def reshape(g):
    x = any_tensor(g, (0, 5))
    factors, left = [], x.array.size
    while left > 1 and len(factors) < 4:
        factors.append(g.pick([n for n in range(1, left + 1) if left % n == 0]))
        left //= factors[-1]
    shape = factors + ([left] if left > 1 or not factors and x.rank else [])
    if shape and g.chance(0.3):
        shape.insert(g.int(0, len(shape)), 1)
    if shape and g.chance(0.5):
        shape[g.int(0, len(shape) - 1)] = -1
    for i in range(min(len(shape), x.rank)):
        if shape[i] == x.shape[i] and g.chance(0.5):
            shape[i] = 0
    g.node("Reshape", [x, g.constant(np.array(shape, np.int64))])


@draws("shape", weight=3)
def transpose(g):
    x = any_tensor(g, (0, 5))
    g.node("Transpose", [x], perm=g.some(range(x.rank), x.rank) if x.rank and g.chance(0.8) else None)


@draws("shape", since=13, weight=2)
def squeeze(g):
    x = any_tensor(g, (0, 4))
    if g.chance(0.5):
        ones = [i for i, n in enumerate(x.shape) if n == 1]
        axes = [axis - x.rank if g.chance(0.3) else axis for axis in g.some(ones, g.int(1, len(ones)))] if ones else None
        g.node("Squeeze", [x, axes and g.constant(axes)])
    else:
        count = g.int(1, 2)
        g.node("Unsqueeze", [x, g.constant(axes_in(g, x.rank + count, count))])


@draws("shape")
def flatten(g):
    x = any_tensor(g, (0, 5))
    g.node("Flatten", [x], axis=g.int(-x.rank, x.rank) if g.chance(0.8) or not x.rank else None)


@draws("shape")
def identity(g):
    g.node("Identity", [any_tensor(g, (0, 5))])


@draws("slice", weight=4)
def slice_(g):
    x = any_tensor(g)
    axes = axes_in(g, x.rank, g.int(1, x.rank))
    starts, ends, steps = [], [], []
    for axis in axes:
        n = x.shape[axis]
        first, last, step = sorted([g.int(0, n - 1), g.int(0, n - 1)]) + [g.int(1, 3)]
        if g.chance(0.35):
            starts.append(last if g.chance(0.7) else 2 ** 31 - 1)
            ends.append(first - 1 if first else g.pick([-n - 1, -2 ** 31]))
            steps.append(-step)
        else:
            starts.append(first - n if g.chance(0.4) else first)
            ends.append(g.pick([last + 1, 2 ** 63 - 1]) if last == n - 1 else last + 1 - n * g.int(0, 1))
            steps.append(step)
    steps = g.constant(steps) if any(step != 1 for step in steps) or g.chance(0.5) else None
    axes = None if axes == list(range(len(axes))) and g.chance(0.5) else axes
    g.node("Slice", [x, g.constant(starts), g.constant(ends), g.constant(axes) if axes else None, steps])


def indices(g, shape, size, kind=("i32", "i64")):
    """From -size to size - 1, of which negative ones count from the end."""
    return g.fresh(g.pick(kind), shape, -size if g.chance(0.5) else 0, size - 1)


@draws("gather", weight=2)
def gather(g):
    x = any_tensor(g)
    axis = axis_of(g, x)
    g.node("Gather", [x, indices(g, g.shape(g.int(0, 2), 4), x.shape[axis])], axis=axis)


@draws("gather", weight=2)
def gather_elements(g):
    x = any_tensor(g, (1, 4))
    axis = axis_of(g, x)
    # The other axes are all of x: what smaller ones mean has changed.
    shape = [g.int(1, n + 1) if i == axis % x.rank else n for i, n in enumerate(x.shape)]
    g.node("GatherElements", [x, indices(g, shape, x.shape[axis])], axis=axis)


@draws("gather", since=12, weight=2)
def gather_nd(g):
    x = any_tensor(g, (1, 4))
    batch = g.int(0, min(1, x.rank - 1))
    depth = g.int(1, x.rank - batch)
    shape = x.shape[:batch] + g.shape(g.int(0, 2), 3) + [depth]
    parts = [g.random.integers(-n if g.chance(0.3) else 0, n, shape[:-1]) for n in x.shape[batch:batch + depth]]
    index = g.fresh("i64", shape, 0, 0)
    index.copies = [np.stack(parts, -1).astype(np.int64)] * len(index.copies)
    g.node("GatherND", [x, index], batch_dims=batch or None)


def reductions(g):
    """How elements are joined that are scattered to one place."""
    return g.pick([None, "none"] + ["add", "mul"] * (g.opset >= 16) + ["max", "min"] * (g.opset >= 18))


@draws("scatter", weight=2)
def scatter_elements(g):
    x = g.tensor(("f32", "f32", "f64", "i32", "i64", "u8"), (1, 4), -9, 9)
    axis, reduction = axis_of(g, x), reductions(g)
    shape = [g.int(1, n) for n in x.shape]
    n, count = x.shape[axis], shape[axis]
    if reduction in (None, "none"):  # Each place once.
        places = np.argsort(g.random.random(shape[:axis % x.rank] + [n] + shape[axis % x.rank + 1:]), axis)
        places = places.take(range(count), axis)
    else:
        places = g.random.integers(0, n, shape)
    index = g.fresh("i64", shape, 0, 0)
    index.copies = [np.ascontiguousarray(places.astype(np.int64) - n * g.int(0, 1))] * len(index.copies)
    g.node("ScatterElements", [x, index, g.fresh(x.kind, shape, -3, 3)], axis=axis, reduction=reduction)


@draws("scatter", weight=2)
def scatter_nd(g):
    x = g.tensor(("f32", "f32", "f64", "i32", "i64", "u8"), (1, 4), -9, 9)
    depth, reduction = g.int(1, x.rank), reductions(g)
    total = int(np.prod(x.shape[:depth]))
    shape = [g.int(1, min(total, 6))] if g.chance(0.7) or total < 2 else [g.int(1, total // 2), 2]
    count = int(np.prod(shape))
    if count > 200:
        raise Rejected("too many")
    places = g.some(range(total), count) if reduction in (None, "none") \
        else [g.int(0, total - 1) for _ in range(count)]
    index = g.fresh("i64", shape + [depth], 0, 0)
    spread = np.stack(np.unravel_index(np.array(places), x.shape[:depth]), -1).reshape(shape + [depth])
    index.copies = [spread.astype(np.int64)] * len(index.copies)
    g.node("ScatterND", [x, index, g.fresh(x.kind, shape + x.shape[depth:], -3, 3)], reduction=reduction)


@draws("shape", since=13, weight=2)
def split(g):
    x = any_tensor(g)
    axis = axis_of(g, x)
    n, parts = x.shape[axis], g.int(1, min(4, x.shape[axis]))
    if g.chance(0.5):
        cuts = sorted(g.some(range(1, n), parts - 1))
        sizes = [int(b - a) for a, b in zip([0] + cuts, cuts + [n])]
        g.node("Split", [x, g.constant(sizes)], outputs=parts, axis=axis)
    elif g.opset >= 18 and -(-n // parts) * (parts - 1) < n:
        g.node("Split", [x], outputs=parts, axis=axis, num_outputs=parts)
    elif n % parts == 0 and g.opset < 18:
        g.node("Split", [x], outputs=parts, axis=axis)


@draws("shape", since=13, weight=2)
def concat(g):
    x = any_tensor(g)
    axis = axis_of(g, x)
    others = []
    for _ in range(g.int(0, 3)):
        shape = list(x.shape)
        shape[axis] = g.int(1, 3)
        others.append(x if g.chance(0.2) else g.fresh(x.kind, shape))
    g.node("Concat", g.some([x] + others, 1 + len(others)), axis=axis)


@draws("shape", weight=3)
def pad(g):
    modes = ["constant", "constant", "edge", "reflect"] + ["wrap"] * (g.opset >= 19)
    mode = g.pick(modes)
    x = g.tensor(("f32", "f32", "f64", "i32", "i64"), (1, 4))
    axes = axes_in(g, x.rank, g.int(1, x.rank)) if g.opset >= 18 and g.chance(0.4) else None
    pads = [[], []]
    for axis in axes or range(x.rank):
        most = {"reflect": x.shape[axis] - 1, "wrap": x.shape[axis]}.get(mode, 3)
        for part in pads:
            part.append(g.int(0, min(most, 3)) if g.chance(0.8) or mode != "constant"
                        else -g.int(0, (x.shape[axis] - 1) // 2))
    value = g.fresh(x.kind, [], -1, 1) if mode == "constant" and g.chance(0.5) else None
    g.node("Pad", [x, g.constant(pads[0] + pads[1]), value, g.constant(axes) if axes else None],
           mode=None if mode == "constant" and g.chance(0.5) else mode)


@draws("shape", since=13)
def tile(g):
    x = any_tensor(g, (1, 4))
    g.node("Tile", [x, g.constant([g.int(1, 3) for _ in x.shape])])


@draws("shape", since=13)
def expand(g):
    x = any_tensor(g, (0, 4))
    shape = [g.int(1, 3) if n == 1 else g.pick([1, n]) for n in x.shape]
    shape = g.shape(g.int(0, 4 - x.rank), 3) + shape if g.chance(0.5) or not shape else shape
    g.node("Expand", [x, g.constant(np.array(shape, np.int64))])


@draws("shape", since=13)
def depth_to_space(g):
    block = g.int(1, 3)
    if g.chance(0.5):
        x = g.tensor(rank=(4, 4), fits=lambda v: v.shape[1] % block ** 2 == 0) if g.chance(0.4) \
            else g.fresh("f32", [g.int(1, 2), block ** 2 * g.int(1, 2), g.int(1, 4), g.int(1, 4)])
        g.node("DepthToSpace", [x], blocksize=block, mode=g.pick([None, "DCR", "CRD"]))
    else:
        x = g.fresh("f32", [g.int(1, 2), g.int(1, 3), block * g.int(1, 3), block * g.int(1, 3)])
        g.node("SpaceToDepth", [x], blocksize=block)


@draws("gather")
def one_hot(g):
    depth = g.int(2, 6)
    index = g.fresh(g.pick(["i32", "i64"]), g.shape(g.int(0, 3), 4), -depth - 1, depth + 1)
    values = g.fresh(g.pick(["f32", "i32", "f64"]), [2], -3, 3)
    g.node("OneHot", [index, g.constant(np.array(depth, np.int64)), values], axis=g.int(-1, index.rank))


@draws("slice", since=14)
def trilu(g):
    x = g.tensor(("f32", "f64", "i32", "i64"), (2, 4))
    k = g.constant(g.int(-3, 3)) if g.chance(0.6) else None
    g.node("Trilu", [x, k], upper=g.pick([None, 0, 1]))


@draws("slice", since=18)
def center_crop_pad(g):
    x = g.tensor(("f32", "i32"), (1, 4))
    axes = axes_in(g, x.rank, g.int(1, x.rank)) if g.chance(0.5) else None
    g.node("CenterCropPad", [x, g.constant([g.int(1, 7) for _ in axes or x.shape])], axes=axes)


@draws("slice")
def reverse_sequence(g):
    x = g.tensor(("f32", "i32"), (2, 4))
    time = g.int(0, 1)
    lengths = g.fresh("i64", [x.shape[1 - time]], 1, x.shape[time])
    g.node("ReverseSequence", [x, lengths], time_axis=time, batch_axis=1 - time)


@draws("slice")
def compress(g):
    x = any_tensor(g, (1, 4))
    axis = axis_of(g, x)
    condition = g.random.random(x.shape[axis]) < 0.6
    condition[0] = True
    g.node("Compress", [x, g.constant(condition)], axis=axis)


@draws("shape", since=13)
def shape_of(g):
    """Shapes are constants, which take part in arithmetic."""
    x = any_tensor(g)
    start = g.int(-x.rank, x.rank - 1) if g.opset >= 15 and g.chance(0.5) else None
    shape = g.node(g.pick(["Shape", "Size"]) if start is None else "Shape", [x], start=start)
    g.node("Mul", [shape, g.fresh("i64", [], 1, 3, is_constant=False)])


@draws("shape", since=13)
def constants(g):
    op = g.pick(["ConstantOfShape", "EyeLike", "Range"])
    if op == "ConstantOfShape":
        made = g.node(op, [g.constant(g.shape(g.int(1, 3)))])
    elif op == "EyeLike":
        made = g.node(op, [g.tensor(("f32", "i32"), (2, 2))], k=g.int(-2, 2), dtype=KINDS["f32"])
    else:
        start, delta = g.int(-5, 5), g.pick([-2, -1, 1, 2, 3])
        made = g.node(op, [g.constant(np.array(v, np.float32)) for v in (start, start + 5 * delta, delta)])
    g.node("Add", [made, g.fresh("f32", g.broadcastable(made.shape), is_constant=False)])


@draws("scatter", since=24)
def tensor_scatter(g):
    cache = g.tensor("f32", (3, 4))
    axis = g.pick([None, 1]) if cache.rank == 3 else None
    place = axis or cache.rank - 2
    shape = list(cache.shape)
    shape[place] = g.int(1, shape[place])
    mode = g.pick([None, "linear", "circular"])
    most = cache.shape[place] - (1 if mode == "circular" else shape[place])
    write = g.fresh("i64", cache.shape[:1], 0, most) if g.chance(0.7) else None
    g.node("TensorScatter", [cache, g.fresh("f32", shape), write], axis=axis, mode=mode)
