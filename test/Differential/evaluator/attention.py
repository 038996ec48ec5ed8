#===- attention.py - Attention and its embedding of positions -------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np

from .registry import operator, rounded


def softcapped(scores, cap):
    return cap * np.tanh(scores / cap) if cap else scores


def split_heads(x, heads):
    return x if x.ndim == 4 else x.reshape(x.shape[:2] + (heads, -1)).transpose(0, 2, 1, 3)


@operator("RotaryEmbedding")
def rotary_embedding(node, x, cosine, sine, positions=None):
    values = split_heads(x.astype(np.float64), node.get("num_heads", 0))
    if positions is not None:
        cosine, sine = cosine[positions], sine[positions]
    cosine, sine = cosine[:, None].astype(np.float64), sine[:, None].astype(np.float64)
    size = node.get("rotary_embedding_dim", 0) or values.shape[-1]
    turned, rest = values[..., :size], values[..., size:]
    if node.get("interleaved", 0):
        a, b = turned[..., ::2], turned[..., 1::2]
    else:
        a, b = turned[..., :size // 2], turned[..., size // 2:]
    real, imaginary = a * cosine - b * sine, a * sine + b * cosine
    if node.get("interleaved", 0):
        turned = np.stack([real, imaginary], -1).reshape(turned.shape)
    else:
        turned = np.concatenate([real, imaginary], -1)
    result = np.concatenate([turned, rest], -1)
    return rounded(result if x.ndim == 4 else result.transpose(0, 2, 1, 3).reshape(x.shape), x)


def attention_bias(node, mask, shape, past, lengths):
    """What is added to the scores: the mask, and minus infinity behind the diagonal and behind a
    sample's last key."""
    bias = np.zeros(shape)
    if lengths is not None:
        behind = np.arange(shape[-1]) >= lengths.reshape(-1, 1, 1, 1)
        bias = np.where(behind, -np.inf, bias)
    if node.get("is_causal", 0):
        queries, keys = shape[-2:]
        later = np.arange(keys) > np.arange(queries)[:, None] + past
        bias = np.where(later, -np.inf, bias)
    if mask is not None:
        missing = shape[-1] - mask.shape[-1]
        mask = np.where(mask, 0.0, -np.inf) if mask.dtype == bool else mask.astype(np.float64)
        bias = bias + np.pad(mask, [(0, 0)] * (mask.ndim - 1) + [(0, missing)], constant_values=-np.inf)
    return bias


@operator("Attention")
def attention(node, q, k, v, mask=None, past_key=None, past_value=None, lengths=None):
    heads, kv_heads = node.get("q_num_heads", q.shape[1]), node.get("kv_num_heads", k.shape[1])
    query, key, value = (split_heads(x, n).astype(np.float64) for x, n in ((q, heads), (k, kv_heads), (v, kv_heads)))
    past = 0
    if past_key is not None:
        past = past_key.shape[2]
        key, value = np.concatenate([past_key, key], 2), np.concatenate([past_value, value], 2)
    present = rounded(key, k), rounded(value, v)
    repeat = query.shape[1] // key.shape[1]
    key, value = np.repeat(key, repeat, 1), np.repeat(value, repeat, 1)
    scale = node.get("scale", 1 / np.sqrt(query.shape[-1]))
    scores = scale * query @ key.swapaxes(-1, -2)
    capped = softcapped(scores, node.get("softcap", 0.0))
    biased = capped + attention_bias(node, mask, scores.shape, past, lengths)
    powers = np.exp(biased - biased.max(-1, keepdims=True))
    weights = powers / powers.sum(-1, keepdims=True)
    result = weights @ value
    if q.ndim == 3:
        result = result.transpose(0, 2, 1, 3).reshape(q.shape[0], q.shape[1], -1)
    shown = [scores, capped, biased, weights][node.get("qk_matmul_output_mode", 0)]
    return ((rounded(result, q),) + present + (rounded(shown, q),))[:node.outputs]
