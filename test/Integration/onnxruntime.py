#!/usr/bin/env python3
#===- onnxruntime.py - Does ONNX Runtime agree on exported models? --------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Quantizes a network, exports it to ONNX, runs every test sample through ONNX
Runtime and through our library, and compares classes and outputs.

    onnxruntime.py DATA NETWORK FOLDER [LEAST-AGREEMENT]

Exits with 1 if fewer samples than LEAST-AGREEMENT (default 0.98) have the same
class. ONNX Runtime is the package onnxruntime-node, found as Node finds it
(NODE_PATH); without it, the test says so and passes.
"""
import os
import subprocess
import sys

import numpy as np

import zoo

RUNNER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Inputs", "onnxruntime.js")


def run(model, level, samples, out):
    """The first output for each sample; None without ONNX Runtime."""
    samples = np.ascontiguousarray(samples)
    samples.tofile(out + ".in")
    shape = "x".join(map(str, samples.shape[1:]))
    try:
        done = subprocess.run(["node", RUNNER, model, level, str(samples.dtype), shape,
                               out + ".in", out], stderr=subprocess.PIPE, text=True,
                              check=False)
    except FileNotFoundError:
        return None
    if done.returncode == 3:
        return None
    if done.returncode != 0:
        sys.exit(f"ONNX Runtime: {done.stderr}")
    return np.fromfile(out, np.float32)


def compare(what, ours, theirs):
    """Classes lie along the last dimension: of each sample, or of each token."""
    ours = ours.reshape(-1, ours.shape[-1])
    theirs = theirs.reshape(ours.shape)
    agreement = float((ours.argmax(1) == theirs.argmax(1)).mean())
    same = int((ours == theirs).all(1).sum())
    print(f"  {what}: same class {agreement:.4f}, largest difference "
          f"{np.abs(ours - theirs).max():.6g} of {np.abs(ours).max():.6g}, "
          f"{same} of {len(ours)} rows identical")
    return agreement


def main(data, name, folder, least="0.98"):
    bench = zoo.Bench(data, name, folder)
    model = bench.compile("quantized.onnx")
    program = bench.compile("quantized.mlir")
    library = bench.compile("quantized.so", calibrate=False, source=program)
    ours = next(iter(bench.run(library).values()))
    samples = bench.arrays["test"]
    shape = input_shape(program)
    samples = samples.reshape((len(samples), *shape))
    worst = 1.0
    for level in ("disabled", "all"):
        theirs = run(model, level, samples, bench.out(level + ".bin"))
        if theirs is None:
            print("skipped: no onnxruntime-node")
            break
        worst = min(worst, compare(f"{name}, optimization {level}", ours, theirs))
    if worst < float(least):
        return 1
    bench.done()
    return 0


def input_shape(program):
    """The shape of the only argument."""
    with open(program, encoding="utf-8") as file:
        text = file.read()
    arguments = text.split("func.func", 1)[1]
    shape = arguments.split("tensor<", 1)[1].split(">", 1)[0]
    return [int(size) for size in shape.split("x")[:-1]]


if __name__ == "__main__":
    if len(sys.argv) < 4:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
