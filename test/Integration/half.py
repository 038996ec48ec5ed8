#!/usr/bin/env python3
#===- half.py - A network with weights and samples of 16 bits -------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Turns a network of FLOAT into one of FLOAT16, inputs and outputs included,
and quantizes it like the other one: half.py DATA NETWORK FOLDER

The figures may differ from FLOAT's by what one sample counts, W8A8 may lose 1.0
point of top-1, and every CPU level has to give the same bytes.
"""
import sys

import numpy as np
import onnx
from onnx import numpy_helper

import zoo
from accuracy import check


def in_half(source, target):
    """All tensors and casts of 32 bits become ones of 16."""
    single, half = onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16
    model = onnx.load(source)
    graph = model.graph

    def narrowed(tensor):
        if tensor.data_type == single:
            values = numpy_helper.to_array(tensor).astype(np.float16)
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))

    for tensor in graph.initializer:
        narrowed(tensor)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.TENSOR:
                narrowed(attribute.t)
            elif node.op_type == "Cast" and attribute.i == single:
                attribute.i = half
    for value in [*graph.input, *graph.output, *graph.value_info]:
        if value.type.tensor_type.elem_type == single:
            value.type.tensor_type.elem_type = half
    onnx.save(model, target)


def main(data, name, folder):
    bench = zoo.Bench(data, name, folder)
    model = bench.out("half.onnx")
    in_half(bench.model, model)
    for array in ("calib", "test"):
        np.save(bench.at(array), bench.arrays[array].astype(np.float16))
    plain = bench.run(bench.compile("float.so", "--weights", "f32", "--activations", "f32",
                                    calibrate=False, source=model))
    quantized = bench.compile("w8a8.so", source=model)
    outputs = bench.run(quantized)
    labels, wanted = bench.arrays["labels"], bench.network.float_figure
    before, after = (zoo.top1(o, bench.arrays) for o in (plain, outputs))
    slack = 1.5 / len(labels)
    fine = [check("FLOAT16 top-1", before, abs(before - wanted) <= slack, f"expects {wanted:.4f}"),
            check("W8A8 top-1", after, after >= before - 0.01, f"expects >= {before - 0.01:.4f}"),
            check("bytes of an output", zoo.only(outputs).itemsize,
                  zoo.only(outputs).dtype == np.float16, "expects 2")]
    for level in ("sse4", "avx2"):
        other = bench.run(quantized, "--level", level)
        same = all(np.array_equal(outputs[key], other[key]) for key in outputs)
        fine.append(check(f"same bytes at {level}", same, same, "expects 1"))
    if not all(fine):
        sys.exit(1)
    bench.done()


if __name__ == "__main__":
    main(*sys.argv[1:])
