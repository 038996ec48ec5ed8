#!/usr/bin/env python3
#===- finite.py - Are all outputs numbers? --------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Exits 1 unless every array of a .npz file holds finite numbers, at least one.

    finite.py OUTPUTS.npz
"""
import sys

import numpy as np


def main(path):
    with np.load(path) as file:
        fine = bool(file.files) and all(
            file[name].size and np.isfinite(file[name]).all() for name in file.files)
    print("finite" if fine else "not finite")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
