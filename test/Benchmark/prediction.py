#!/usr/bin/env python3
#===- prediction.py - How well does a dry run know the latency? -----------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Compares the latency that `quantc --dry-run` predicts with what `quant-run`
measures, for networks in float and W8A8, and prints a table.

    PATH=build/bin:$PATH prediction.py DATA FOLDER [NETWORK...]
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "Integration"))
import zoo  # noqa: E402 (found through the path above)

ROUNDS = 3
FLOAT = ["--weights", "f32", "--activations", "f32"]


def predicted(bench, options):
    report = json.loads(zoo.tool("quantc", bench.model, "--dry-run", "--json", "--target",
                                 "host", *options))
    return report["latency_ms"]["predicted"]


def measured(bench, library):
    times = [json.loads(zoo.tool("quant-run", library, "--input", bench.at("test"),
                                 "--json"))["latency_ms"]["p10"] for _ in range(ROUNDS)]
    return min(times)


def main(data, folder, *names):
    rows = []
    for name in names or zoo.NETWORKS:
        bench = zoo.Bench(data, name, os.path.join(folder, name))
        kinds = {"float": (FLOAT, bench.compile_float("float.so")),
                 "W8A8": (["--calibrate", bench.at("calib")], bench.compile("w8a8.so"))}
        for kind, (options, library) in kinds.items():
            expected, actual = predicted(bench, options), measured(bench, library)
            rows.append(f"| {name}, {kind} | {expected:.4f} | {actual:.4f} "
                        f"| {expected / actual:.2f} |")
        bench.done()
    print("| network | predicted ms | measured ms | ratio |")
    print("|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    main(*sys.argv[1:])
