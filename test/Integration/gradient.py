#!/usr/bin/env python3
#===- gradient.py - Gradients of a network, compiled ----------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Compiles a network with its loss and a Gradient node, and compares what it
computes with central differences of the same network in NumPy, in f64.

    gradient.py FOLDER
"""
import os
import subprocess
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tools"))
import onnx_file as onnx  # noqa: E402 (beside this folder)

INT64 = 7
LABELS = np.array([2, 0])
# What is differentiated for. `kernel`, `matrix` and `scale` are constants of the
# model, which folding must not take away from the derivative.
SHAPES = {"x": (2, 2, 6, 7), "kernel": (3, 2, 3, 3), "bias": (3,), "each": (2, 1, 2, 2), "scale": (1, 1, 1, 7),
          "matrix": (20, 2), "offset": (2,)}
CONSTANT = ("kernel", "matrix", "scale")


def windows(x, kernel, stride):
    """[N,C,H,W] -> [N,C,H',W',KH,KW]"""
    view = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(2, 3))
    return view[:, :, ::stride, ::stride]


def loss(x, kernel, bias, each, scale, matrix, offset):
    padded = np.pad(x * scale, ((0, 0), (0, 0), (1, 1), (1, 1)))
    a = np.tanh(np.einsum("nchwij,ocij->nohw", windows(padded, (3, 3), 2), kernel) + bias[:, None, None])
    a = windows(a, (2, 2), 1).max(axis=(4, 5))
    b = np.einsum("nchwij,cij->nchw", windows(x, (2, 2), 1), each[:, 0])
    b = np.maximum(b, 0).mean(axis=(2, 3))
    z = np.concatenate([a.reshape(2, -1), b], axis=1) @ matrix + offset
    z = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -z[np.arange(2), LABELS % 2].mean()


def network():
    nodes = [
        onnx.node("Mul", ["x", "scale"], ["scaled"], "scaled"),
        onnx.node("Conv", ["scaled", "kernel", "bias"], ["c"], "conv", strides=[2, 2], pads=[1, 1, 1, 1]),
        onnx.node("Tanh", ["c"], ["t"], "tanh"),
        onnx.node("MaxPool", ["t"], ["p"], "pool", kernel_shape=[2, 2]),
        onnx.node("Flatten", ["p"], ["f"], "flat"),
        onnx.node("Conv", ["x", "each"], ["d"], "depthwise", group=2),
        onnx.node("Relu", ["d"], ["r"], "relu"),
        onnx.node("GlobalAveragePool", ["r"], ["m"], "mean"),
        onnx.node("Flatten", ["m"], ["g"], "flat2"),
        onnx.node("Concat", ["f", "g"], ["features"], "both", axis=1),
        onnx.node("Gemm", ["features", "matrix", "offset"], ["z"], "dense"),
        onnx.node("SoftmaxCrossEntropyLoss", ["z", "labels"], ["loss"], "loss"),
        onnx.node("ai.onnx.preview.training::Gradient", [*SHAPES, "labels"], ["d." + name for name in SHAPES],
                  "gradient", xs=list(SHAPES), zs=["labels"], y="loss"),
    ]
    return nodes


def write(path, arrays):
    constants = [onnx.tensor(name, arrays[name]) for name in CONSTANT]
    constants.append(onnx.tensor("labels", LABELS % 2))
    inputs = [onnx.value(name, list(shape)) for name, shape in SHAPES.items() if name not in CONSTANT]
    outputs = [onnx.value("loss", [])] + [onnx.value("d." + name, list(shape)) for name, shape in SHAPES.items()]
    with open(path, "wb") as file:
        file.write(onnx.model(network(), constants, inputs, outputs, opset=13))


def run(folder, model, target, arrays):
    library, results = (os.path.join(folder, target + suffix) for suffix in (".so", ".npz"))
    subprocess.run(["quantc", model, "-o", library, "--target", target, "--weights", "f32",
                    "--activations", "f32", "--quiet"], check=True)
    paths = []
    for name in SHAPES:
        if name not in CONSTANT:
            paths.append(os.path.join(folder, name + ".npy"))
            np.save(paths[-1], arrays[name][None])
    subprocess.run(["quant-run", library, "--input", ",".join(paths), "--output", results, "--repeat", "0"],
                   check=True, stdout=subprocess.DEVNULL)
    return np.load(results)


def differences(arrays, step=1e-6):
    exact = {name: array.astype(np.float64) for name, array in arrays.items()}
    found = {}
    for name, array in exact.items():
        found[name] = np.empty(array.shape)
        for place in np.ndindex(array.shape):
            at, sides = array[place], []
            for array[place] in (at - step, at + step):
                sides.append(loss(**exact))
            array[place] = at
            found[name][place] = (sides[1] - sides[0]) / (2 * step)
    return loss(**exact), found


def main(folder):
    os.makedirs(folder, exist_ok=True)
    random = np.random.default_rng(3)
    arrays = {name: random.uniform(-1, 1, shape).astype(np.float32) for name, shape in SHAPES.items()}
    model = os.path.join(folder, "network.onnx")
    write(model, arrays)
    value, wanted = differences(arrays)
    for target in ("reference", "host"):
        got = run(folder, model, target, arrays)
        faults = [name for name in SHAPES
                  if not np.allclose(got["d." + name].reshape(wanted[name].shape), wanted[name], rtol=1e-4, atol=1e-5)]
        if faults or abs(got["loss"].item() - value) > 1e-5:
            for name in faults:
                print(f"{target}: d.{name}: got {got['d.' + name].ravel()[:4]}, wanted {wanted[name].ravel()[:4]}")
            print(f"{target}: loss {got['loss']}, wanted {value}")
            return 1
    count = sum(array.size for array in wanted.values())
    print(f"{len(SHAPES)} gradients of {count} numbers, as differences in NumPy")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
