#===- control.py - If, Loop and Scan -------------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np

from .registry import operator


def run_body(node, graph, arguments):
    from .model import run_graph  # Graphs hold nodes, and these nodes hold graphs.
    scope = dict(node.scope)
    scope.update(zip((value.name for value in graph.input), arguments))
    return run_graph(graph, scope, node.opset)


@operator("If")
def if_(node, condition):
    graph = node.get("then_branch" if bool(np.asarray(condition).reshape(-1)[0]) else "else_branch")
    return tuple(run_body(node, graph, []))


@operator("Loop")
def loop(node, count, condition, *carried):
    graph, carried = node.get("body"), list(carried)
    count = np.inf if count is None else int(np.asarray(count).reshape(-1)[0])
    goes_on = True if condition is None else bool(np.asarray(condition).reshape(-1)[0])
    states, step = len(carried), 0
    scanned = [[] for _ in range(len(graph.output) - 1 - states)]
    while goes_on and step < count:
        results = run_body(node, graph, [np.array(step, np.int64), np.array(goes_on)] + carried)
        goes_on, carried = bool(np.asarray(results[0]).reshape(-1)[0]), results[1:1 + states]
        for parts, value in zip(scanned, results[1 + states:]):
            parts.append(value)
        step += 1
    return tuple(carried) + tuple(np.stack(parts) for parts in scanned)


@operator("Scan")
def scan(node, *values):
    graph, inputs = node.get("body"), node.get("num_scan_inputs")
    carried, sequences = list(values[:-inputs]), values[-inputs:]
    outputs = len(graph.output) - len(carried)
    axes, reverse = node.get("scan_input_axes", [0] * inputs), node.get("scan_input_directions", [0] * inputs)
    sequences = [np.flip(np.moveaxis(x, axis, 0), 0) if flip else np.moveaxis(x, axis, 0)
                 for x, axis, flip in zip(sequences, axes, reverse)]
    scanned = [[] for _ in range(outputs)]
    for parts in zip(*sequences):
        results = run_body(node, graph, carried + list(parts))
        carried = results[:len(carried)]
        for collected, value in zip(scanned, results[len(carried):]):
            collected.append(value)
    axes, reverse = node.get("scan_output_axes", [0] * outputs), node.get("scan_output_directions", [0] * outputs)
    stacked = [np.stack(parts[::-1] if flip else parts, axis) for parts, axis, flip in zip(scanned, axes, reverse)]
    return tuple(carried) + tuple(stacked)
