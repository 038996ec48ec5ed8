#===- model.py - The results of a graph ----------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np
from onnx import AttributeProto, numpy_helper

from .registry import OPERATORS, Node
from .types import BFLOAT16, NUMPY_TYPES


def array_of(tensor):
    """What a TensorProto holds; BFLOAT16 as f32."""
    if tensor.data_type == BFLOAT16:
        bits = np.frombuffer(tensor.raw_data, np.uint16).astype(np.uint32) << 16
        return bits.view(np.float32).reshape(tuple(tensor.dims))
    if tensor.raw_data:
        return np.frombuffer(tensor.raw_data, NUMPY_TYPES[tensor.data_type]).reshape(tuple(tensor.dims))
    return numpy_helper.to_array(tensor)


def attribute(proto):
    kind = AttributeProto
    if proto.type == kind.STRING:
        return proto.s.decode()
    if proto.type == kind.STRINGS:
        return [text.decode() for text in proto.strings]
    if proto.type == kind.TENSOR:
        return array_of(proto.t)
    return {kind.FLOAT: lambda: proto.f, kind.INT: lambda: proto.i, kind.FLOATS: lambda: list(proto.floats),
            kind.INTS: lambda: list(proto.ints), kind.GRAPH: lambda: proto.g}[proto.type]()


def run_node(proto, scope, opset):
    """The results of one node, one array for each of its outputs. `scope` has the arrays it reads by name."""
    attributes = {a.name: attribute(a) for a in proto.attribute}
    node = Node(proto.op_type, attributes, opset, len(proto.output), scope)
    inputs = [scope[name] if name else None for name in proto.input]
    results = OPERATORS[proto.op_type](node, *inputs)
    return [np.asarray(value) for value in (results if isinstance(results, tuple) else (results,))]


def run_graph(graph, scope, opset):
    """The graph's outputs. `scope` has arrays by name and is added to."""
    for tensor in graph.initializer:
        scope[tensor.name] = array_of(tensor)
    for proto in graph.node:
        scope.update((name, value) for name, value in zip(proto.output, run_node(proto, scope, opset)) if name)
    return [scope[value.name] for value in graph.output]


def evaluate(model, inputs):
    """The outputs of a ModelProto for arrays by input name."""
    with np.errstate(all="ignore"):
        return run_graph(model.graph, dict(inputs), model.opset_import[0].version)
