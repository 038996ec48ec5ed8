#!/usr/bin/env python3
#===- archive.py - The evaluator against ONNX's own test data ------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
"""Runs the evaluator on the node tests of ONNX's conformance archive whose
operators it has: archive.py FOLDER

Differences are printed, and the exit code is 1 if there is one."""
import glob
import os
import sys

import numpy as np
import onnx

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from evaluator import evaluate  # noqa: E402
from evaluator.model import array_of  # noqa: E402
from evaluator.registry import OPERATORS  # noqa: E402
from evaluator.types import NUMPY_TYPES  # noqa: E402

# Training, which needs more results or random numbers; lengths in Scan, which are gone since version 9; and a
# transform whose imaginary parts are zero but for the error of rounding in the expected data.
LEFT_OUT = ("training", "test_scan_sum", "test_dft_inverse")


def tensors(folder, what):
    """The test data, or nothing where it is not tensors of types that numpy has."""
    values = []
    for index in range(len(glob.glob(os.path.join(folder, what + "_*.pb")))):
        tensor = onnx.TensorProto()
        with open(os.path.join(folder, "%s_%d.pb" % (what, index)), "rb") as file:
            tensor.ParseFromString(file.read())
        if tensor.data_type not in NUMPY_TYPES:
            return None
        values.append(array_of(tensor))
    return values


def is_known(model):
    values = list(model.graph.input) + list(model.graph.output)
    return all(value.type.HasField("tensor_type") for value in values) and all(
        node.op_type in OPERATORS and not node.domain for node in model.graph.node)


def fault(want, got):
    if want.dtype != got.dtype or want.shape != got.shape:
        return "%s %s, but got %s %s" % (want.dtype, want.shape, got.dtype, got.shape)
    if want.dtype.kind == "f":
        return None if np.allclose(got, want, 1e-3, 1e-7, equal_nan=True) else "other values"
    return None if (want == got).all() else "other values"


def main(folder):
    agree, faults = 0, 0
    for test in sorted(glob.glob(os.path.join(folder, "*"))):
        name = os.path.basename(test)
        model = onnx.load(os.path.join(test, "model.onnx"))
        data = os.path.join(test, "test_data_set_0")
        if not is_known(model) or any(part in name for part in LEFT_OUT):
            continue
        inputs, outputs = tensors(data, "input"), tensors(data, "output")
        if inputs is None or outputs is None:
            continue
        results = evaluate(model, {value.name: array for value, array in zip(model.graph.input, inputs)})
        found = [found for want, got in zip(outputs, results) if (found := fault(want, got))]
        agree += not found
        faults += bool(found)
        if found:
            print("%s: expects %s" % (name, found[0]))
    print("%d agree, %d do not" % (agree, faults))
    sys.exit(1 if faults else 0)


main(*sys.argv[1:])
