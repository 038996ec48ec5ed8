#===- registry.py - The operators that the evaluator knows ---------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
"""Operators are functions of a Node and of numpy arrays, one array per input
(None for one that is left out), which return an array or a tuple of them. They
are written from the operators' specification, compute reals in f64, and round
once, to the element type of the result."""
import numpy as np

OPERATORS = {}


def operator(*names):
    """The decorated function computes these operators."""
    def add(function):
        for name in names:
            assert name not in OPERATORS, name
            OPERATORS[name] = function
        return function
    return add


class Node:
    """What an operator sees beside its inputs: attributes, the version of the
    operator set, and how many results are wanted."""

    def __init__(self, op, attributes, opset, outputs, scope=None):
        self.op, self.attributes, self.opset, self.outputs = op, attributes, opset, outputs
        self.scope = scope  # Arrays by name, which the graphs of control flow see.

    def get(self, name, default=None):
        return self.attributes.get(name, default)


def wide(array):
    """The array's reals, in f64."""
    return np.asarray(array, np.float64)


def rounded(values, like):
    """`values` with the element type of the array `like`."""
    return np.asarray(values).astype(like.dtype)


def ints(array):
    return [int(value) for value in np.asarray(array).reshape(-1)]


def axes_of(axes, rank):
    """The axes counted from the front."""
    return [int(axis) % rank if rank else 0 for axis in axes]
