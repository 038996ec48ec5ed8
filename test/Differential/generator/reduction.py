#===- reduction.py - Draws reductions, normalizations, softmax, losses ---===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np

from .graph import Rejected
from .registry import draws

REDUCTIONS = """ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum
    ReduceSumSquare""".split()


def axis_of(g, x):
    return g.int(-x.rank, x.rank - 1)


def axes_in(g, rank, count):
    """Different axes, some of them counted from the end."""
    return [axis - rank if g.chance(0.4) else axis for axis in g.some(range(rank), count)]


@draws("reduction", weight=5)
def reduce(g):
    op = g.pick(REDUCTIONS)
    kinds = ["f32", "f32", "f32", "f64"] if op in ("ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMean") \
        else ["f32", "f32", "f32", "f64", "i32", "i64"]
    if op in ("ReduceMax", "ReduceMin") and g.opset >= 13:
        kinds += ["u8", "i8"]
    x = g.fresh("f32", g.shape(g.int(1, 4)), 0.1, 3) if op == "ReduceLogSum" else g.tensor(g.pick(kinds), (1, 5))
    axes = axes_in(g, x.rank, g.int(1, x.rank)) if g.chance(0.8) else None
    keep = g.pick([None, 0, 1])
    if g.opset >= (13 if op == "ReduceSum" else 18):
        noop = g.pick([None, 0, 1]) if axes is None else None
        g.node(op, [x, axes and g.constant(axes)], keepdims=keep, noop_with_empty_axes=noop)
    else:
        g.node(op, [x], keepdims=keep, axes=axes)


@draws("reduction", weight=2)
def arg_extreme(g):
    x = g.tensor(("f32", "f32", "f64", "i32", "i64") if g.opset >= 12 else "f32", (1, 5), -9, 9)
    last = g.int(0, 1) if g.opset >= 12 else None
    g.node(g.pick(["ArgMax", "ArgMin"]), [x], axis=axis_of(g, x) if g.chance(0.8) else None,
           keepdims=g.pick([None, 0, 1]), select_last_index=last)


@draws("reduction", weight=2)
def top_k(g):
    # Equal integers are in the order of their places; of 0 and -0 either may be the larger.
    x = g.tensor(("f32", "f32", "f64", "i32", "i64"), (1, 4), -9, 9,
                 lambda v: v.kind[0] == "i" or (v.array == 0).sum() < 2)
    axis = axis_of(g, x)
    g.node("TopK", [x, g.constant([g.int(1, x.shape[axis])])], outputs=2, axis=axis, largest=g.pick([None, 0, 1]))


@draws("reduction", since=14, weight=2)
def cumulative(g):
    x = g.tensor(("f32", "f32", "f64", "i32", "i64"), (1, 4))
    op = "CumProd" if g.opset >= 26 and g.chance(0.3) else "CumSum"
    g.node(op, [x, g.constant(np.array(axis_of(g, x), g.pick([np.int32, np.int64])))],
           exclusive=g.pick([None, 1]), reverse=g.pick([None, 1]))


@draws("softmax", weight=3)
def softmax(g):
    x = g.tensor(("f32", "f32", "f64"), (1, 5), -3, 3)
    g.node(g.pick(["Softmax", "LogSoftmax", "Hardmax"]), [x], axis=axis_of(g, x) if g.chance(0.8) else None)


def parameters(g, count, kind="f32"):
    return g.fresh(kind, [count], 0.5, 1.5), g.fresh(kind, [count])


@draws("normalization", weight=2)
def batch_normalization(g):
    x = g.tensor(rank=(2, 5))
    channels = x.shape[1]
    g.node("BatchNormalization", [x, *parameters(g, channels), g.fresh("f32", [channels], -1, 1),
                                  g.fresh("f32", [channels], 0.5, 2)], epsilon=g.pick([None, 1e-3]))


@draws("normalization")
def instance_normalization(g):
    x = g.tensor(rank=(3, 5), fits=lambda v: np.prod(v.shape[2:]) > 2)
    g.node("InstanceNormalization", [x, *parameters(g, x.shape[1])], epsilon=g.pick([None, 1e-3]))


@draws("normalization", since=21)
def group_normalization(g):
    x = g.tensor(rank=(3, 4))
    channels = x.shape[1]
    groups = g.pick([n for n in range(1, channels + 1) if channels % n == 0])
    if np.prod(x.shape[1:]) // groups < 3:
        raise Rejected("nothing to normalize")
    g.node("GroupNormalization", [x, *parameters(g, channels)], num_groups=groups, epsilon=g.pick([None, 1e-3]))


@draws("normalization", since=17, weight=2)
def layer_normalization(g):
    x = g.tensor(rank=(1, 4))
    axis = axis_of(g, x)
    shape = x.shape[axis % x.rank:]
    if np.prod(shape) < 3:
        raise Rejected("nothing to normalize")
    scale = g.fresh("f32", shape, 0.5, 1.5)
    if g.opset >= 23 and g.chance(0.5):
        g.node("RMSNormalization", [x, scale], axis=axis)
        return
    bias = g.fresh("f32", shape) if g.chance(0.7) else None
    g.node("LayerNormalization", [x, scale, bias], outputs=g.pick([1, 1, 3]), axis=axis, epsilon=g.pick([None, 1e-3]))


@draws("normalization")
def other_normalization(g):
    op = g.pick(["LpNormalization", "LRN", "MeanVarianceNormalization"])
    if op == "LpNormalization":
        x = g.tensor(rank=(1, 4))
        g.node(op, [x], axis=axis_of(g, x) if g.chance(0.7) else None, p=g.pick([None, 1, 2]))
    elif op == "LRN":
        g.node(op, [g.tensor(rank=(3, 5))], size=g.int(1, 5), alpha=g.pick([None, 0.2]), beta=g.pick([None, 0.5]),
               bias=g.pick([None, 2.0]))
    else:
        x = g.tensor(rank=(4, 4), fits=lambda v: v.shape[0] * v.shape[2] * v.shape[3] > 3)
        g.node(op, [x])


@draws("loss", since=13, weight=2)
def loss(g):
    x = g.tensor(rank=(2, 4), low=-3, high=3)
    classes = x.shape[1]
    target = g.fresh(g.pick(["i32", "i64"]), x.shape[:1] + x.shape[2:], 0, classes - 1)
    weight = g.fresh("f32", [classes], 0.3, 2) if g.chance(0.5) else None
    ignored = g.int(0, classes - 1) if g.chance(0.3) else None
    reduction = g.pick([None, "none", "sum", "mean"])
    if g.chance(0.4):
        g.node("NegativeLogLikelihoodLoss", [x, target, weight], ignore_index=ignored, reduction=reduction)
    else:
        g.node("SoftmaxCrossEntropyLoss", [x, target, weight], outputs=g.int(1, 2), ignore_index=ignored,
               reduction=reduction)
