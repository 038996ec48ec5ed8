#!/usr/bin/env python3
#===- accuracy.py - Is the quantized network as good as the float one? ----===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Compiles a network to float and to W8A8 and scores both on the test samples.

    accuracy.py DATA NETWORK FOLDER

Float has to give the figures of ONNX Runtime. Quantized may lose 1.0 point of
top-1, 3 % of the mean squared error, 5 % of the agreement with float (3 % of a
network whose classes are that clear), or 2 % of the perplexity, half a percent if
only the weights are quantized.
"""
import json
import os
import sys

import zoo


def check(label, figure, fine, rule):
    print(f"  {label:<28} {figure:8.4f}   {rule:<24} {'ok' if fine else 'NOT OK'}")
    return fine


def top1(bench, plain, quantized):
    wanted = bench.network.float_figure
    before, after = (zoo.top1(o, bench.arrays) for o in (plain, quantized))
    # One sample may flip on the last bit of a sum.
    slack = 1.5 / len(bench.arrays["labels"])
    return [check("float top-1", before, abs(before - wanted) <= slack, f"expects {wanted:.4f}"),
            check("W8A8 top-1", after, after >= before - 0.01, f"expects >= {before - 0.01:.4f}")]


def squared_error(bench, plain, quantized):
    wanted = bench.network.float_figure
    before, after = (zoo.squared_error(o, bench.arrays) for o in (plain, quantized))
    return [check("float squared error", before, abs(before - wanted) <= 0.001 * wanted,
                  f"expects {wanted:.4f}"),
            check("W8A8 squared error", after, after <= 1.03 * before,
                  f"expects <= {1.03 * before:.4f}")]


def perplexity(bench, plain, quantized):
    wanted = bench.network.float_figure
    folder = bench.out("report")
    weights = bench.run(bench.compile("w8.so", "--activations", "f32", "--eval",
                                      bench.at("test"), "--report", folder))
    with open(os.path.join(folder, "report.json"), encoding="utf-8") as file:
        report = json.load(file)["accuracy"]
    before, after, only_weights = (zoo.perplexity(o, bench.arrays)
                                   for o in (plain, quantized, weights))
    # What the tools say of the tokens has to be what numpy says of the outputs.
    said = json.loads(zoo.tool("quant-run", bench.out("w8a8.so"), "--input", bench.at("test"),
                               "--repeat", "0", "--json", "--quiet"))["metrics"]["perplexity"]
    return [check("float perplexity", before, abs(before - wanted) <= 0.001, f"expects {wanted:.4f}"),
            check("W8A8 perplexity", after, after <= 1.02 * before, f"expects <= {1.02 * before:.4f}"),
            check("W8 perplexity", only_weights, only_weights <= 1.005 * before,
                  f"expects <= {1.005 * before:.4f}"),
            check("quant-run's figure", said, abs(said - after) <= 1e-6 * after,
                  f"expects {after:.4f}"),
            check("quantc's float figure", report["float_perplexity"],
                  abs(report["float_perplexity"] - before) <= 1e-4 * before,
                  f"expects {before:.4f}"),
            check("quantc's W8 figure", report["quantized_perplexity"],
                  abs(report["quantized_perplexity"] - only_weights) <= 1e-6 * only_weights,
                  f"expects {only_weights:.4f}")]


def agreement(compare, wanted=0.95, products=False):
    def score(bench, plain, quantized):
        before = compare(plain, bench.reference())
        after = compare(quantized, plain)
        checks = [check("float agrees with reference", before, before >= 0.99, "expects >= 0.9900"),
                  check("W8A8 agrees with float", after, after >= wanted, f"expects >= {wanted:.4f}")]
        if products:
            both = compare(bench.run(bench.compile("products.so", "--products")), plain)
            checks.append(check("... with products as codes", both, both >= wanted,
                                f"expects >= {wanted:.4f}"))
        return checks
    return score


SCORES = {"top1": top1, "squared_error": squared_error,
          "perplexity": perplexity, "same_class": agreement(zoo.same_class),
          "nearly_same_class": agreement(zoo.same_class, 0.97, products=True),
          "anchor_overlap": agreement(zoo.anchor_overlap)}


def main(data, name, folder):
    bench = zoo.Bench(data, name, folder)
    plain = bench.run(bench.compile_float("float.so"))
    quantized = bench.run(bench.compile("w8a8.so"))
    print(f"{name}, {len(bench.arrays['test'])} test samples")
    fine = SCORES[bench.network.kind](bench, plain, quantized)
    if not all(fine):
        return 1
    bench.done()
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
