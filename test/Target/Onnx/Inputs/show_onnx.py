#!/usr/bin/env python3
#===- show_onnx.py - Check an ONNX model and print it ---------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Runs the checker of the onnx package, shape inference included, and prints
the graph, one line for each node. What the checker finds is an error.

    show_onnx.py [--unchecked] MODEL.onnx

--unchecked is for operator sets that Debian's package does not know.
"""
import sys

import numpy as np
import onnx
from onnx import helper, numpy_helper


def typed(info):
    tensor = info.type.tensor_type
    shape = ",".join(str(dim.dim_value) for dim in tensor.shape.dim)
    return f"{info.name} {onnx.TensorProto.DataType.Name(tensor.elem_type)}[{shape}]"


def number(value):
    """The shortest decimal number that is this f32, without a trailing .0"""
    return f"{float(str(np.float32(value))):.9g}"


def initializer(tensor, folder):
    """Name, type, shape, and the numbers if they are few."""
    shape = ",".join(map(str, tensor.dims))
    kind = onnx.TensorProto.DataType.Name(tensor.data_type)
    where = " external" if tensor.data_location == onnx.TensorProto.EXTERNAL else ""
    values = numpy_helper.to_array(tensor, folder).ravel()
    numbers = " ".join(number(value) if values.dtype.kind == "f" else str(int(value))
                       for value in values[:16])
    return f"{tensor.name} {kind}[{shape}]{where} {numbers}"


def attribute(item):
    value = helper.get_attribute_value(item)
    if isinstance(value, bytes):
        value = value.decode()
    if isinstance(value, float):
        value = number(value)
    return f"{item.name}={value}"


def main(path, checked):
    if checked:
        onnx.checker.check_model(path, full_check=True)
    model = onnx.load(path, load_external_data=False)
    folder = path.rpartition("/")[0]
    print(f"opset {model.opset_import[0].version} ir {model.ir_version} "
          f"by {model.producer_name}")
    for item in model.graph.input:
        print("input", typed(item))
    for item in model.graph.node:
        attributes = ", ".join(sorted(attribute(a) for a in item.attribute))
        print(f"node {item.op_type} '{item.name}' ({', '.join(item.input)}) -> "
              f"{', '.join(item.output)}" + (f" {{{attributes}}}" if attributes else ""))
    for item in model.graph.output:
        print("output", typed(item))
    for item in model.graph.initializer:
        print("init", initializer(item, folder))
    return 0


if __name__ == "__main__":
    unchecked = sys.argv[1:2] == ["--unchecked"]
    if len(sys.argv) != 2 + unchecked:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[-1], not unchecked))
