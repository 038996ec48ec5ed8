#!/usr/bin/env python3
#===- qdq.py - Random models that are quantized already -------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Draws networks with QuantizeLinear and DequantizeLinear around every operator,
in the ways that exporters write them, and compiles each to integers and as it is
written, in float that rounds.

    qdq.py FOLDER FIRST COUNT

No layer of a network may stay in float, the integers have to be the same bytes
on the reference target, and they may differ from float by a code here and there:
half of a step where a value is near a tie, which later layers spread.
"""
import json
import os
import random
import shutil
import sys

import numpy as np

import zoo

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tools"))
import onnx_file as onnx  # noqa: E402

SAMPLES = 16


class Network:
    """A chain of random operators on values of about unit variance."""

    def __init__(self, seed):
        self.draw, self.numbers = random.Random(seed), np.random.default_rng(seed)
        self.nodes, self.constants, self.counts = [], [], {}
        self.type = self.draw.choice([np.uint8, np.int8])
        self.shape = (1, self.draw.choice([3, 4, 8]), 10, 12)
        self.inputs = [onnx.value("x", self.shape)]
        self.codes(self.quantize("x"))
        self.kinds = []

    # Names and nodes.

    def name(self, stem):
        self.counts[stem] = self.counts.get(stem, 0) + 1
        return f"{stem}{self.counts[stem]}"

    def constant(self, stem, array):
        name = self.name(stem)
        self.constants.append(onnx.tensor(name, np.asarray(array)))
        return name

    def node(self, kind, inputs, stem=None, outputs=1, **attributes):
        names = [self.name(stem or kind.lower()) for _ in range(outputs)]
        self.nodes.append(onnx.node(kind, inputs, names, names[0] + "_node", **attributes))
        return names[0] if outputs == 1 else names

    # Quantization.

    def format(self, low=-4.0, high=4.0):
        """Scale and zero point of an activation."""
        scale = np.float32((high - low) / 255 * self.draw.uniform(0.7, 1.3))
        zero = np.rint(-low / scale) + (np.iinfo(self.type).min)
        info = np.iinfo(self.type)
        return scale, self.type(np.clip(zero, info.min, info.max))

    def quantize(self, value, low=-4.0, high=4.0, like=None):
        self.scale, zero = like or self.format(low, high)
        self.last = (self.scale, zero)
        parameters = [self.constant("scale", self.scale), self.constant("zero", zero)]
        return self.node("QuantizeLinear", [value, *parameters], "q"), parameters

    def codes(self, quantized):
        """Goes on with the dequantized value."""
        codes, parameters = quantized
        self.value = self.node("DequantizeLinear", [codes, *parameters], "dq")

    def weights(self, shape, axis, fan):
        """Random weights as codes, and the scale of each channel."""
        reals = self.numbers.normal(0, 1 / np.sqrt(fan), shape).astype(np.float32)
        per_axis = self.draw.random() < 0.6
        others = tuple(d for d in range(len(shape)) if d != axis)
        kind = self.draw.choice(["i8", "i8", "u8 of 128", "u8", "i8 with zero point"])
        largest = np.abs(reals).max(others if per_axis else None) * np.float32(1.01)
        if kind in ("i8", "u8 of 128"):
            scale, zero = largest / 127, np.zeros_like(largest)
        else:
            low = reals.min(others if per_axis else None)
            scale = np.maximum((reals.max(others if per_axis else None) - low) / 255, 1e-3)
            zero = np.clip(np.rint(-128 - low / scale), -128, 127)
        scale = scale.astype(np.float32)
        along = [-1 if per_axis and d == axis else 1 for d in range(len(shape))]
        codes = np.clip(np.rint(reals / scale.reshape(along)) + zero.reshape(along), -128, 127)
        dtype, offset = (np.uint8, 128) if kind.startswith("u8") else (np.int8, 0)
        inputs = [self.constant("w", (codes + offset).astype(dtype)),
                  self.constant("wscale", scale),
                  self.constant("wzero", (zero + offset).astype(dtype))]
        attributes = {"axis": axis} if per_axis else {}
        self.kinds.append(kind + (" per axis" if per_axis else ""))
        return self.node("DequantizeLinear", inputs, "wdq", **attributes), scale

    def bias(self, channels, scale):
        kind = self.draw.choice(["none", "usual", "usual", "other", "float"])
        reals = self.numbers.normal(0, 0.3, channels).astype(np.float32)
        if kind == "none":
            return []
        if kind == "float":
            return [self.constant("b", reals)]
        step = np.broadcast_to(scale * self.scale, (channels,)).astype(np.float32)
        if kind == "other":
            step = step * np.float32(self.draw.uniform(0.8, 1.2))
        codes = np.rint(reals / step).astype(np.int32)
        inputs = [self.constant("b", codes), self.constant("bscale", step),
                  self.constant("bzero", np.zeros(channels, np.int32))]
        return [self.node("DequantizeLinear", inputs, "bdq", axis=0)]

    # Operators, each from self.value to self.value.

    def activation(self, value):
        kind = self.draw.choice(["none", "Relu", "Clip"])
        if kind == "none":
            return value, -4.0
        if kind == "Relu":
            return self.node("Relu", [value]), 0.0
        bounds = [self.constant("bound", np.float32(b)) for b in (0, 3)]
        return self.node("Clip", [value, *bounds]), 0.0

    def conv(self):
        _, channels, height, width = self.shape
        kernel = self.draw.choice([1, 2, 3])
        groups = self.draw.choice([1, 1, channels, 2 if channels % 2 == 0 else 1])
        outputs = channels * self.draw.choice([1, 2]) if groups == channels \
            else groups * self.draw.randint(2, 5)
        stride, pad = self.draw.choice([1, 1, 2]), self.draw.choice([0, kernel // 2])
        each = channels // groups
        weights, scale = self.weights((outputs, each, kernel, kernel), 0, each * kernel ** 2)
        value = self.node("Conv", [self.value, weights, *self.bias(outputs, scale)],
                          group=groups, strides=[stride, stride], pads=[pad] * 4)
        value, low = self.activation(value)
        self.shape = (1, outputs, *((n + 2 * pad - kernel) // stride + 1 for n in (height, width)))
        self.codes(self.quantize(value, low))

    def pool(self):
        kind = self.draw.choice(["MaxPool", "AveragePool"])
        value = self.node(kind, [self.value], kernel_shape=[2, 2], strides=[2, 2])
        self.shape = (*self.shape[:2], *(n // 2 for n in self.shape[2:]))
        self.codes(self.quantize(value, like=self.last if self.draw.random() < 0.5 else None))

    def function(self):
        kind = self.draw.choice(["Sigmoid", "LeakyRelu", "Tanh", "HardSwish", "swish"])
        if kind == "swish":
            before = self.value
            self.codes(self.quantize(self.node("Sigmoid", [before]), 0.0, 1.0))
            value = self.node("Mul", [before, self.value])
        else:
            value = self.node(kind, [self.value])
        self.codes(self.quantize(value))

    def residual(self):
        before, shape = self.value, self.shape
        _, channels, *_ = shape
        weights, scale = self.weights((channels, channels, 3, 3), 0, channels * 9)
        value = self.node("Conv", [before, weights, *self.bias(channels, scale)], pads=[1] * 4)
        self.codes(self.quantize(value))
        value = self.node(self.draw.choice(["Add", "Sub", "Mul"]), [self.value, before])
        value, low = self.activation(value)
        self.codes(self.quantize(value, low, 5.0))

    def movement(self):
        kind = self.draw.choice(["transpose", "pad", "concat", "split", "resize", "slice"])
        value, (n, c, h, w) = self.value, self.shape
        if kind == "transpose":
            value = self.node("Transpose", [value], perm=[0, 2, 3, 1])
            self.codes(self.quantize(value, like=self.last))
            value = self.node("Transpose", [self.value], perm=[0, 3, 1, 2])
        elif kind == "pad":
            amounts = self.constant("pads", np.array([0, 0, 1, 0, 0, 0, 0, 2], np.int64))
            value, self.shape = self.node("Pad", [value, amounts]), (n, c, h + 1, w + 2)
        elif kind == "concat":
            self.codes(self.quantize(self.node("Relu", [value]), 0.0))
            value = self.node("Concat", [value, self.value], axis=1)
            self.shape = (n, 2 * c, h, w)
        elif kind == "split" and c % 2 == 0:
            first, second = self.node("Split", [value], "part", outputs=2, axis=1)
            self.codes(self.quantize(second, like=self.last))
            value, self.shape = self.node("Add", [first, self.value]), (n, c // 2, h, w)
        elif kind == "slice" and h > 2:
            bounds = [self.constant("index", np.array([i], np.int64)) for i in (1, h, 2)]
            value, self.shape = self.node("Slice", [value, *bounds]), (n, c, h - 1, w)
        elif kind == "resize":
            scales = self.constant("scales", np.array([1, 1, 2, 2], np.float32))
            value = self.node("Resize", [value, "", scales], mode="nearest",
                              coordinate_transformation_mode="asymmetric", nearest_mode="floor")
            self.shape = (n, c, 2 * h, 2 * w)
        self.codes(self.quantize(value, like=self.last if kind != "split" else None))

    def head(self):
        if self.draw.random() < 0.5:
            self.codes(self.quantize(self.node("GlobalAveragePool", [self.value]), -2.0, 2.0))
            self.shape = (*self.shape[:2], 1, 1)
        value = self.node("Flatten", [self.value], axis=1)
        self.codes(self.quantize(value, like=self.last))
        depth, columns = int(np.prod(self.shape)), self.draw.randint(2, 20)
        if self.draw.random() < 0.5:
            weights, scale = self.weights((columns, depth), 0, depth)
            value = self.node("Gemm", [self.value, weights, *self.bias(columns, scale)], transB=1)
        else:
            weights, _ = self.weights((depth, columns), 1, depth)
            value = self.node("MatMul", [self.value, weights])
        self.shape = (1, columns)
        self.codes(self.quantize(value))

    def file(self):
        operators = [self.conv, self.conv, self.pool, self.function, self.residual, self.movement]
        self.conv()
        for _ in range(self.draw.randint(2, 5)):
            if min(self.shape[2:]) >= 4:
                self.draw.choice(operators)()
        self.head()
        return onnx.model(self.nodes, self.constants, self.inputs,
                          [onnx.value(self.value, self.shape)], opset=14)


def run(library, samples):
    zoo.tool("quant-run", library, "--input", samples, "--output", library + ".npz",
             "--repeat", "0")
    with np.load(library + ".npz") as file:
        return zoo.only({name: file[name] for name in file.files})


def check(folder, seed):
    network = Network(seed)
    path = os.path.join(folder, f"{seed}.onnx")
    with open(path, "wb") as file:
        file.write(network.file())
    samples = os.path.join(folder, f"{seed}.npy")
    np.save(samples, np.random.default_rng(seed).normal(
        size=(SAMPLES, *Network(seed).shape)).astype(np.float32))
    outputs = {}
    for kind, options in {"integers": [], "reference": ["--target", "reference"],
                          "float": ["--weights", "f32", "--activations", "f32"]}.items():
        library = os.path.join(folder, f"{seed}-{kind}.so")
        zoo.tool("quantc", path, "-o", library, "--quiet", "--report",
                 os.path.join(folder, kind), *options)
        outputs[kind] = run(library, samples)
    with open(os.path.join(folder, "integers", "report.json"), encoding="utf-8") as file:
        layers = json.load(file)["layers"]
    in_float = [f"{layer['name']} ({layer['kind']}): {layer['reason']}"
                for layer in layers if layer["in_float"]]
    steps = np.abs(outputs["integers"] - outputs["float"]) / network.scale
    same = outputs["integers"].tobytes() == outputs["reference"].tobytes()
    fine = not in_float and same and steps.max() < 5.5 and steps.mean() < 0.5
    print(f"  seed {seed}: {len(layers)} layers, {', '.join(network.kinds)}: "
          f"{steps.max():.1f} steps apart at most, {steps.mean():.3f} on average"
          f"{'' if same else ', NOT the bytes of the reference'}"
          f"{'' if not in_float else ', IN FLOAT: ' + '; '.join(in_float)}"
          f"{'' if fine else '   NOT OK'}")
    return fine


def main(folder, first, count):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    seeds = range(int(first), int(first) + int(count))
    if not all([check(folder, seed) for seed in seeds]):
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
