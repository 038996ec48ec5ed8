#!/usr/bin/env python3
#===- recurrent.py - Recurrent networks from the model to the code --------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Compiles networks of RNN, GRU and LSTM with seeded weights, and compares what
they compute with the equations of the ONNX specification, written in NumPy.

    recurrent.py cells FOLDER      every attribute of the three operators, in f32
    recurrent.py keywords FOLDER   two bidirectional LSTM and a classifier: in f32,
                                   quantized to W8A8, and the same bytes everywhere
"""
import os
import subprocess
import sys

import numpy as np

import identity

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tools"))
import onnx_file as onnx  # noqa: E402 (beside this folder)

STEPS, BATCH, INPUTS, HIDDEN = 7, 3, 5, 6
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def activation(name, alpha, beta):
    return {"Affine": lambda x: alpha * x + beta,
            "Elu": lambda x: np.where(x > 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1)),
            "HardSigmoid": lambda x: np.clip(alpha * x + beta, 0, 1),
            "LeakyRelu": lambda x: np.where(x > 0, x, alpha * x),
            "Relu": lambda x: np.maximum(x, 0),
            "ScaledTanh": lambda x: alpha * np.tanh(beta * x),
            "Sigmoid": sigmoid,
            "Softplus": lambda x: np.log1p(np.exp(x)),
            "Softsign": lambda x: x / (1 + np.abs(x)),
            "Tanh": np.tanh,
            "ThresholdedRelu": lambda x: np.where(x > alpha, x, 0)}[name]


def step(kind, options, f, x, h, c, w, r, wb, rb, p):
    """One step of one direction: the next state, and the next inner state."""
    bounded = lambda v: np.clip(v, -options["clip"], options["clip"]) if "clip" in options else v
    n = h.shape[1]
    if kind == "RNN":
        return f[0](bounded(x @ w.T + h @ r.T + wb + rb)), c
    xs = [x @ w[i * n:(i + 1) * n].T + wb[i * n:(i + 1) * n] for i in range(GATES[kind])]
    state = lambda v, i: v @ r[i * n:(i + 1) * n].T + rb[i * n:(i + 1) * n]
    if kind == "GRU":
        update = f[0](bounded(xs[0] + state(h, 0)))
        reset = f[0](bounded(xs[1] + state(h, 1)))
        if options.get("linear_before_reset"):
            new = f[1](bounded(xs[2] + reset * state(h, 2)))
        else:
            new = f[1](bounded(xs[2] + state(reset * h, 2)))
        return (1 - update) * new + update * h, c
    i, o, g, a = (xs[k] + state(h, k) for k in range(4))
    pi, po, pf = p.reshape(3, n)
    i = f[0](bounded(i + pi * c))
    g = 1 - i if options.get("input_forget") else f[0](bounded(g + pf * c))
    c = g * c + i * f[1](bounded(a))
    o = f[0](bounded(o + po * c))
    return o * f[2](bounded(c)), c


def reference(kind, options, x, w, r, b=None, lengths=None, h0=None, c0=None, p=None):
    """Y [steps, directions, batch, hidden], Y_h and Y_c in f64, layout 0."""
    directions, n = w.shape[0], r.shape[2]
    gates = GATES[kind] * n
    names = options.get("activations") or \
        {"RNN": ["Tanh"], "GRU": ["Sigmoid", "Tanh"], "LSTM": ["Sigmoid", "Tanh", "Tanh"]}[kind] * directions
    alphas, betas = list(options.get("activation_alpha", [])), list(options.get("activation_beta", []))
    f = []
    for name in names:
        alpha = alphas.pop(0) if alphas and name in (
            "Affine", "Elu", "HardSigmoid", "LeakyRelu", "ScaledTanh", "ThresholdedRelu") else \
            {"HardSigmoid": 0.2, "LeakyRelu": 0.01}.get(name, 1.0)
        beta = betas.pop(0) if betas and name in ("Affine", "HardSigmoid", "ScaledTanh") else \
            {"HardSigmoid": 0.5, "Affine": 0.0}.get(name, 1.0)
        f.append(activation(name, alpha, beta))
    each = len(f) // directions
    steps, batch = x.shape[:2]
    lengths = np.full(batch, steps) if lengths is None else lengths
    y = np.zeros((steps, directions, batch, n))
    last_h, last_c = np.zeros((directions, batch, n)), np.zeros((directions, batch, n))
    for d in range(directions):
        bias = np.zeros(2 * gates) if b is None else b[d]
        peephole = np.zeros(3 * n) if p is None else p[d]
        backwards = options.get("direction") == "reverse" or d == 1
        for row in range(batch):
            h = np.zeros((1, n)) if h0 is None else h0[d, row:row + 1]
            c = np.zeros((1, n)) if c0 is None else c0[d, row:row + 1]
            order = range(lengths[row])
            for t in reversed(order) if backwards else order:
                h, c = step(kind, options, f[d * each:(d + 1) * each], x[t, row:row + 1], h, c,
                            w[d], r[d], bias[:gates], bias[gates:], peephole)
                y[t, d, row] = h
            last_h[d, row], last_c[d, row] = h, c
    return y, last_h, last_c


class Network:
    """Nodes of a model, each with its weights, and what they should compute."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.constants, self.outputs, self.wanted = [], [], [], {}

    def constant(self, name, array):
        self.constants.append(onnx.tensor(name, array))
        return array

    def draw(self, name, *shape, scale=0.5):
        return self.constant(name, self.random.normal(0, scale, shape).astype(np.float32))

    def output(self, name, array):
        self.outputs.append(onnx.value(name, list(array.shape)))
        self.wanted[name] = array

    def cell(self, kind, name, x, inputs=(), hidden=HIDDEN, lengths=None, scale=0.5, **options):
        """A cell whose weights are drawn; `x` is a name and its array, layout 0."""
        source, array = x
        directions = 2 if options.get("direction") == "bidirectional" else 1
        rows, width = GATES[kind] * hidden, array.shape[2]
        names = [source, name + ".w", name + ".r"]
        arrays = {"w": self.draw(names[1], directions, rows, width, scale=scale),
                  "r": self.draw(names[2], directions, rows, hidden, scale=scale)}
        for part, shape in (("b", (directions, 2 * rows)), ("lengths", None),
                            ("h0", (directions, array.shape[1], hidden)),
                            ("c0", (directions, array.shape[1], hidden)), ("p", (directions, 3 * hidden))):
            if part == "lengths" and lengths:
                names.append(lengths[0])
                arrays[part] = lengths[1]
            elif part in inputs:
                names.append(name + "." + part)
                drawn = self.random.normal(0, scale, shape).astype(np.float32)
                arrays[part] = drawn
                if options.get("layout") and part in ("h0", "c0"):
                    drawn = np.ascontiguousarray(drawn.transpose(1, 0, 2))
                self.constant(names[-1], drawn)
            else:
                names.append("")
        while not names[-1]:
            names.pop()
        results = [name + ".y", name + ".h"] + ([name + ".c"] if kind == "LSTM" else [])
        self.nodes.append(onnx.node(kind, names, results, name, hidden_size=hidden, **options))
        return results, reference(kind, options, array, **arrays)


