#===- attention.py - Draws attention and rotary embeddings ---------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np

from .registry import draws


@draws("attention", since=23, weight=3)
def attention(g):
    batch, heads, repeat, size = g.int(1, 2), g.int(1, 2), g.int(1, 2), 2 * g.int(1, 4)
    queries, keys, value_size = g.int(1, 5), g.int(1, 6), g.int(1, 5)
    is_flat = g.chance(0.4)
    if is_flat:
        q = g.fresh("f32", [batch, queries, heads * repeat * size], -1, 1)
        k = g.fresh("f32", [batch, keys, heads * size], -1, 1)
        v = g.fresh("f32", [batch, keys, heads * value_size])
    else:
        q = g.fresh("f32", [batch, heads * repeat, queries, size], -1, 1)
        k = g.fresh("f32", [batch, heads, keys, size], -1, 1)
        v = g.fresh("f32", [batch, heads, keys, value_size])
    past, past_key, past_value = 0, None, None
    if g.chance(0.3):
        past = g.int(1, 4)
        past_key = g.fresh("f32", [batch, heads, past, size], -1, 1)
        past_value = g.fresh("f32", [batch, heads, past, value_size])
    mask = None
    if g.chance(0.5):
        shape = g.pick([[queries, past + keys], [batch, 1, queries, past + keys], [1, heads * repeat, queries, past + keys]])
        mask = g.fresh("bool" if g.chance(0.4) else "f32", shape)
        if mask.kind == "bool":  # Each query sees its first key.
            mask.copies[0][..., 0] = True
    g.node("Attention", [q, k, v, mask, past_key, past_value], outputs=3 if past else 1,
           q_num_heads=heads * repeat if is_flat else None, kv_num_heads=heads if is_flat else None,
           is_causal=g.pick([None, 1]), scale=g.pick([None, 0.4]), softcap=g.pick([None, 1.5]))


@draws("attention", since=23, weight=2)
def rotary_embedding(g):
    batch, heads, length, size = g.int(1, 2), g.int(1, 3), g.int(1, 4), 2 * g.int(2, 4)
    is_flat = g.chance(0.4)
    x = g.fresh("f32", [batch, length, heads * size] if is_flat else [batch, heads, length, size])
    part = size // 2 * 2 if g.chance(0.6) else 2
    has_positions = g.chance(0.5)
    angles = g.random.uniform(-1.2, 1.2, [length + 3, part // 2] if has_positions else [batch, length, part // 2])
    positions = g.fresh("i64", [batch, length], 0, length + 2) if has_positions else None
    g.node("RotaryEmbedding", [x, g.constant(np.cos(angles).astype(np.float32)),
                               g.constant(np.sin(angles).astype(np.float32)), positions],
           num_heads=heads if is_flat else None, rotary_embedding_dim=part if part < size else None,
           interleaved=g.pick([None, 1]))
