#===- kernel_models.py - One layer as a model for ONNX Runtime -----------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""ONNX models of a single layer, in the form in which ONNX Runtime has it fastest:
codes between QuantizeLinear and DequantizeLinear, convolutions on channels-last
codes, so that no transposition is timed."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import kernel_modules
import shapes

MICROSOFT = "com.microsoft"


def save(path, nodes, x, y, element, constants):
    graph = helper.make_graph(
        nodes, "layer", [helper.make_tensor_value_info("x", element, x)],
        [helper.make_tensor_value_info("y", element, y)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13),
                                                    helper.make_opsetid(MICROSOFT, 1)])
    model.ir_version = 8
    onnx.save(model, path)
    return path


def scales(channels):
    return np.random.default_rng(8).uniform(0.005, 0.01, channels).astype(np.float32)


def formats(channels):
    """Scales and zero points of input, weights and result."""
    zero = np.uint8(0)
    return {"sx": np.float32(0.125), "zx": zero, "sy": np.float32(0.5), "zy": zero,
            "sw": scales(channels), "zw": np.zeros(channels, np.int8)}


def convolution_attributes(layer):
    return {"kernel_shape": [layer["kh"], layer["kw"]], "strides": layer["stride"],
            "pads": layer["pad"], "group": layer["groups"]}


def weights_shape(layer):
    return (layer["oc"], layer["ic"] // layer["groups"], layer["kh"], layer["kw"])


def codes_convolution(path, layer):
    height, width = shapes.output_size(layer)
    constants = {**formats(layer["oc"]), "b": np.arange(layer["oc"], dtype=np.int32),
                 "w": kernel_modules.random(weights_shape(layer), "codes")}
    node = helper.make_node("QLinearConv", ["x", "sx", "zx", "w", "sw", "zw", "sy", "zy", "b"],
                            ["y"], domain=MICROSOFT, channels_last=1,
                            **convolution_attributes(layer))
    return save(path, [node], (1, layer["h"], layer["w"], layer["ic"]),
                (1, height, width, layer["oc"]), TensorProto.UINT8, constants)


def codes_product(path, layer):
    m, n, k = (layer[size] for size in "mnk")
    constants = {**formats(n), "b": np.arange(n, dtype=np.int32),
                 "sb": np.float32(0.125) * scales(n), "zb": np.zeros(n, np.int32),
                 "w": kernel_modules.random((k, n), "codes")}
    nodes = [helper.make_node("DequantizeLinear", ["x", "sx", "zx"], ["xf"]),
             helper.make_node("DequantizeLinear", ["w", "sw", "zw"], ["wf"], axis=1),
             helper.make_node("DequantizeLinear", ["b", "sb", "zb"], ["bf"], axis=0),
             helper.make_node("Gemm", ["xf", "wf", "bf"], ["yf"]),
             helper.make_node("QuantizeLinear", ["yf", "sy", "zy"], ["y"])]
    return save(path, nodes, (m, k), (m, n), TensorProto.UINT8, constants)


def codes_model(path, layer):
    make = codes_product if layer["op"] == "matmul" else codes_convolution
    return make(path, layer)


def float_model(path, layer):
    if layer["op"] == "matmul":
        m, n, k = (layer[size] for size in "mnk")
        constants = {"w": kernel_modules.random((k, n), "float"),
                     "b": kernel_modules.random((n,), "float")}
        return save(path, [helper.make_node("Gemm", ["x", "w", "b"], ["y"])], (m, k), (m, n),
                    TensorProto.FLOAT, constants)
    height, width = shapes.output_size(layer)
    constants = {"w": kernel_modules.random(weights_shape(layer), "float"),
                 "b": kernel_modules.random((layer["oc"],), "float")}
    node = helper.make_node("Conv", ["x", "w", "b"], ["y"], **convolution_attributes(layer))
    return save(path, [node], (1, layer["ic"], layer["h"], layer["w"]),
                (1, layer["oc"], height, width), TensorProto.FLOAT, constants)


def packed_model(path, m, n, k, bits, block):
    """Reals times packed weights, multiplied with codes of 8 bits."""
    generator = np.random.default_rng(7)
    constants = {"w": generator.integers(0, 256, (n, k // block, block * bits // 8), np.uint8),
                 "s": generator.uniform(0.001, 0.01, n * k // block).astype(np.float32)}
    node = helper.make_node("MatMulNBits", ["x", "w", "s"], ["y"], domain=MICROSOFT, K=k, N=n,
                            bits=bits, block_size=block, accuracy_level=4)
    return save(path, [node], (m, k), (m, n), TensorProto.FLOAT, constants)