def compile_network(network, inputs, path, *options, source=None):
    if source is None:
        source = os.path.splitext(path)[0] + ".onnx"
        with open(source, "wb") as file:
            file.write(onnx.model(network.nodes, network.constants, inputs, network.outputs, opset=14))
    subprocess.run(["quantc", source, "-o", path, "--quiet", *options], check=True)
    return path


def run(library, samples, folder):
    paths = []
    for name, array in samples.items():
        paths.append(os.path.join(folder, name + ".npy"))
        np.save(paths[-1], array)
    output = os.path.splitext(library)[0] + ".npz"
    subprocess.run(["quant-run", library, "--input", ",".join(paths), "--output", output,
                    "--repeat", "0"], check=True, stdout=subprocess.DEVNULL)
    return np.load(output)


CELLS = [
    ("RNN", "plain", (), {}),
    ("RNN", "reverse", ("b", "h0"), {"direction": "reverse", "clip": 0.7}),
    ("RNN", "scaled", ("b",), {"activations": ["ScaledTanh"], "activation_alpha": [0.9], "activation_beta": [0.6]}),
    ("RNN", "two", ("b", "h0"), {"direction": "bidirectional", "activations": ["LeakyRelu", "Affine"],
                                 "activation_alpha": [0.3, 0.4], "activation_beta": [0.1]}),
    ("RNN", "soft", ("b",), {"activations": ["Softsign"]}),
    ("RNN", "threshold", ("b",), {"activations": ["ThresholdedRelu"], "activation_alpha": [0.2], "clip": 1.5}),
    ("GRU", "plain", ("b", "h0"), {}),
    ("GRU", "late", ("b", "h0"), {"linear_before_reset": 1, "direction": "bidirectional"}),
    ("GRU", "late-unbiased", (), {"linear_before_reset": 1}),
    ("GRU", "hard", ("b",), {"activations": ["HardSigmoid", "Softplus"], "activation_alpha": [0.25],
                             "activation_beta": [0.4], "clip": 2.0}),
    ("GRU", "lengths", ("b", "h0"), {"direction": "bidirectional", "lengths": True}),
    ("LSTM", "plain", (), {}),
    ("LSTM", "peepholes", ("b", "h0", "c0", "p"), {"direction": "bidirectional"}),
    ("LSTM", "coupled", ("b", "p"), {"input_forget": 1, "clip": 0.5}),
    ("LSTM", "lengths", ("b", "c0"), {"direction": "reverse", "lengths": True}),
    ("LSTM", "elu", ("b",), {"activations": ["Sigmoid", "Elu", "Relu"], "activation_alpha": [0.7]}),
    ("LSTM", "batch-first", ("b", "h0", "c0"), {"direction": "bidirectional", "layout": 1}),
]


