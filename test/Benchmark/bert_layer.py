#===- bert_layer.py - One encoder layer of BERT-base, as ONNX ------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""An encoder layer of BERT-base (Devlin et al. 2018) with seeded random weights: 12
heads of 64, feed-forward of 3072, as exporters spell it out. Input and result are
[1, tokens, 768]; hidden states of zero mean and variance 1 are typical input."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HIDDEN, HEADS, INNER, EPSILON = 768, 12, 3072, 1e-12
HEAD = HIDDEN // HEADS


class Builder:
    """Nodes and constants of a graph, by the names of the values."""

    def __init__(self):
        self.nodes, self.constants = [], []
        self.random = np.random.default_rng(3)

    def add(self, operator, result, *inputs, **attributes):
        self.nodes.append(helper.make_node(operator, list(inputs), [result], result,
                                           **attributes))
        return result

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def dense(self, name, value, inputs, outputs):
        """value * W + b; the size of W keeps variance 1 through the layer."""
        weights = self.random.normal(0, inputs ** -0.5, (inputs, outputs))
        self.constant(name + ".w", weights.astype(np.float32))
        self.constant(name + ".b", self.random.normal(0, 0.02, outputs).astype(np.float32))
        return self.add("Add", name, self.add("MatMul", name + ".product", value, name + ".w"),
                        name + ".b")

    def normalize(self, name, value):
        self.constant(name + ".scale", np.ones(HIDDEN, np.float32))
        self.constant(name + ".shift", np.zeros(HIDDEN, np.float32))
        return self.add("LayerNormalization", name, value, name + ".scale", name + ".shift",
                        axis=-1, epsilon=EPSILON)

    def gelu(self, name, value):
        """x * (1 + erf(x / sqrt 2)) / 2"""
        for constant, number in ("root", 2 ** 0.5), ("one", 1.0), ("half", 0.5):
            self.constant(f"{name}.{constant}", np.float32(number))
        ratio = self.add("Div", name + ".ratio", value, name + ".root")
        error = self.add("Erf", name + ".erf", ratio)
        sum_ = self.add("Add", name + ".sum", error, name + ".one")
        product = self.add("Mul", name + ".product", value, sum_)
        return self.add("Mul", name, product, name + ".half")


def attention(build, value, tokens):
    """softmax(Q K' / sqrt(HEAD)) V, head by head, and the projection after it."""
    build.constant("split", np.array([1, tokens, HEADS, HEAD]))
    build.constant("joined", np.array([1, tokens, HIDDEN]))
    build.constant("scale", np.float32(HEAD ** 0.5))
    heads = {}
    for name, order in ("query", (0, 2, 1, 3)), ("key", (0, 2, 3, 1)), ("value", (0, 2, 1, 3)):
        flat = build.dense(name, value, HIDDEN, HIDDEN)
        split = build.add("Reshape", name + ".split", flat, "split")
        heads[name] = build.add("Transpose", name + ".heads", split, perm=order)
    scores = build.add("MatMul", "scores", heads["query"], heads["key"])
    scaled = build.add("Div", "scaled", scores, "scale")
    weights = build.add("Softmax", "probabilities", scaled, axis=-1)
    mixed = build.add("MatMul", "mixed", weights, heads["value"])
    turned = build.add("Transpose", "turned", mixed, perm=(0, 2, 1, 3))
    return build.dense("projection", build.add("Reshape", "context", turned, "joined"),
                       HIDDEN, HIDDEN)


def write(path, tokens=128):
    build = Builder()
    attended = build.add("Add", "attended", attention(build, "x", tokens), "x")
    middle = build.normalize("norm1", attended)
    inner = build.gelu("gelu", build.dense("inner", middle, HIDDEN, INNER))
    outer = build.dense("outer", inner, INNER, HIDDEN)
    build.add("Identity", "y", build.normalize("norm2", build.add("Add", "sum", outer, middle)))
    shape = (1, tokens, HIDDEN)
    graph = helper.make_graph(
        build.nodes, "bert_layer", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)], build.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, path)
    return path
