#!/usr/bin/env python3
#===- packed_size.py - Are packed weights stored packed? -------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Compiles a network with formats in blocks for one CPU level, and expects the
libraries to hold the bits that the formats take: in all, but for a fixed sum of code
and of the other constants, and from format to format, but for code.

    packed_size.py DATA NETWORK FOLDER
"""
import json
import os
import sys

import zoo

FORMATS = ["ternary:b32", "i3:b32", "i4:b32", "nvfp4", "mxint8"]
REST = 40_000  # Code for one level, tables, and biases, in bytes.
CODE = 10_000  # What the code of two formats may differ by.


def main(data, name, folder):
    bench, sizes, fine = zoo.Bench(data, name, folder), [], True
    for number, weights in enumerate(FORMATS):
        report = bench.out(f"report{number}")
        library = bench.compile(f"{number}.so", "--weights", weights, "--target",
                                "x86-64:avx2", "--report", report)
        with open(report + "/report.json", encoding="utf-8") as file:
            stored = json.load(file)["bytes"]["stored_weights"]
        size = os.path.getsize(library)
        sizes.append((stored, size))
        print(f"  {weights}: {size} bytes, of them {stored} in the format")
        fine &= stored < size < 1.02 * stored + REST
    for (stored, size), (more, larger) in zip(sizes, sizes[1:]):
        fine &= abs((larger - size) - (more - stored)) < 0.02 * stored + CODE
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
