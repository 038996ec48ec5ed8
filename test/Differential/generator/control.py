#===- control.py - Draws If, Loop and Scan -------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np
from onnx import helper

from .graph import KINDS
from .registry import draws

STEPS = ["Tanh", "Sigmoid", "Neg", "Abs", "Relu", "Add", "Mul", "Sub", "Max"]


def chain(g, prefix, value, others, length):
    """Nodes that compute `value` on, with other values as second operands; and the name of the last result."""
    nodes = []
    for i in range(length):
        op, result = g.pick(STEPS), "%s%d" % (prefix, i)
        inputs = [value] + ([g.pick(others)] if op in ("Add", "Mul", "Sub", "Max") else [])
        nodes.append(helper.make_node(op, inputs, [result]))
        value = result
    return nodes, value


def info(name, kind, shape):
    return helper.make_tensor_value_info(name, KINDS[kind], shape)


def name_for(g):
    g.count += 1
    return "b%d_" % g.count


@draws("control", since=13, weight=2)
def branches(g):
    x = g.tensor(rank=(0, 4))
    y = g.fresh("f32", x.shape)
    condition = g.fresh("bool", [], is_constant=g.chance(0.3))
    graphs = []
    for part in ("then", "else"):
        nodes, last = chain(g, name_for(g), x.name, [x.name, y.name], g.int(1, 3))
        graphs.append(helper.make_graph(nodes, part, [], [info(last, "f32", x.shape)]))
    x.is_used = y.is_used = True
    g.node("If", [condition], then_branch=graphs[0], else_branch=graphs[1])


@draws("control", since=13, weight=2)
def loop(g):
    x = g.tensor(rank=(0, 3), most=4)
    y = g.fresh("f32", x.shape, -1, 1)
    prefix, scans = name_for(g), g.int(0, 1)
    names = [prefix + part for part in ("step", "go", "in", "out", "scan")]
    nodes, last = chain(g, prefix, names[2], [names[2], y.name], g.int(1, 3))
    nodes += [helper.make_node("Identity", [names[1]], [prefix + "on"]),
              helper.make_node("Identity", [last], [names[3]])]
    outputs = [info(prefix + "on", "bool", []), info(names[3], "f32", x.shape)]
    if scans:
        nodes.append(helper.make_node("Mul", [last, y.name], [names[4]]))
        outputs.append(info(names[4], "f32", x.shape))
    body = helper.make_graph(nodes, "body", [info(names[0], "i64", []), info(names[1], "bool", []),
                                             info(names[2], "f32", x.shape)], outputs)
    y.is_used = True
    # The states after a number of steps that is data have a static shape; what is collected has not.
    count = g.fresh("i64", [], 1, 4, is_constant=bool(scans) or g.chance(0.6))
    go = g.constant(np.array(True)) if g.chance(0.5) else None
    g.node("Loop", [count, go, x], outputs=1 + scans, body=body)


@draws("control", since=13, weight=2)
def scan(g):
    x = g.tensor(rank=(1, 3), most=5)
    axis = g.int(0, x.rank - 1)
    part = [n for i, n in enumerate(x.shape) if i != axis]
    state = g.fresh("f32", part, -1, 1)
    prefix = name_for(g)
    names = [prefix + name for name in ("state", "part", "next", "out")]
    nodes, last = chain(g, prefix, names[0], names[:2], g.int(1, 3))
    nodes += [helper.make_node("Tanh", [last], [names[2]]), helper.make_node("Add", [names[2], names[1]], [names[3]])]
    body = helper.make_graph(nodes, "body", [info(name, "f32", part) for name in names[:2]],
                             [info(name, "f32", part) for name in names[2:]])
    g.node("Scan", [state, x], outputs=2, body=body, num_scan_inputs=1, scan_input_axes=[axis],
           scan_input_directions=[g.int(0, 1)], scan_output_axes=[g.int(0, len(part))],
           scan_output_directions=[g.int(0, 1)])
