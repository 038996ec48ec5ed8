#!/usr/bin/env python3
#===- round_trip.py - Does an exported model come back as it was? ---------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Quantizes a network, exports it to ONNX and imports that again. Codes of weights
and biases, scales and zero points have to be the same, and so has every byte of
the outputs of the two libraries.

    round_trip.py DATA NETWORK FOLDER
"""
import collections
import re
import sys

import numpy as np

import zoo


def numbers(path):
    """How often each integer op and constant occurs, with its codes and formats.
    Weights use 255 of 256 codes, which ONNX has no word for."""
    found = collections.Counter()
    with open(path, encoding="utf-8") as file:
        lines = file.readlines()
        # Large constants are named in their op, and spelled out at the file's end.
        blobs = dict(re.findall(r'^ +(\w+): "(0x[0-9A-F]+)"', "".join(lines), re.M))
        for line in lines:
            line = re.sub(r"dense_resource<(\w+)>",
                          lambda match: f"dense<{blobs[match[1]]}>", line)
            if not re.search(r" = (lowbit\.|arith\.constant dense<.*xi32>)", line):
                continue
            line = line.split(" loc(")[0].split(" = ", 1)[1].strip()
            line = re.sub(r"%\w+|\{(calib\.site|lowbit\.given)[^}]*\}|<-127:127>", "", line)
            if "avg_pool2d" in line:  # The stride of a single window says nothing.
                line = re.sub(r"stride \[\d+, \d+\]", "", line)
            found[re.sub(r"\s+", " ", line)] += 1
    return found


def main(data, name, folder):
    bench = zoo.Bench(data, name, folder)
    program = bench.compile("first.mlir")
    model = bench.compile("first.onnx", source=program, calibrate=False)
    again = bench.compile("second.mlir", source=model, calibrate=False)

    first, second = numbers(program), numbers(again)
    for what, different in (("lost", first - second), ("new", second - first)):
        for line in different:
            print(f"  {what}: {line[:300]}")
    fine = first == second

    libraries = [bench.compile(source.replace(".mlir", ".so").rsplit("/", 1)[1], source=source,
                               calibrate=False) for source in (program, again)]
    outputs = [bench.run(library) for library in libraries]
    for output, wanted in outputs[0].items():
        got = outputs[1][output]
        if wanted.shape != got.shape or wanted.tobytes() != got.tobytes():
            print(f"  '{output}' differs: {np.argwhere(wanted != got)[:1]}")
            fine = False
    if not fine:
        return 1
    print(f"  {sum(first.values())} ops and constants, {len(bench.arrays['test'])} samples: "
          "the same")
    bench.done()
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
