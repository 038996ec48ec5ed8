#===- onnx_faults.py - What ONNX's own evaluator gets wrong --------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
"""Nodes that onnx.reference (as of 1.22) refuses or computes otherwise than the
specification says. Graphs that it evaluates have none of them. Each was looked
up in its source; our evaluator and the compiler agree on all of them."""
import numpy as np


class View:
    """A node as the conditions below see it."""

    def __init__(self, graph, op, inputs, outputs, attributes):
        self.op, self.outputs, self.opset = op, outputs, graph.opset
        self.inputs, self.attributes = list(inputs), attributes

    def get(self, name, default=None):
        value = self.attributes.get(name)
        return default if value is None else value

    def has(self, index):
        return index < len(self.inputs) and self.inputs[index] is not None

    def shape(self, index=0):
        return self.inputs[index].shape

    def array(self, index=0):
        return self.inputs[index].array


CONVOLUTIONS, RECURRENT = ("Conv", "ConvInteger", "QLinearConv"), ("RNN", "GRU", "LSTM")
MAX_POOL, POOLS = ("MaxPool",), ("AveragePool", "LpPool", "MaxPool")


def outside(n):
    return bool((n.array() < -n.array(1)).any() or (n.array() >= n.array(1)).any())


# The operators, whether a node of them is one, and what the evaluator does.
FAULTS = [
    (("BatchNormalization",), lambda n: n.opset < 14, "normalizes by the batch's own statistics"),
    (("LRN",), lambda n: len(n.shape()) != 4 or n.shape()[0] != n.shape()[1],
     "refuses other ranks than 4, and takes the batch for the channels"),
    (("LpNormalization",), lambda n: n.get("p") == 1, "sums without the absolute value"),
    (("TensorScatter",), lambda n: n.get("mode") == "circular", "wraps every index, not that of the axis only"),
    (("Attention",), lambda n: n.get("is_causal") and n.has(3) and n.array(3).dtype == bool,
     "multiplies zero by infinity"),
    (("OneHot",), outside, "wraps what the specification says is off"),
    (("GlobalMaxPool",), lambda n: len(n.shape()) != 4, "reduces two axes, whatever the rank"),
    (("GlobalLpPool",), lambda n: True, "has none"),
    (CONVOLUTIONS, lambda n: n.get("auto_pad") == "VALID", "takes VALID for SAME"),
    (CONVOLUTIONS, lambda n: n.get("auto_pad") and max(n.get("strides", [1])) > 1,
     "divides by the stride without rounding up"),
    (("ConvTranspose",), lambda n: n.get("group", 1) > 1, "adds the first groups' bias to all"),
    (("QLinearConv",), lambda n: len(n.shape()) != 4 and n.array(4).size > 1, "spreads scales over images only"),
    (POOLS, lambda n: n.get("auto_pad") or n.get("ceil_mode"), "places and counts windows otherwise"),
    (RECURRENT, lambda n: n.get("direction") not in (None, "forward") or n.get("activations") or n.get("layout")
     or n.has(4), "ignores or refuses directions, activations, layout and lengths"),
    (MAX_POOL, lambda n: n.outputs > 1 and (len(n.shape()) != 4 or n.get("storage_order")),
     "counts places within a line, and by rows only"),
    (MAX_POOL, lambda n: len(set(n.get("pads", [0]))) > 1, "reads pads as one pair after the other"),
    (("RNN",), lambda n: n.opset < 14, "takes samples for steps, as with the later attribute layout"),
    (("LSTM",), lambda n: n.outputs > 2, "has no third output"),
    (("Scan",), lambda n: any(sum(n.get(name, [0])) for name in (
        "scan_input_axes", "scan_input_directions", "scan_output_axes", "scan_output_directions")),
     "refuses axes and directions"),
    (("Loop",), lambda n: n.outputs > 1 or not n.has(1), "joins scanned values without a new axis; wants a condition"),
    (("Pad",), lambda n: bool((n.array(1) < 0).any()), "refuses to take elements off"),
    (("ReduceSumSquare", "ReduceL1", "ReduceSum", "ReduceProd"), lambda n: n.array().dtype == np.int32,
     "gives INT64 for INT32"),
    (("Softmax", "LogSoftmax", "Hardmax"), lambda n: n.opset < 13, "has one axis where there are several"),
    (("QuantizeLinear", "DequantizeLinear"), lambda n: n.opset < 19, "has none before 19"),
    (("GridSample",), lambda n: n.opset < 20 and n.get("mode") != "nearest", "knows the modes by their later names"),
    (("Resize",), lambda n: (n.get("antialias") or n.get("mode") == "cubic")
     and n.get("coordinate_transformation_mode") == "pytorch_half_pixel",
     "places a single result half an element too low"),
    (("GatherElements",), lambda n: n.shape() != n.shape(1), "refuses an index of another shape"),
]


def fault(graph, op, inputs, outputs, attributes):
    """Why ONNX's evaluator does not do this node, or nothing."""
    view = View(graph, op, inputs, outputs, attributes)
    for operators, holds, reason in FAULTS:
        if op in operators and holds(view):
            return reason
    return None
