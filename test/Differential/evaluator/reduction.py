#===- reduction.py - Reductions, normalizations, softmax, losses ---------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np

from .registry import axes_of, ints, operator, rounded, wide


def least(x):
    return -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min


def log_sum_exp(x, axes, keep):
    most = x.max(axes, keepdims=True, initial=-np.inf)
    most = np.where(np.isinf(most), 0, most)  # No elements, or zeros only.
    result = np.log(np.exp(x - most).sum(axes, keepdims=True)) + most
    return result if keep else result.squeeze(axes)


REDUCTIONS = {
    "ReduceL1": lambda x, axes, keep: np.abs(x).sum(axes, keepdims=keep),
    "ReduceL2": lambda x, axes, keep: np.sqrt((x * x).sum(axes, keepdims=keep)),
    "ReduceLogSum": lambda x, axes, keep: np.log(x.sum(axes, keepdims=keep)),
    "ReduceLogSumExp": log_sum_exp,
    "ReduceMax": lambda x, axes, keep: x.max(axes, keepdims=keep, initial=least(x)),
    "ReduceMean": lambda x, axes, keep: x.mean(axes, keepdims=keep),
    "ReduceMin": lambda x, axes, keep: -(-x).max(axes, keepdims=keep, initial=least(x)),
    "ReduceProd": lambda x, axes, keep: x.prod(axes, keepdims=keep),
    "ReduceSum": lambda x, axes, keep: x.sum(axes, keepdims=keep),
    "ReduceSumSquare": lambda x, axes, keep: (x * x).sum(axes, keepdims=keep),
}


@operator(*REDUCTIONS)
def reduce(node, x, axes=None):
    axes = node.get("axes") if axes is None else ints(axes)
    if not axes and node.get("noop_with_empty_axes", 0):
        axes = ()  # What is not the reduction itself, such as the logarithm, is done.
    else:
        axes = tuple(axes_of(axes, x.ndim)) if axes else tuple(range(x.ndim))
    values = wide(x) if x.dtype.kind == "f" else x.astype(np.int64)
    return rounded(REDUCTIONS[node.op](values, axes, bool(node.get("keepdims", 1))), x)


@operator("ArgMax", "ArgMin")
def arg_extreme(node, x):
    axis = node.get("axis", 0) % x.ndim
    find = np.argmax if node.op == "ArgMax" else np.argmin
    if node.get("select_last_index", 0):
        index = x.shape[axis] - 1 - find(np.flip(x, axis), axis)
    else:
        index = find(x, axis)
    return np.expand_dims(index, axis) if node.get("keepdims", 1) else index


@operator("TopK")
def top_k(node, x, k=None):
    k = node.get("k") if k is None else int(k[0])
    axis = node.get("axis", -1) % x.ndim
    keys = x.astype(np.float64 if x.dtype.kind == "f" else np.int64)
    order = np.argsort(-keys if node.get("largest", 1) else keys, axis, kind="stable")
    index = order.take(range(k), axis)
    return np.take_along_axis(x, index, axis), index.astype(np.int64)


@operator("CumSum", "CumProd")
def cumulative(node, x, axis):
    axis = int(np.asarray(axis).reshape(-1)[0]) % x.ndim
    values = wide(x) if x.dtype.kind == "f" else x
    if node.get("reverse", 0):
        values = np.flip(values, axis)
    result = (np.cumsum if node.op == "CumSum" else np.cumprod)(values, axis)
    if node.get("exclusive", 0):
        first = np.full_like(result.take([0], axis), node.op == "CumProd")
        result = np.concatenate([first, result.take(range(x.shape[axis] - 1), axis)], axis)
    return rounded(np.flip(result, axis) if node.get("reverse", 0) else result, x)


