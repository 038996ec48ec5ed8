#===- graphs.py - Models that are made from models -----------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""ONNX models that the test data has in another form: topologies without weights,
and quantized models without the float one."""
import numpy as np
import onnx
from onnx import numpy_helper


def with_random_weights(source, path):
    """The topology of a model whose weights are ConstantOfShape, with seeded random
    ones: of the variance that keeps activations in range (He et al. 2015), and a
    normalization that halves the branches which are added."""
    model = onnx.load(source)
    graph, random = model.graph, np.random.default_rng(5)
    shapes = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    made, nodes = [], []
    for node in graph.node:
        if node.op_type != "ConstantOfShape":
            nodes.append(node)
            continue
        shape, name = tuple(shapes[node.input[0]]), node.output[0]
        made.append(numpy_helper.from_array(weights(name, shape, random), name))
    kept = [value for value in graph.input if value.name not in shapes]
    used = {name for node in nodes for name in node.input}
    made += [tensor for tensor in graph.initializer if tensor.name in used]
    for field, values in (graph.node, nodes), (graph.initializer, made), (graph.input, kept[:1]):
        del field[:]
        field.extend(values)
    onnx.save(model, path)
    return path


def weights(name, shape, random):
    if len(shape) > 1:
        fan_in = np.prod(shape[1:])
        return random.normal(0, (2 / fan_in) ** 0.5, shape).astype(np.float32)
    if name.endswith("_riv_0"):  # Variances.
        return random.uniform(0.8, 1.2, shape).astype(np.float32)
    if "_bn_s_" in name:
        centre = 0.5 if "branch2c" in name else 1.0
        return (centre * random.uniform(0.8, 1.2, shape)).astype(np.float32)
    return random.normal(0, 0.05, shape).astype(np.float32)


def without_codes(source, path):
    """A quantized model in float: weights dequantized, pairs of QuantizeLinear and
    DequantizeLinear on activations taken away."""
    model = onnx.load(source)
    graph = model.graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    alias, nodes = {}, []
    for node in graph.node:
        inputs = [alias.get(name, name) for name in node.input]
        constant = node.input[0] in constants
        result = node.output[0]
        if node.op_type in ("Identity", "Cast") and constant:
            constants[result] = cast(constants[inputs[0]], node)
        elif node.op_type == "DequantizeLinear" and constant:
            constants[result] = dequantize(node, [constants[name] for name in inputs])
        elif node.op_type in ("Identity", "Cast", "QuantizeLinear", "DequantizeLinear"):
            alias[result] = inputs[0]  # Real numbers on their way through codes.
        else:
            del node.input[:]
            node.input.extend(inputs)
            nodes.append(node)
    nodes += [onnx.helper.make_node("Identity", [alias[value.name]], [value.name])
              for value in graph.output if value.name in alias]
    used = {name for node in nodes for name in node.input}
    kept = [numpy_helper.from_array(value, name) for name, value in constants.items()
            if name in used]
    for field, values in (graph.node, nodes), (graph.initializer, kept):
        del field[:]
        field.extend(values)
    del graph.value_info[:]
    onnx.save(model, path)
    return path


def cast(value, node):
    for attribute in node.attribute:
        if attribute.name == "to":
            return value.astype(onnx.mapping.TENSOR_TYPE_TO_NP_TYPE[attribute.i])
    return value


def dequantize(node, operands):
    """(codes - zero point) * scale, along an axis where the scale is a list."""
    codes, scale, *zero = operands
    axis = next((a.i for a in node.attribute if a.name == "axis"), 1)
    shape = [1] * codes.ndim
    if scale.size > 1:
        shape[axis] = scale.size
    zero = zero[0].reshape(shape if zero[0].size > 1 else [1] * codes.ndim) if zero else 0
    real = (codes.astype(np.float32) - np.asarray(zero, np.float32)) * scale.reshape(
        shape if scale.size > 1 else [1] * codes.ndim)
    return real.astype(np.float32).reshape(codes.shape)


def input_shapes(path):
    """The shapes of a model's inputs, whose sizes are all fixed."""
    graph = onnx.load(path).graph
    constants = {tensor.name for tensor in graph.initializer}
    return [tuple(size.dim_value for size in value.type.tensor_type.shape.dim)
            for value in graph.input if value.name not in constants]


def with_sizes(source, path, sizes):
    """A copy whose open dimensions have the sizes that `sizes` gives by name; 1
    without one."""
    model = onnx.load(source)
    for value in model.graph.input:
        for dimension in value.type.tensor_type.shape.dim:
            if not dimension.dim_value:
                dimension.dim_value = sizes.get(dimension.dim_param, 1)
    for value in [*model.graph.output, *model.graph.value_info]:
        value.type.tensor_type.ClearField("shape")
    onnx.save(model, path)
    return path
