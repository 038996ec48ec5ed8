#!/usr/bin/env python3
#===- prepare.py - Arrays to calibrate and score the digits network -------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Writes calibrate.npy, test.npy and labels.npy into a folder.

    prepare.py FOLDER

calibrate.npy: 256 images that the network was trained on; test.npy and
labels.npy: the 449 images that it never saw.
"""
import os
import sys

import numpy as np

import digits


def main(folder):
    (train, _), (test, labels) = digits.split()
    os.makedirs(folder, exist_ok=True)
    np.save(os.path.join(folder, "calibrate.npy"), train[:256])
    np.save(os.path.join(folder, "test.npy"), test)
    np.save(os.path.join(folder, "labels.npy"), labels)
    print(f"prepare: 256 images to calibrate and {len(test)} to test in {folder}")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    main(sys.argv[1])
