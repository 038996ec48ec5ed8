#!/usr/bin/env python3
#===- close.py - Are two sets of outputs nearly the same? -----------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Exits 1 unless two .npz files have the same arrays, and no value of one is
farther than LIMIT from that of the other.

    close.py ONE.npz OTHER.npz LIMIT
"""
import sys

import numpy as np


def main(one, other, limit):
    with np.load(one) as left, np.load(other) as right:
        if sorted(left.files) != sorted(right.files) or not left.files:
            print(f"arrays {left.files} and {right.files}")
            return 1
        farthest = max(float(np.abs(left[name] - right[name]).max()) for name in left.files)
    print(f"largest difference {farthest:.3g}")
    return 0 if farthest <= float(limit) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
