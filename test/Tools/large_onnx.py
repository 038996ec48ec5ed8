#!/usr/bin/env python3
#===- large_onnx.py - Write a model of a given size -----------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""A chain of matrix products with ReLU between them, of random weights.

    large_onnx.py MODEL.onnx --megabytes 1024 [--width 4096] [--external]
                  [--gemm] [--samples X.npy]

Every layer is width x width of f32. `--gemm` makes each second layer a Gemm
with transposed weights and a bias; `--external` puts the weights into
MODEL.onnx.data. Weights are written one layer at a time.
"""
import argparse
import os
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import onnx_file as onnx  # noqa: E402 (found through the path above)


def header(field, size):
    """What stands in front of `size` bytes of a message's field."""
    return onnx.varint(field << 3 | 2) + onnx.varint(size)


def tensor_front(name, shape):
    """What a TensorProto has in front of its elements."""
    return (b"".join(onnx.number(1, d) for d in shape) + onnx.number(2, 1) +
            onnx.text(8, name) + header(9, bytes_of(shape)))


def bytes_of(shape):
    return 4 * int(np.prod(shape))


class Layers:
    def __init__(self, width, count, gemm, seed=7):
        self.width, self.count, self.gemm = width, count, gemm
        self.random = np.random.default_rng(seed)

    def shapes(self):
        for layer in range(self.count):
            yield f"w{layer}", (self.width, self.width)
            if self.gemm and layer % 2:
                yield f"b{layer}", (self.width,)

    def elements(self, shape):
        scale = np.float32(np.sqrt(2.0 / self.width))
        return scale * self.random.standard_normal(shape, dtype=np.float32)

    def nodes(self):
        value = "x"
        for layer in range(self.count):
            last = layer + 1 == self.count
            product = "y" if last else f"p{layer}"
            if self.gemm and layer % 2:
                yield onnx.node("Gemm", [value, f"w{layer}", f"b{layer}"], [product],
                                f"gemm{layer}", transB=1)
            else:
                yield onnx.node("MatMul", [value, f"w{layer}"], [product], f"matmul{layer}")
            value = product
            if not last:
                value = f"r{layer}"
                yield onnx.node("Relu", [product], [value], f"relu{layer}")


def write_external(path, layers):
    """The weights' file, and the TensorProtos that refer to it."""
    location, offset, protos = os.path.basename(path) + ".data", 0, []
    with open(path + ".data", "wb") as file:
        for name, shape in layers.shapes():
            protos.append(onnx.text(5, onnx.external_tensor(name, shape, location, offset,
                                                            bytes_of(shape))))
            layers.elements(shape).tofile(file)
            offset += bytes_of(shape)
    return b"".join(protos)


def write_model(path, layers, external):
    shape = [1, layers.width]
    graph = (b"".join(onnx.text(1, node) for node in layers.nodes()) + onnx.text(2, "large") +
             onnx.text(11, onnx.value("x", shape)) + onnx.text(12, onnx.value("y", shape)))
    inside = []
    if external:
        graph += write_external(path, layers)
    else:
        for name, shape in layers.shapes():
            front = tensor_front(name, shape)
            inside.append((header(5, len(front) + bytes_of(shape)) + front, shape))
    size = len(graph) + sum(len(front) + bytes_of(shape) for front, shape in inside)
    with open(path, "wb") as file:
        file.write(onnx.number(1, 8) + header(7, size) + graph)
        for front, shape in inside:
            file.write(front)
            layers.elements(shape).tofile(file)
        file.write(onnx.text(8, onnx.text(1, "") + onnx.number(2, 13)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--megabytes", type=int, default=64)
    parser.add_argument("--width", type=int, default=4096)
    parser.add_argument("--external", action="store_true")
    parser.add_argument("--gemm", action="store_true")
    parser.add_argument("--samples", help="also write four samples of the input")
    options = parser.parse_args()
    count = max(1, options.megabytes * 2**20 // (4 * options.width**2))
    layers = Layers(options.width, count, options.gemm)
    write_model(options.model, layers, options.external)
    if options.samples:
        np.save(options.samples, np.random.default_rng(1).standard_normal(
            (4, options.width), dtype=np.float32))


main()
