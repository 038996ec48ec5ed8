#===- recurrent.py - RNN, GRU and LSTM -----------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
"""Sequences are [time, batch, input], weights [direction, gates * hidden, ...]."""
import numpy as np

from .elementwise import sigmoid
from .registry import operator, rounded, wide

FUNCTIONS = {
    "Sigmoid": lambda x, a, b: sigmoid(x), "Tanh": lambda x, a, b: np.tanh(x),
    "Relu": lambda x, a, b: np.maximum(x, 0), "Affine": lambda x, a, b: a * x + b,
    "LeakyRelu": lambda x, a, b: np.where(x < 0, a * x, x),
    "ThresholdedRelu": lambda x, a, b: np.where(x > a, x, 0), "ScaledTanh": lambda x, a, b: a * np.tanh(b * x),
    "HardSigmoid": lambda x, a, b: np.clip(a * x + b, 0, 1),
    "Elu": lambda x, a, b: np.where(x < 0, a * np.expm1(x), x),
    "Softsign": lambda x, a, b: x / (1 + np.abs(x)), "Softplus": lambda x, a, b: np.logaddexp(x, 0),
}
DEFAULTS = {"RNN": ["Tanh"], "GRU": ["Sigmoid", "Tanh"], "LSTM": ["Sigmoid", "Tanh", "Tanh"]}
TAKES_ALPHA = {"Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "HardSigmoid", "Elu"}
TAKES_BETA = {"Affine", "ScaledTanh", "HardSigmoid"}
# Where the specification has a default.
ALPHA = {"LeakyRelu": 0.01, "ThresholdedRelu": 1.0, "HardSigmoid": 0.2, "Elu": 1.0}
BETA = {"HardSigmoid": 0.5}


def functions_of(node, directions):
    """The activations of each direction; alphas and betas go to those that take one, in order."""
    names = node.get("activations", DEFAULTS[node.op] * directions)
    alphas, betas = list(node.get("activation_alpha", [])), list(node.get("activation_beta", []))
    made = []
    for name in names:
        a = alphas.pop(0) if alphas and name in TAKES_ALPHA else ALPHA.get(name)
        b = betas.pop(0) if betas and name in TAKES_BETA else BETA.get(name)
        made.append(lambda x, f=FUNCTIONS[name], a=a, b=b: f(x, a, b))
    each = len(DEFAULTS[node.op])
    return [made[i * each:(i + 1) * each] for i in range(directions)]


class Cell:
    """One direction: its parameters, and one step of time."""

    def __init__(self, node, w, r, b, p, functions):
        self.node, self.w, self.r, self.functions = node, w, r, functions
        self.wb, self.rb = np.split(b, 2)
        self.p = p
        self.limit = node.get("clip")

    def clipped(self, x):
        return x if self.limit is None else np.clip(x, -self.limit, self.limit)

    def rnn(self, x, h, c):
        return self.functions[0](self.clipped(x @ self.w.T + h @ self.r.T + self.wb + self.rb)), c

    def gru(self, x, h, c):
        f, g = self.functions
        (wz, wr, wh), (rz, rr, rh) = np.split(self.w, 3), np.split(self.r, 3)
        (bz, br, bh), (sz, sr, sh) = np.split(self.wb, 3), np.split(self.rb, 3)
        z = f(self.clipped(x @ wz.T + h @ rz.T + bz + sz))
        r = f(self.clipped(x @ wr.T + h @ rr.T + br + sr))
        inner = r * (h @ rh.T + sh) if self.node.get("linear_before_reset", 0) else (r * h) @ rh.T + sh
        candidate = g(self.clipped(x @ wh.T + inner + bh))
        return (1 - z) * candidate + z * h, c

    def lstm(self, x, h, c):
        f, g, last = self.functions
        i, o, forget, new = np.split(x @ self.w.T + h @ self.r.T + self.wb + self.rb, 4, -1)
        pi, po, pf = np.split(self.p, 3)
        i, forget = f(self.clipped(i + pi * c)), f(self.clipped(forget + pf * c))
        c = forget * c + i * g(self.clipped(new))
        return f(self.clipped(o + po * c)) * last(c), c

    def run(self, x, h, c, lengths, is_reverse):
        """The states [time, batch, hidden] and the last ones."""
        step = {"RNN": self.rnn, "GRU": self.gru, "LSTM": self.lstm}[self.node.op]
        states = np.zeros(x.shape[:2] + h.shape[-1:])
        h, c = h.copy(), c.copy()
        for batch, length in enumerate(lengths):
            for t in reversed(range(length)) if is_reverse else range(length):
                h[batch], c[batch] = step(x[t, batch], h[batch], c[batch])
                states[t, batch] = h[batch]
        return states, h, c


@operator("RNN", "GRU", "LSTM")
def recurrent(node, x, w, r, b=None, lengths=None, h=None, c=None, p=None):
    values = wide(x).swapaxes(0, 1) if node.get("layout", 0) else wide(x)
    directions, hidden = w.shape[0], r.shape[-1]
    time, batch = values.shape[:2]
    h, c = (np.zeros([directions, batch, hidden]) if s is None else wide(s).swapaxes(0, 1) if node.get("layout", 0)
            else wide(s) for s in (h, c))
    b = np.zeros([directions, 2 * w.shape[1]]) if b is None else wide(b)
    p = np.zeros([directions, 3 * hidden]) if p is None else wide(p)
    lengths = [time] * batch if lengths is None else lengths
    results = []
    for i, functions in enumerate(functions_of(node, directions)):
        is_reverse = i == 1 or node.get("direction", "forward") == "reverse"
        cell = Cell(node, wide(w[i]), wide(r[i]), b[i], p[i], functions)
        results.append(cell.run(values, h[i], c[i], lengths, is_reverse))
    y, last, cells = (np.stack(parts, axis) for parts, axis in zip(zip(*results), (1, 0, 0)))
    if node.get("layout", 0):
        y, last, cells = y.transpose(2, 0, 1, 3), last.swapaxes(0, 1), cells.swapaxes(0, 1)
    return tuple(rounded(value, x) for value in (y, last, cells))[:node.outputs]