def softmax_of(x, axis):
    powers = np.exp(x - x.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


@operator("Softmax", "LogSoftmax", "Hardmax")
def softmax(node, x):
    values = wide(x)
    if node.opset >= 13:
        axis = node.get("axis", -1)
    else:  # All axes from this one on are one.
        split = node.get("axis", 1) % max(x.ndim, 1)
        values, axis = values.reshape(int(np.prod(x.shape[:split])), -1), 1
    if node.op == "Hardmax":
        result = np.zeros(values.shape)
        np.put_along_axis(result, np.expand_dims(values.argmax(axis), axis), 1, axis)
    elif node.op == "Softmax":
        result = softmax_of(values, axis)
    else:
        result = values - log_sum_exp(values, (axis % values.ndim,), True)
    return rounded(result.reshape(x.shape), x)


def along(parameter, rank):
    """[C] as [1, C, 1, ...]."""
    return wide(parameter).reshape([1, -1] + [1] * (rank - 2))


@operator("BatchNormalization")
def batch_normalization(node, x, scale, bias, mean, variance):
    deviation = np.sqrt(along(variance, x.ndim) + node.get("epsilon", 1e-5))
    return rounded((wide(x) - along(mean, x.ndim)) / deviation * along(scale, x.ndim) + along(bias, x.ndim), x)


def standardized(x, axes, epsilon):
    mean = x.mean(axes, keepdims=True)
    inverse = 1 / np.sqrt(x.var(axes, keepdims=True) + epsilon)
    return (x - mean) * inverse, mean, inverse


@operator("InstanceNormalization")
def instance_normalization(node, x, scale, bias):
    result = standardized(wide(x), tuple(range(2, x.ndim)), node.get("epsilon", 1e-5))[0]
    return rounded(result * along(scale, x.ndim) + along(bias, x.ndim), x)


@operator("GroupNormalization")
def group_normalization(node, x, scale, bias):
    parts = wide(x).reshape(x.shape[0], node.get("num_groups"), -1)
    result = standardized(parts, (2,), node.get("epsilon", 1e-5))[0].reshape(x.shape)
    return rounded(result * along(scale, x.ndim) + along(bias, x.ndim), x)


@operator("LayerNormalization")
def layer_normalization(node, x, scale, bias=None):
    axes = tuple(range(node.get("axis", -1) % x.ndim, x.ndim))
    result, mean, inverse = standardized(wide(x), axes, node.get("epsilon", 1e-5))
    result = result * scale if bias is None else result * scale + bias
    return tuple(rounded(value, x) for value in (result, mean, inverse))[:node.outputs]


@operator("RMSNormalization")
def rms_normalization(node, x, scale):
    axes = tuple(range(node.get("axis", -1) % x.ndim, x.ndim))
    squares = (wide(x) ** 2).mean(axes, keepdims=True)
    return rounded(wide(x) / np.sqrt(squares + node.get("epsilon", 1e-5)) * scale, x)


@operator("LpNormalization")
def lp_normalization(node, x):
    axis, p = node.get("axis", -1), node.get("p", 2)
    norm = (np.abs(wide(x)) ** p).sum(axis, keepdims=True) ** (1 / p)
    return rounded(wide(x) / np.where(norm == 0, 1, norm), x)  # Zeros stay zeros.


@operator("MeanVarianceNormalization")
def mean_variance_normalization(node, x):
    axes = tuple(axes_of(node.get("axes", [0, 2, 3]), x.ndim))
    values = wide(x)
    return rounded((values - values.mean(axes, keepdims=True)) / (values.std(axes, keepdims=True) + 1e-9), x)


@operator("LRN")
def lrn(node, x):
    size, squares = node.get("size"), wide(x) ** 2
    before, channels = (size - 1) // 2, x.shape[1]
    total = np.stack([squares[:, max(0, c - before):c - before + size].sum(1) for c in range(channels)], 1)
    base = node.get("bias", 1.0) + node.get("alpha", 1e-4) / size * total
    return rounded(wide(x) / base ** node.get("beta", 0.75), x)


def weighted_loss(node, log_probability, target, weight):
    """-w[t] * log_probability[n, t, ...], reduced; an ignored target has no weight."""
    classes = log_probability.shape[1]
    ignored = target == node.get("ignore_index", -classes - 999)
    index = np.where(ignored, 0, target)
    picked = np.take_along_axis(log_probability, np.expand_dims(index, 1), 1).squeeze(1)
    scale = np.where(ignored, 0.0, 1.0 if weight is None else wide(weight)[index])
    loss, reduction = -picked * scale, node.get("reduction", "mean")
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / scale.sum()


@operator("NegativeLogLikelihoodLoss")
def negative_log_likelihood(node, x, target, weight=None):
    return rounded(weighted_loss(node, wide(x), target.astype(np.int64), weight), x)


@operator("SoftmaxCrossEntropyLoss")
def cross_entropy(node, scores, labels, weight=None):
    log_probability = wide(scores) - log_sum_exp(wide(scores), (1,), True)
    loss = rounded(weighted_loss(node, log_probability, labels.astype(np.int64), weight), scores)
    return (loss, rounded(log_probability, scores))[:node.outputs]
