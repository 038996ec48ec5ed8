#!/usr/bin/env python3
#===- latency.py - How much faster is the quantized network? --------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Compiles networks to float and to W8A8 and prints the latency of both at
batch 1 and one thread.

    PATH=build/bin:$PATH latency.py DATA FOLDER [NETWORK...]

The two libraries take turns, so that a busy or throttled machine slows both
down; the figure is the smallest of the medians. Run it on an idle machine.
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "Integration"))
import zoo  # noqa: E402 (found through the path above)

ROUNDS = 5


def median(bench, library):
    report = json.loads(zoo.tool("quant-run", library, "--input", bench.at("test"),
                                 "--json", "--threads", "1"))
    return report["latency_ms"]["median"]


def measure(data, name, folder):
    bench = zoo.Bench(data, name, os.path.join(folder, name))
    libraries = {"float": bench.compile_float("float.so"),
                 "W8A8": bench.compile("w8a8.so")}
    best = {kind: float("inf") for kind in libraries}
    for _ in range(ROUNDS):
        for kind, library in libraries.items():
            best[kind] = min(best[kind], median(bench, library))
    sizes = {kind: os.path.getsize(library) for kind, library in libraries.items()}
    bench.done()
    return best, sizes


def main(data, folder, *names):
    rows = {name: measure(data, name, folder) for name in names or zoo.NETWORKS}
    print("| network | float ms | W8A8 ms | times faster | float KB | W8A8 KB |")
    print("|---|---|---|---|---|---|")
    for name, (best, sizes) in rows.items():
        print(f"| {name} | {best['float']:.3f} | {best['W8A8']:.3f} "
              f"| {best['float'] / best['W8A8']:.2f} "
              f"| {sizes['float'] / 1000:.0f} | {sizes['W8A8'] / 1000:.0f} |")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    main(*sys.argv[1:])
