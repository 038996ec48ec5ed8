#!/usr/bin/env python3
#===- train.py - Train the digits network and write digits.onnx -----------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Trains the network from scratch, about a minute, and writes it as ONNX.

    train.py [OUT.onnx]

Needs python3-numpy, python3-sklearn (for the data) and python3-onnx.
"""
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import digits
from layers import (Adam, AveragePool, BatchNorm, Convolution, Linear, MaxPool,
                    Relu, Residual, Sequence)

EPOCHS, BATCH, RATE, DECAY, SEED = 40, 32, 4e-3, 1e-3, 1

#===-----------------------------------------------------------------------===#
# The network: 1x8x8 -> 16x8x8 -> 32x8x8 -> 32x4x4 -> 32 -> 10
#===-----------------------------------------------------------------------===#


def network(random):
    return Sequence(
        Convolution(random, 1, 16), BatchNorm(16), Relu(),
        Convolution(random, 16, 32), BatchNorm(32), Relu(), MaxPool(),
        Residual(Convolution(random, 32, 32), BatchNorm(32)), Relu(),
        AveragePool(), Linear(random, 32, 10))


#===-----------------------------------------------------------------------===#
# Training
#===-----------------------------------------------------------------------===#


def shifted(random, images):
    """Each image moved by at most one pixel, half of them not at all."""
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    result = np.empty_like(images)
    for i in range(len(images)):
        y, x = random.integers(0, 3, 2) if random.random() < 0.5 else (1, 1)
        result[i] = padded[i, :, y:y + 8, x:x + 8]
    return result


def accuracy(model, images, labels):
    return (model.forward(images).argmax(1) == labels).mean()


def train(model, random, images, labels):
    optimizer = Adam(model.parameters, DECAY)
    steps = EPOCHS * (len(images) // BATCH)
    for epoch in range(EPOCHS):
        order = random.permutation(len(images))
        for start in range(0, len(images) - BATCH + 1, BATCH):
            chosen = order[start:start + BATCH]
            logits = model.forward(shifted(random, images[chosen]), training=True)
            exponents = np.exp(logits - logits.max(1, keepdims=True))
            gradient = exponents / exponents.sum(1, keepdims=True)
            gradient[np.arange(BATCH), labels[chosen]] -= 1
            model.backward(gradient / BATCH)
            rate = RATE * 0.5 * (1 + np.cos(np.pi * optimizer.step / steps))
            optimizer.update(model.gradients, rate)
        if epoch % 10 == 9:
            print(f"epoch {epoch + 1}: {accuracy(model, images, labels):.4f} of the training images")


#===-----------------------------------------------------------------------===#
# Export
#===-----------------------------------------------------------------------===#


class Graph:
    """ONNX nodes in order, named after what they are."""

    def __init__(self):
        self.nodes, self.constants, self.counts = [], [], {}

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind, inputs, prefix, **attributes):
        self.counts[prefix] = self.counts.get(prefix, 0) + 1
        name = f"{prefix}{self.counts[prefix]}"
        self.nodes.append(helper.make_node(kind, inputs, [name + "_out"], name, **attributes))
        return name + "_out"

    def layer(self, layer, x):
        """Adds one layer behind the value x; returns the new value's name."""
        if isinstance(layer, Sequence):
            for inner in layer.layers:
                x = self.layer(inner, x)
            return x
        if isinstance(layer, Residual):
            return self.node("Add", [x, self.layer(layer.body, x)], "add")
        if isinstance(layer, Convolution):
            name = f"conv{self.counts.get('conv', 0) + 1}"
            weights = self.constant(name + ".weight", layer.weights)
            return self.node("Conv", [x, weights], "conv", kernel_shape=[3, 3],
                             pads=[1, 1, 1, 1], strides=[1, 1])
        if isinstance(layer, BatchNorm):
            name = f"bn{self.counts.get('bn', 0) + 1}"
            values = [("scale", layer.scale), ("bias", layer.shift),
                      ("mean", layer.mean), ("var", layer.variance)]
            parameters = [self.constant(f"{name}.{n}", v) for n, v in values]
            return self.node("BatchNormalization", [x, *parameters], "bn",
                             epsilon=layer.EPSILON)
        if isinstance(layer, Relu):
            return self.node("Relu", [x], "relu")
        if isinstance(layer, MaxPool):
            return self.node("MaxPool", [x], "pool", kernel_shape=[2, 2], strides=[2, 2])
        if isinstance(layer, AveragePool):
            x = self.node("GlobalAveragePool", [x], "mean")
            return self.node("Flatten", [x], "flatten", axis=1)
        weights = self.constant("fc.weight", layer.weights)
        bias = self.constant("fc.bias", layer.bias)
        return self.node("Gemm", [x, weights, bias], "fc", transB=1)


def export(model, path):
    graph = Graph()
    last = graph.layer(model, "image")
    graph.nodes[-1].output[0] = "logits"
    assert last == "fc1_out"
    inputs = [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 1, 8, 8])]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 10])]
    proto = helper.make_model(
        helper.make_graph(graph.nodes, "digits", inputs, outputs, graph.constants),
        producer_name="quantc examples/digits",
        opset_imports=[helper.make_opsetid("", 13)])
    proto.ir_version = 7
    onnx.checker.check_model(proto, full_check=True)
    onnx.save(proto, path)


def main(path):
    (images, labels), (test_images, test_labels) = digits.split()
    random = np.random.default_rng(SEED)
    model = network(random)
    train(model, random, images, labels)
    right = accuracy(model, test_images, test_labels)
    print(f"{right:.4f} of the {len(test_images)} held-out images are right")
    export(model, path)
    print(f"wrote {path}, {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "digits.onnx")
