#!/usr/bin/env python3
#===- identity.py - Are the bytes the same on every target? ---------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Quantizes a network once, compiles the result for each target, and compares
every output of every test sample byte for byte. What follows `--` are options
of the quantization.

    identity.py DATA NETWORK FOLDER [TARGET...] [-- OPTION...]
"""
import sys

import numpy as np

import zoo

TARGETS = ["reference", "x86-64:sse4", "x86-64:avx2", "x86-64:avx512",
           "x86-64:avxvnni", "x86-64:vnni"]
NEEDS = {"x86-64:sse4": ["sse4_1"], "x86-64:avx2": ["avx2", "fma"],
         "x86-64:avx512": ["avx512f", "avx512bw", "avx512vl"],
         "x86-64:avxvnni": ["avx2", "fma", "avx_vnni"],
         "x86-64:vnni": ["avx512f", "avx512bw", "avx512vl", "avx512_vnni"]}


def cpu_flags():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("flags"):
                return set(line.split(":", 1)[1].split())
    return set()


def same(name, expected, actual):
    fine = True
    for output, wanted in expected.items():
        got = actual[output]
        differs = wanted.view(np.uint8) != got.view(np.uint8)
        if wanted.dtype != got.dtype or differs.any():
            at = np.argwhere(wanted != got)
            first = tuple(at[0]) if len(at) else "a sign or a NaN"
            print(f"  {name}: {len(at)} of {wanted.size} values of '{output}' differ, first at {first}")
            fine = False
    return fine


def main(data, name, folder, *targets):
    options = ()
    if "--" in targets:
        at = targets.index("--")
        targets, options = targets[:at], targets[at + 1:]
    bench = zoo.Bench(data, name, folder)
    program = bench.compile("quantized.mlir", *options)
    flags, expected, fine = cpu_flags(), None, True
    for target in targets or TARGETS:
        if not flags.issuperset(NEEDS.get(target, [])):
            print(f"  {target}: this CPU does not run it, left out")
            continue
        library = bench.compile(target.replace(":", "-") + ".so", "--target", target,
                                calibrate=False, source=program)
        outputs = bench.run(library)
        if expected is None:
            expected = outputs
            continue
        if same(target, expected, outputs):
            print(f"  {target}: the same bytes, {len(bench.arrays['test'])} samples")
        else:
            fine = False
    if not fine:
        return 1
    bench.done()
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 4:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
