#===- registry.py - The families of operators that graphs are drawn from -===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
"""A draw is a function of a Graph that adds one node or a few, or raises
Rejected. Each belongs to a family, and is there since a version of the
operator set."""

DRAWS = []


class Draw:
    def __init__(self, function, family, since, until, weight):
        self.function, self.family, self.since, self.until, self.weight = function, family, since, until, weight


def draws(family, since=11, until=99, weight=1):
    def add(function):
        DRAWS.append(Draw(function, family, since, until, weight))
        return function
    return add
