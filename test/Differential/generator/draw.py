#===- draw.py - A random graph -------------------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
from .graph import Graph
from .registry import DRAWS

OPSETS = [11, 13, 14, 16, 17, 18, 19, 20, 21, 22, 23, 24]


def families():
    return sorted({draw.family for draw in DRAWS})


def draw_graph(seed, family=None, nodes=(3, 15), for_onnx=False):
    """A graph of some draws of all families or of one. Most draws are one node."""
    graph = Graph(seed, for_onnx)
    while True:
        graph.opset = graph.pick(OPSETS)
        fitting = [draw for draw in DRAWS if draw.since <= graph.opset <= draw.until
                   and family in (None, draw.family)]
        if fitting:
            break
    wanted = graph.int(*nodes)
    for _ in range(20 * wanted):
        if len(graph.nodes) >= wanted:
            break
        weights = [draw.weight for draw in fitting]
        chosen = graph.random.choice(len(fitting), p=[weight / sum(weights) for weight in weights])
        graph.attempt(fitting[chosen].function)
    return graph