def cells(folder):
    """Every cell reads the same input, most of them with the same lengths."""
    network = Network(seed=7)
    x = network.random.normal(0, 1, (STEPS, BATCH, INPUTS)).astype(np.float32)
    lengths = np.array([4, 7, 1], np.int32)
    network.nodes.append(onnx.node("Transpose", ["x"], ["x.batch"], "transpose", perm=[1, 0, 2]))
    for kind, name, inputs, options in CELLS:
        options = dict(options)
        given = ("n", lengths) if options.pop("lengths", False) else None
        layout = options.get("layout", 0)
        names, wanted = network.cell(kind, f"{kind}.{name}", ("x.batch" if layout else "x", x),
                                     inputs, lengths=given, **options)
        for result, array in zip(names, wanted):
            if layout:
                array = array.transpose((2, 0, 1, 3) if array.ndim == 4 else (1, 0, 2))
            network.output(result, array)
    inputs = [onnx.value("x", [STEPS, BATCH, INPUTS]), onnx.value("n", [BATCH], element=6)]
    largest = 0
    for target in ("host", "reference"):
        library = compile_network(network, inputs, os.path.join(folder, target + ".so"), "--target", target,
                                  "--weights", "f32", "--activations", "f32")
        got = run(library, {"x": x[None], "n": lengths[None]}, folder)
        for name, array in network.wanted.items():
            difference = np.abs(got[name].reshape(array.shape) - array).max()
            largest = max(largest, difference)
            if not difference < 1e-5:
                print(f"  {target}: {name} differs by {difference:.2e}")
                return 1
    print(f"{len(CELLS)} cells, {len(network.wanted)} outputs, largest difference {largest:.1e}")
    return 0


TIME, BANDS, WIDTH, WORDS = 49, 10, 32, 12


