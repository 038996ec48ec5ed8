#===- recurrent.py - Draws RNN, GRU and LSTM -----------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
from .registry import draws

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
ACTIVATIONS = {"RNN": 1, "GRU": 2, "LSTM": 3}


@draws("recurrent", weight=4)
def recurrent(g):
    op = g.pick(GATES)
    layout = 1 if g.opset >= 14 and g.chance(0.2) else None
    x = g.tensor(rank=(3, 3), most=4) if layout is None else g.fresh("f32", [g.int(1, 2), g.int(1, 4), g.int(1, 4)])
    time, batch = x.shape[:2] if layout is None else x.shape[1::-1]
    hidden, direction = g.int(1, 4), g.pick([None, "forward", "reverse", "bidirectional"])
    directions = 2 if direction == "bidirectional" else 1
    gates = GATES[op] * hidden
    w = g.fresh("f32", [directions, gates, x.shape[2]], -1, 1, is_constant=g.chance(0.8))
    r = g.fresh("f32", [directions, gates, hidden], -1, 1, is_constant=g.chance(0.8))
    b = g.fresh("f32", [directions, 2 * gates], -1, 1) if g.chance(0.6) else None
    lengths = g.fresh("i32", [batch], 1, time) if g.chance(0.25) else None
    state = [directions, batch, hidden] if layout is None else [batch, directions, hidden]
    h = g.fresh("f32", state, -1, 1) if g.chance(0.4) else None
    c = g.fresh("f32", state, -1, 1) if op == "LSTM" and g.chance(0.4) else None
    p = g.fresh("f32", [directions, 3 * hidden], -1, 1) if op == "LSTM" and g.chance(0.4) else None
    attributes = {"hidden_size": hidden, "direction": direction, "layout": layout}
    if g.chance(0.3):
        attributes["activations"] = [g.pick(["Sigmoid", "Tanh", "Softsign", "HardSigmoid"])
                                     for _ in range(ACTIVATIONS[op] * directions)]
    if op == "GRU":
        attributes["linear_before_reset"] = g.pick([None, 1])
    inputs = [x, w, r, b, lengths, h] + ([c, p] if op == "LSTM" else [])
    g.node(op, inputs, outputs=g.int(1, 3 if op == "LSTM" else 2), **attributes)
