#!/usr/bin/env python3
#===- calibration.py - Do order, batching and threads change nothing? -----===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Calibrates a network in several ways on the same samples; the quantized
program, scales included, has to be the same text.

    calibration.py DATA NETWORK FOLDER [ESTIMATOR...]
"""
import re
import sys

import numpy as np

import zoo


def quantized(bench, estimator, label, *options):
    path = bench.compile(f"{label}.mlir", "--calibration", estimator, *options,
                         calibrate=False)
    # The module's own line holds the golden vectors of the self-test, and those
    # are the first samples.
    with open(path, encoding="utf-8") as file:
        return "".join(line for line in file if not line.startswith("module "))


def scales(program):
    """The quantized types in the order in which they first appear."""
    return list(dict.fromkeys(re.findall(r"!quant\.uniform<\w+(?:<[^>]*>)?:[^>]*>", program)))


def sample_files(bench):
    """The same samples whole, in another order, and split in two."""
    samples = bench.arrays["calib"]
    shuffled = samples[np.random.default_rng(7).permutation(len(samples))]
    third = len(samples) // 3
    for label, array in [("whole", samples), ("shuffled", shuffled),
                         ("first", samples[:third]), ("rest", samples[third:])]:
        np.save(bench.out(label + ".npy"), array)
        yield label, bench.out(label + ".npy")


def differences(bench, estimator):
    files = dict(sample_files(bench))
    ways = {"two threads": ["--calibrate", files["whole"], "--threads", "2"],
            "shuffled": ["--calibrate", files["shuffled"], "--threads", "2"],
            "in two files": ["--calibrate", f"{files['first']},{files['rest']}"]}
    if bench.network.any_batch:
        ways["batches of 32"] = ["--calibrate", files["whole"], "--batch", "32"]
    expected = quantized(bench, estimator, "one", "--calibrate", files["whole"],
                         "--threads", "1")
    if not scales(expected):
        yield "nothing was quantized"
    for label, options in ways.items():
        actual = quantized(bench, estimator, label.replace(" ", "-"), *options)
        # With another batch the shapes differ, but not the scales.
        same = (scales(actual) == scales(expected) if "--batch" in options
                else actual == expected)
        print(f"  {estimator}, {label}: {'the same' if same else 'ANOTHER PROGRAM'}")
        if not same:
            yield f"{estimator}, {label}"


def main(data, name, folder, *estimators):
    bench = zoo.Bench(data, name, folder)
    faults = [fault for estimator in estimators or ["minmax"]
              for fault in differences(bench, estimator)]
    if faults:
        print("differs:", "; ".join(faults))
        return 1
    bench.done()
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 4:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
