#!/usr/bin/env python3
#===- same_outputs.py - Do two files hold the same arrays? ----------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Compares two .npz files byte for byte and says where they differ first.

    same_outputs.py A.npz B.npz
"""
import sys

import numpy as np


def main(first, second):
    with np.load(first) as a, np.load(second) as b:
        if a.files != b.files or not a.files:
            print("different arrays:", a.files, b.files)
            return 1
        different = 0
        for name in a.files:
            x, y = a[name], b[name]
            if x.dtype == y.dtype and x.shape == y.shape and x.tobytes() == y.tobytes():
                continue
            different += 1
            at = np.argwhere(x != y) if x.shape == y.shape else []
            where = f"{len(at)} of {x.size}, first at {tuple(at[0])}: {x[tuple(at[0])]} and " \
                f"{y[tuple(at[0])]}" if len(at) else f"{x.dtype}{x.shape} and {y.dtype}{y.shape}"
            print(f"{name} differs: {where}")
        print(f"{len(a.files) - different} of {len(a.files)} arrays are the same")
        return 1 if different else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
