# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints the arrays of strings in .npz files, each with its last row."""
import sys

import numpy as np

for path in sys.argv[1:]:
    for name, array in np.load(path).items():
        if array.dtype.kind == "S":
            row = array if array.ndim == 1 else array[-1]
            print(name, array.dtype, array.shape, row)
