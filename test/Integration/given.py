#!/usr/bin/env python3
#===- given.py - Do models that are quantized already keep their results? -===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Compiles a model that brings its own formats, without samples, and holds its
outputs to what the README beside the data says of them.

    given.py DATA NETWORK FOLDER

In all of them, layers with weights compute with integers, in the model's own
formats, and the reference target gives the same bytes.
"""
import csv
import json
import os
import sys

import numpy as np

import zoo

CONTRACTIONS = ("conv2d", "depthwise_conv2d", "matmul")


def check(label, figure, fine, rule):
    print(f"  {label:<34} {figure:10.4f}   {rule:<24} {'ok' if fine else 'NOT OK'}")
    return fine


def below(label, figure, limit):
    return check(label, float(figure), figure <= limit, f"expects <= {limit}")


def board(bench, outputs):
    """A real board printed three decimals for all 500 samples."""
    path = os.path.join(os.path.dirname(bench.model), "kws01_official_int8_outputs.csv")
    with open(path, encoding="utf-8") as file:
        wanted = np.array([[float(v) for v in row[1:]] for row in csv.reader(file)])
    calibration = zoo.only(bench.run(bench.library, inputs="calib"))
    mine = np.concatenate([calibration, zoo.only(outputs)])
    same = int((mine.argmax(1) == wanted.argmax(1)).sum())
    top1 = zoo.top1(outputs, bench.arrays)
    return [check("same class as the board", same, same == 500, "expects 500 of 500"),
            # A step of the output, and half of the last decimal.
            below("farthest from the board", np.abs(mine - wanted).max(), 1 / 256 + 0.0005),
            check("top-1", top1, top1 >= 0.8899, "expects 0.8900")]


def top1(figure):
    def score(bench, outputs):
        mine = zoo.top1(outputs, bench.arrays)
        slack = 1.5 / len(bench.arrays["labels"])
        return [check("top-1", mine, abs(mine - figure) <= slack, f"expects {figure:.4f}")]
    return score


def near_float(limit):
    """The same classes as the float model's, which the data have."""
    def score(bench, outputs):
        wanted = zoo.only(bench.reference())
        same = float((zoo.classes(outputs) == wanted.argmax(1)).mean())
        return [check("same class as float", same, same == 1, "expects 1.0000"),
                below("farthest from float", np.abs(zoo.only(outputs) - wanted).max(), limit)]
    return score


def autoencoder(bench, outputs):
    error = zoo.squared_error(outputs, bench.arrays)
    real = zoo.Bench(bench.data, "ad_ae_fp32", bench.folder + "-float")
    plain = real.run(real.compile_float("float.so"))
    apart = float(((zoo.only(outputs) - zoo.only(plain)) ** 2).mean())
    real.done()
    return [check("squared error", error, abs(error - 10.29) < 0.005, "expects 10.29"),
            check("squared distance from float", apart, abs(apart - 0.620) < 0.0005,
                  "expects 0.620")]


def publisher(bench, outputs):
    """Fused integer arithmetic reproduces this output exactly."""
    mine, wanted = zoo.only(outputs), zoo.only(bench.reference())
    return [check("class", mine.argmax(), mine.argmax() == wanted.argmax(),
                  f"expects {wanted.argmax()}"),
            below("farthest from the publisher", np.abs(mine - wanted).max(), 0)]


def keywords(bench, outputs):
    """Each file against the float network's outputs, which README counts."""
    with np.load(os.path.join(os.path.dirname(bench.model), "outputs.npz")) as file:
        real = file["micro_kws_m_static_fp32"].reshape(32, -1)
        wanted = file[bench.network.name].reshape(32, -1)
    mine = zoo.only(outputs)
    same = int((mine.argmax(1) == real.argmax(1)).sum())
    return [check("same class as float", same, same == 32, "expects 32 of 32"),
            # .0038 as README rounds it.
            below("farthest from float", np.abs(mine - real).max(), 0.00385),
            # A step of the output.
            below("farthest from ONNX Runtime", np.abs(mine - wanted).max(), 1 / 255 + 1e-6)]


MICRO = ["m_qdq", "m_static_qdq", "m_qoperator_add_shape", "m_qoperator_avg_pool",
         "m_qoperator_softmax", "m_static_qoperator"]
GIVEN = {
    "ad/ad_ae_int8_qdq.onnx": autoencoder,
    "cifar10/resnet8_int8_qdq.onnx": top1(0.8840),
    "kws/kws_dscnn_int8_qdq.onnx": board,
    "quantized-refs/mobilenetv2_qdq/model.onnx": publisher,
    "vww/vww_mbv1_int8_qdq.onnx": near_float(0.060),
    **{f"quantized-refs/micro_kws/micro_kws_{name}.onnx": keywords for name in MICRO},
}


class Bench(zoo.Bench):
    """A network of GIVEN; those of one folder go by their file's name."""

    def __init__(self, data, name, folder):
        for path in GIVEN:
            network = zoo.Network(path, "given")
            stem = os.path.basename(path)[:-len(".onnx")]
            network.name = network.name if stem == "model" else stem
            network.name = os.path.basename(network.name)
            zoo.NETWORKS[network.name] = network
        super().__init__(data, name, folder)
        self.data = data

    def run(self, library, inputs="test"):
        outputs = library + ".npz"
        zoo.tool("quant-run", library, "--input", self.at(inputs), "--output", outputs,
                 "--repeat", "0")
        with np.load(outputs) as file:
            return {name: file[name] for name in file.files}


def layers(folder):
    with open(os.path.join(folder, "report.json"), encoding="utf-8") as file:
        report = json.load(file)["layers"]
    weighty = [layer for layer in report if layer["kind"] in CONTRACTIONS]
    given = sum(layer["given"] and not layer["in_float"] for layer in weighty)
    in_float = sorted({layer["kind"] for layer in report if layer["in_float"]})
    return [check("layers with weights as given", given, given == len(weighty) > 0,
                  f"expects {len(weighty)}"),
            check("kinds in float", len(in_float), True, ", ".join(in_float))]


def main(data, name, folder):
    bench = Bench(data, name, folder)
    bench.library = bench.compile("given.so", "--report", folder, calibrate=False)
    outputs = bench.run(bench.library)
    plain = bench.run(bench.compile("reference.so", "--target", "reference", calibrate=False))
    print(f"{name}, {len(bench.arrays['test'])} test samples")
    differ = sum(int((outputs[o].view(np.uint8) != plain[o].view(np.uint8)).sum()) for o in plain)
    fine = layers(folder) + [check("bytes unlike the reference's", differ, differ == 0, "expects 0")]
    fine += GIVEN[bench.network.path](bench, outputs)
    if not all(fine):
        return 1
    bench.done()
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
