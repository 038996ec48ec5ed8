#!/usr/bin/env python3
#===- threads.py - Are the bytes the same on any number of threads? --------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Compiles a network in float and quantized, and has a C program run each on
several numbers of threads, compare bytes and count allocations. The arena of each
has to be at most 1.15 times as large as what lives in it at a time.

    threads.py DATA NETWORK FOLDER PROGRAM [-- OPTION...]

With options, only the network that they make is compared.
"""
import json
import subprocess
import sys

import zoo


def has_tight_arena(report):
    with open(report + "/report.json", encoding="utf-8") as file:
        sizes = json.load(file)["bytes"]
    print(f"  arena {sizes['arena']} of at least {sizes['arena_lower_bound']} bytes")
    return sizes["arena"] <= 1.15 * sizes["arena_lower_bound"]


KINDS = (("w8a8", ()), ("f32", ("--weights", "f32", "--activations", "f32")))


def main(data, name, folder, program, *rest):
    bench = zoo.Bench(data, name, folder)
    fine, shared = True, False
    for kind, options in (("given", rest[1:]),) if rest else KINDS:
        report = bench.out(kind)
        library = bench.compile(kind + ".so", *options, "--report", report)
        fine &= has_tight_arena(report)
        command = [program, library, "1", "2", "3", "8"]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        print(done.stdout)
        lines = done.stdout.splitlines()
        good = [line for line in lines if " 0 different" in line]
        still = [line for line in lines if line.endswith(" 0 allocations")]
        # A network of a few microseconds has nothing worth sharing on codes.
        shared |= any(line.endswith(", called") for line in lines)
        fine &= done.returncode == 0 and len(good) == len(lines) == 7 and len(still) == 4
    if not fine or not shared:
        return 1
    bench.done()
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 5:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