def classifier(sample):
    """Two bidirectional LSTM over [49, 10], and 12 words from their last states."""
    network = Network(seed=11)
    x = sample.reshape(TIME, 1, BANDS)
    node = lambda *arguments, **options: network.nodes.append(onnx.node(*arguments, **options))
    network.constant("x.shape", np.array([TIME, 1, BANDS], np.int64))
    node("Reshape", ["audio", "x.shape"], ["x"], "time")
    (y, _, _), (first, _, _) = network.cell("LSTM", "lstm1", ("x", x), ("b",), hidden=WIDTH,
                                            scale=0.25, direction="bidirectional")
    network.constant("y.shape", np.array([TIME, 1, 2 * WIDTH], np.int64))
    node("Transpose", [y], ["y.order"], "order", perm=[0, 2, 1, 3])
    node("Reshape", ["y.order", "y.shape"], ["y.joined"], "join")
    joined = first.transpose(0, 2, 1, 3).reshape(TIME, 1, 2 * WIDTH)
    (_, h, _), (_, last, _) = network.cell("LSTM", "lstm2", ("y.joined", joined), ("b",), hidden=WIDTH,
                                           scale=0.25, direction="bidirectional")
    network.constant("h.shape", np.array([1, 2 * WIDTH], np.int64))
    node("Reshape", [h, "h.shape"], ["features"], "features")
    weights = network.draw("fc.w", WORDS, 2 * WIDTH, scale=1.0)
    bias = network.draw("fc.b", WORDS)
    node("Gemm", ["features", "fc.w", "fc.b"], ["words"], "fc", transB=1)
    network.output("words", last.reshape(1, 2 * WIDTH) @ weights.T + bias)
    return network


def sounds(count, seed):
    """Noise whose bands and loudness drift, so that samples differ for long."""
    random = np.random.default_rng(seed)
    drift = np.cumsum(random.normal(0, 0.25, (count, TIME, BANDS)), axis=1)
    return (drift + random.normal(0, 0.5, (count, TIME, BANDS))).astype(np.float32)


def keywords(folder):
    calibration, test = sounds(128, seed=1), sounds(400, seed=2)
    inputs = [onnx.value("audio", [1, TIME, BANDS])]
    np.save(os.path.join(folder, "calibration.npy"), calibration)
    wanted = np.concatenate([classifier(sample).wanted["words"] for sample in test[:20]])
    network = classifier(test[0])
    real = compile_network(network, inputs, os.path.join(folder, "float.so"),
                           "--weights", "f32", "--activations", "f32")
    exact = run(real, {"audio": test}, folder)["words"].reshape(len(test), WORDS)
    difference = np.abs(exact[:20] - wanted).max()
    print(f"float: largest difference to NumPy {difference:.1e}")
    if not difference < 2e-5:
        return 1

    program = compile_network(network, inputs, os.path.join(folder, "quantized.mlir"),
                              "--calibrate", os.path.join(folder, "calibration.npy"))
    flags, expected = identity.cpu_flags(), None
    for target in identity.TARGETS:
        if not flags.issuperset(identity.NEEDS.get(target, [])):
            print(f"  {target}: this CPU does not run it, left out")
            continue
        library = compile_network(network, inputs, os.path.join(folder, target.replace(":", "-") + ".so"),
                                  "--target", target, source=program)
        outputs = dict(run(library, {"audio": test}, folder))
        expected = expected or outputs
        if not identity.same(target, expected, outputs):
            return 1
    codes = expected["words"].reshape(exact.shape)
    agreement = (codes.argmax(1) == exact.argmax(1)).mean()
    noise = 10 * np.log10((exact ** 2).sum() / ((codes - exact) ** 2).sum())
    print(f"W8A8: agreement {100 * agreement:.2f} % of {len(test)} samples, SQNR {noise:.1f} dB")
    sizes = [os.path.getsize(os.path.join(folder, name)) for name in ("float.so", "reference.so")]
    print(f"  float {sizes[0]} bytes, quantized {sizes[1]} bytes")
    return 0 if agreement >= 0.96 and noise >= 32 else 1


def main(part, folder):
    os.makedirs(folder, exist_ok=True)
    return {"cells": cells, "keywords": keywords}[part](folder)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("cells", "keywords"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
