#!/usr/bin/env python3
#===- control_flow.py - If, Loop and Scan from the model to the code ------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Compiles one model of loops and branches, and compares what it computes with
the same in NumPy, for inputs that take different ways through it.

    control_flow.py FOLDER
"""
import os
import subprocess
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tools"))
import onnx_file as onnx  # noqa: E402 (beside this folder)

ROWS, COLUMNS, MOST = 5, 4, 6
FLOAT, INT64, BOOL = 1, 7, 9


def value(name, *shape, element=FLOAT):
    return onnx.value(name, list(shape), element)


def scalar(name, element):
    return value(name, element=element)


def branches():
    """if: exp(x) or, with a loop inside, x doubled three times."""
    double = onnx.graph([onnx.node("Add", ["v", "v"], ["w"], "double"),
                         onnx.node("Identity", ["c"], ["d"], "on")], [],
                        [scalar("i", INT64), scalar("c", BOOL), value("v", ROWS, COLUMNS)],
                        [scalar("d", BOOL), value("w", ROWS, COLUMNS)])
    yes = onnx.graph([onnx.node("Exp", ["x"], ["yes"], "exp")], [], [], [value("yes", ROWS, COLUMNS)])
    no = onnx.graph([onnx.node("Loop", ["three", "", "x"], ["no"], "thrice", body=double)], [], [],
                    [value("no", ROWS, COLUMNS)])
    return onnx.node("If", ["choice"], ["either"], "if", then_branch=yes, else_branch=no)


def halving():
    """while: halves v until its first element is at most 1, and counts."""
    nodes = [onnx.node("Mul", ["hv", "half"], ["hw"], "halve"),
             onnx.node("Add", ["hn", "one"], ["hm"], "count"),
             onnx.node("Slice", ["hw", "zeros", "ones"], ["first"], "first"),
             onnx.node("Reshape", ["first", "none"], ["number"], "number"),
             onnx.node("Greater", ["number", "one"], ["more"], "more")]
    body = onnx.graph(nodes, [], [scalar("hi", INT64), scalar("hc", BOOL), value("hv", ROWS, COLUMNS), scalar("hn", FLOAT)],
                      [scalar("more", BOOL), value("hw", ROWS, COLUMNS), scalar("hm", FLOAT)])
    return onnx.node("Loop", ["", "true", "x", "zero"], ["halved", "times"], "while", body=body)


def rows_of_time():
    """Up to `count` times: row i of a table, which only copies of the body can take."""
    nodes = [onnx.node("Unsqueeze", ["ri", "axes"], ["from"], "from"),
             onnx.node("Add", ["from", "axis1"], ["to"], "to"),
             onnx.node("Slice", ["table", "from", "to"], ["row"], "row"),
             onnx.node("Add", ["rv", "row"], ["rw"], "sum"),
             onnx.node("Identity", ["rc"], ["rd"], "on")]
    body = onnx.graph(nodes, [], [scalar("ri", INT64), scalar("rc", BOOL), value("rv", 1, COLUMNS)],
                      [scalar("rd", BOOL), value("rw", 1, COLUMNS), value("row", 1, COLUMNS)])
    return onnx.node("Loop", ["count", "true", "start"], ["total", "taken"], "rows", body=body)


def scan():
    """Sums of rows from the last to the first, and each next to a column."""
    nodes = [onnx.node("Add", ["s", "a"], ["t"], "running"),
             onnx.node("Mul", ["t", "b"], ["u"], "times")]
    body = onnx.graph(nodes, [], [value("s", COLUMNS), value("a", COLUMNS), value("b", COLUMNS)],
                      [value("t", COLUMNS), value("u", COLUMNS)])
    return onnx.node("Scan", ["flat", "x", "columns"], ["last", "products"], "scan", body=body, num_scan_inputs=2,
                     scan_input_axes=[0, 1], scan_input_directions=[1, 0], scan_output_axes=[1])


CONSTANTS = {"three": np.array(3, np.int64), "half": np.array(0.5, np.float32), "one": np.array(1, np.float32),
             "zero": np.array(0, np.float32), "zeros": np.zeros(2, np.int64), "ones": np.ones(2, np.int64),
             "none": np.zeros(0, np.int64), "axes": np.zeros(1, np.int64), "axis1": np.ones(1, np.int64),
             "true": np.array(True), "start": np.zeros((1, COLUMNS), np.float32),
             "flat": np.zeros(COLUMNS, np.float32),
             "table": np.arange(MOST * COLUMNS, dtype=np.float32).reshape(MOST, COLUMNS),
             "columns": np.linspace(-1, 1, COLUMNS * ROWS, dtype=np.float32).reshape(COLUMNS, ROWS)}


def reference(x, choice, count):
    halved, times = x * 0.5, 1
    while halved[0, 0] > 1:
        halved, times = halved * 0.5, times + 1
    taken = np.zeros((MOST, 1, COLUMNS))
    taken[:count, 0] = CONSTANTS["table"][:count]
    sums = np.cumsum(x[::-1], axis=0)
    return {"either": np.exp(x) if choice else 8 * x, "halved": halved, "times": np.array(times),
            "total": taken.sum(axis=0), "taken": taken, "last": sums[-1],
            "products": sums.T * CONSTANTS["columns"]}


def main(folder):
    os.makedirs(folder, exist_ok=True)
    inputs = {"x": value("x", ROWS, COLUMNS), "choice": scalar("choice", BOOL), "count": scalar("count", INT64)}
    random = np.random.default_rng(5)
    samples = [(random.uniform(low, 2 * low, (ROWS, COLUMNS)).astype(np.float32), choice, count)
               for low, choice, count in ((0.3, True, 0), (3.0, False, 4), (5.0, True, 6), (0.8, False, 1))]
    outputs = [value(name, *array.shape) for name, array in reference(*samples[0]).items()]
    model = os.path.join(folder, "flow.onnx")
    with open(model, "wb") as file:
        file.write(onnx.model([branches(), halving(), rows_of_time(), scan()],
                              [onnx.tensor(name, array) for name, array in CONSTANTS.items()],
                              list(inputs.values()), outputs, opset=13))
    for i, name in enumerate(inputs):
        np.save(os.path.join(folder, name + ".npy"), np.stack([np.asarray(sample[i]) for sample in samples]))
    paths = ",".join(os.path.join(folder, name + ".npy") for name in inputs)
    for target in ("host", "reference"):
        library, results = (os.path.join(folder, target + suffix) for suffix in (".so", ".npz"))
        subprocess.run(["quantc", model, "-o", library, "--target", target, "--weights", "f32",
                        "--activations", "f32", "--quiet"], check=True)
        subprocess.run(["quant-run", library, "--input", paths, "--output", results, "--repeat", "0"],
                       check=True, stdout=subprocess.DEVNULL)
        got = np.load(results)
        for number, sample in enumerate(samples):
            for name, wanted in reference(*sample).items():
                actual = got[name].reshape(len(samples), *wanted.shape)[number]
                if not np.allclose(actual, wanted, rtol=1e-6, atol=1e-6):
                    print(f"{target}: {name} of sample {number}: got {actual.ravel()[:4]}, wanted {wanted.ravel()[:4]}")
                    return 1
    print(f"{len(samples)} samples, {len(outputs)} outputs, as in NumPy")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
