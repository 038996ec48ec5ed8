#!/usr/bin/env python3
#===- scores.py - A product of two activations, and samples ---------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Writes scores.mlir and x.npy.

    scores.py TEMPLATE ROWS OUTLIER

One channel of the samples is OUTLIER times as large, so that 8 bits have fewer codes
for the others, and has weights that are as much smaller.
"""
import sys

import numpy as np

template, rows, outlier = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
random = np.random.default_rng(3)


def resource(name):
    weights = random.normal(0, 0.125, (64, 64)).astype("<f4")
    weights[0] /= outlier
    return f'{name}: "0x04000000{weights.tobytes().hex().upper()}"'


with open(template, encoding="utf-8") as file:
    text = file.read().replace("ROWS", str(rows))
with open("scores.mlir", "w", encoding="utf-8") as file:
    file.write(text + "{-# dialect_resources: { builtin: { "
               + ", ".join(map(resource, ("wq", "wk"))) + " } } #-}\n")
samples = random.normal(0, 1, (4, 1, rows, 64)).astype("f4")
samples[..., 0] *= outlier
np.save("x.npy", samples)
