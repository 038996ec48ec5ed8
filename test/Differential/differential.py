#!/usr/bin/env python3
#===- differential.py - Random ONNX graphs and what they compute ---------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
"""Draws ONNX graphs and writes each as a test of ONNX's conformance format, with
outputs from an evaluator that shares nothing with the compiler:

    differential.py FOLDER --seeds FIRST:END [--family NAME] [--nodes LEAST:MOST]
                    [--evaluator numpy|onnx]
    quant-run --onnx-test FOLDER

The evaluator is the one in the folder `evaluator`, or ONNX's own, which the
`onnx` package has since version 1.13. Both are run with `--evaluator both`; a
difference between them is printed, and the exit code is 1. What ONNX's gets
wrong (generator/onnx_faults.py) is in no graph that it is asked about. A seed
always gives the same graph. docs/Testing.md says more.
"""
import argparse
import collections
import os
import sys

import numpy as np
from onnx import helper
from onnx.numpy_helper import to_array

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from evaluator import evaluate  # noqa: E402
from generator import draw_graph, families, tensor_proto  # noqa: E402


class Refused(Exception):
    """ONNX's evaluator does not do it."""


def reference(model, inputs, names):
    from onnx.reference import ReferenceEvaluator
    try:
        with np.errstate(all="ignore"):
            results = ReferenceEvaluator(model).run(names, inputs)
        # BFLOAT16 is f32 here (see evaluator/types.py).
        return [np.asarray(value, np.float32 if str(value.dtype) == "bfloat16" else None) for value in results]
    except Exception as error:  # Of any class, from any operator.
        raise Refused("%s: %s" % (type(error).__name__, " ".join(str(error).split())[:160])) from error


def difference(want, got):
    """What differs between two outputs, or nothing."""
    want, got = np.asarray(want), np.asarray(got)
    if want.shape != got.shape or want.dtype != got.dtype:
        return "%s %s and %s %s" % (want.dtype, want.shape, got.dtype, got.shape)
    if want.dtype.kind != "f":
        return None if (want == got).all() else "%d elements" % (want != got).sum()
    near = np.abs(got.astype(np.float64) - want) <= 1e-7 + 1e-3 * np.abs(want.astype(np.float64))
    return None if near.all() else "%d of %d elements, by %g" % (
        (~near).sum(), near.size, np.abs(got.astype(np.float64) - want).max())


def expected(options, graph, model, outputs):
    """The arrays of the outputs, and what differs between the evaluators."""
    inputs = {value.name: value.array for value in graph.inputs}
    # ONNX's evaluator has a numpy type for BFLOAT16.
    theirs = {value.name: to_array(tensor_proto(value.array, value)) for value in graph.inputs
              } if options.evaluator != "numpy" else None
    names = [value.name for value in outputs]
    ours = evaluate(model, inputs) if options.evaluator != "onnx" else None
    if options.evaluator == "numpy":
        return ours, []
    theirs = reference(model, theirs, names)
    if ours is None:
        return theirs, []
    faults = []
    for name, want, got in zip(names, theirs, ours):
        if fault := difference(want, got):
            faults.append("%s: %s" % (name, fault))
    return theirs, faults


def described(graph, node):
    """The operator with attributes and the shapes of its inputs."""
    shapes = {value.name: value.shape for value in graph.values + graph.inputs + graph.constants}
    attributes = ["%s=%s" % (a.name, helper.get_attribute_value(a)) for a in node.attribute if not a.HasField("g")]
    return "%s(%s) {%s}" % (node.op_type, ", ".join(str(shapes.get(name, "")) for name in node.input),
                            ", ".join(attributes))


def write(folder, model, inputs, outputs, arrays):
    data = os.path.join(folder, "test_data_set_0")
    os.makedirs(data, exist_ok=True)
    with open(os.path.join(folder, "model.onnx"), "wb") as file:
        file.write(model.SerializeToString())
    tensors = [("input", value, value.array) for value in inputs]
    tensors += [("output", value, np.asarray(array)) for value, array in zip(outputs, arrays)]
    counts = collections.Counter()
    for what, value, array in tensors:
        with open(os.path.join(data, "%s_%d.pb" % (what, counts[what])), "wb") as file:
            file.write(tensor_proto(array, value).SerializeToString())
        counts[what] += 1


def interval(text):
    first, last = text.split(":")
    return int(first), int(last)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--seeds", type=interval, required=True)
    parser.add_argument("--family", choices=families())
    parser.add_argument("--nodes", type=interval, default=(3, 15))
    parser.add_argument("--evaluator", choices=["numpy", "onnx", "both"], default="numpy")
    return parser.parse_args()


def main():
    options = parse()
    operators, counts = collections.Counter(), collections.Counter()
    for seed in range(*options.seeds):
        graph = draw_graph(seed, options.family, options.nodes, options.evaluator != "numpy")
        outputs = graph.outputs()
        if not outputs:
            continue
        model = graph.model(outputs)
        try:
            arrays, faults = expected(options, graph, model, outputs)
        except Refused as error:
            print("seed %d, opset %d, refused: %s" % (seed, graph.opset, error))
            counts["refused"] += 1
            continue
        for fault in faults:
            maker = [node for node in graph.nodes if fault.split(":")[0] in node.output]
            print("seed %d, opset %d, %s: %s" % (seed, graph.opset, described(graph, maker[0]), fault))
        counts["differing"] += bool(faults)
        write(os.path.join(options.folder, "%s_%06d" % (options.family or "graph", seed)), model, graph.inputs,
              outputs, arrays)
        counts["written"] += 1
        operators.update(node.op_type for node in graph.nodes)
    print("%d graphs, %d nodes, %d operators" % (counts["written"], sum(operators.values()), len(operators)))
    if options.evaluator != "numpy":
        print("%d graphs refused by ONNX's evaluator" % counts["refused"])
    if options.evaluator == "both":
        print("%d graphs where the evaluators differ" % counts["differing"])
    sys.exit(1 if counts["differing"] else 0)


if __name__ == "__main__":
    main()
