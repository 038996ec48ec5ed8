#!/usr/bin/env python3
#===- format-accuracy.py - Networks with every format of weights -----------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Writes the table of accuracy against bits into docs/Formats.md.

    format-accuracy.py BIN PAGE --models MODELS --data DATA [--only WORD]
                       [--formats A,B,...] [--results FILE]

BIN holds quantc and quant-run, MODELS the trained networks
(<group>/<network>.onnx), DATA what prepare.py writes of them: calib.npy, test.npy
and labels.npy or nothing. Every network is compiled with every format, and run on its
test samples. Results are kept in FILE (JSON), and runs that it has are not repeated.
Needs numpy.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from formats import between

BEGIN, END = "<!-- accuracy -->\n", "<!-- /accuracy -->"

FORMATS = """f32 i8 i6 i5 i4 i4:full i4:b32 i4:b128 u4 u4:b32 i3 i3:b32 i2 i2:midrise u2:b32
ternary ternary:b128 binary nf4 kmeans256 kmeans16 kmeans8 lqnets3 lqnets2 pow2 fp8e4m3
fp6e2m3 fp4 mxint8 mxfp8e4m3 mxfp6e2m3 mxfp4 nvfp4""".split()



def classes(outputs):
    """The largest of the first output, which has a row for each sample."""
    first = next(iter(outputs.values()))
    return first.reshape(len(first), -1).argmax(axis=1)


def top1(outputs, _, data):
    labels = np.load(os.path.join(data, "labels.npy"))
    return 100 * float((classes(outputs) == labels).mean())


def same_class(outputs, real, _):
    return 100 * float((classes(outputs) == classes(real)).mean())


def perplexity(outputs, _, data):
    """exp of the mean of -log p of each next token."""
    tokens = np.load(os.path.join(data, "test.npy")).astype(np.int64)
    logits = next(iter(outputs.values())).astype(np.float64)
    logits = logits.reshape(len(tokens), -1, logits.shape[-1])[:, :-1]
    logits -= logits.max(axis=-1, keepdims=True)
    logs = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(logs, tokens[:, 1:, None], axis=-1)
    return float(np.exp(-picked.mean()))


# (title, network, options, metric, decimals)
NETWORKS = [
    ("ResNet-8, top-1 %", "cifar10/resnet8_fp32", [], top1, 2),
    ("DS-CNN, top-1 %", "kws/kws_dscnn_fp32", ["--batch", "1"], top1, 2),
    ("MLP, top-1 %", "mnist/mlp_256x2", [], top1, 2),
    ("KWT-1, same class %", "kwt1/kwt1_mfcc", [], same_class, 2),
    ("stories260K, perplexity", "stories260k/stories260K",
     ["--shape", "input_ids=1x256"], perplexity, 3),
]


def tool(arguments, name, *options):
    """What a tool prints; None, with a message, if it fails."""
    done = subprocess.run([os.path.join(arguments.bin, name), *options],
                          capture_output=True, encoding="utf-8", check=False)
    if done.returncode == 0:
        return done.stdout
    print(name, *options, done.stderr.strip()[-400:], file=sys.stderr)
    return None


def run(arguments, network, options, form):
    """The report and the outputs of a network with a format, or None."""
    data = os.path.join(arguments.data, network)
    with tempfile.TemporaryDirectory() as folder:
        library = os.path.join(folder, "model.so")
        outputs = os.path.join(folder, "outputs.npz")
        # Every CPU level gives the same bytes, so one is enough.
        options = [*options, "--target", "host", "--weights", form, "--json",
                   "--quiet"]
        if form == "f32":
            options += ["--activations", "f32"]
        else:
            options += ["--calibrate", os.path.join(data, "calib.npy")]
        report = tool(arguments, "quantc",
                      os.path.join(arguments.models, network + ".onnx"), "-o",
                      library, *options)
        if report is None or tool(arguments, "quant-run", library, "--input",
                                  os.path.join(data, "test.npy"), "--output",
                                  outputs, "--repeat", "0", "--quiet") is None:
            return None
        with np.load(outputs) as file:
            return json.loads(report), {name: file[name] for name in file.files}


def entry(report, value):
    weights = [layer for layer in report["layers"] if layer["weight_bits"]]
    count = sum(layer["weight_count"] for layer in weights)
    bits = sum(layer["weight_bits"] for layer in weights)
    return {"value": value, "bits": bits / count if count else 32,
            "bytes": report["bytes"]["stored_weights"] or
                     report["bytes"]["float_weights"]}


def table(results, forms):
    lines = ["| format |" + "".join(f" {n[0]} | bits |" for n in NETWORKS),
             "|---|" + "---|---|" * len(NETWORKS)]
    for form in forms:
        cells = []
        for _, network, _, _, decimals in NETWORKS:
            found = results.get(f"{network} {form}")
            if found is None:
                cells.append(" - | - |")
                continue
            cells.append(f" {found['value']:.{decimals}f} | "
                         f"{found['bits']:.2f} |")
        lines.append(f"| `{form}` |" + "".join(cells))
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bin")
    parser.add_argument("page")
    parser.add_argument("--models", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--only", default="", help="networks with this in the name")
    parser.add_argument("--formats", default="", help="instead of all")
    parser.add_argument("--results", default="format-accuracy.json")
    arguments = parser.parse_args()
    results = {}
    if os.path.exists(arguments.results):
        with open(arguments.results, encoding="utf-8") as file:
            results = json.load(file)
    forms = arguments.formats.split(",") if arguments.formats else FORMATS
    failures = 0
    for _, network, options, metric, _ in NETWORKS:
        if arguments.only not in network:
            continue
        real = None
        for form in forms:
            key = f"{network} {form}"
            if key in results:
                continue
            if real is None and metric is same_class:
                done = run(arguments, network, options, "f32")
                real = done and done[1]
            done = run(arguments, network, options, form)
            if done is None:
                failures += 1
                continue
            report, outputs = done
            data = os.path.join(arguments.data, network)
            results[key] = entry(report, metric(outputs, real, data))
            print(key, results[key], flush=True)
            with open(arguments.results, "w", encoding="utf-8") as file:
                json.dump(results, file, indent=1)
    with open(arguments.page, encoding="utf-8") as file:
        page = file.read()
    with open(arguments.page, "w", encoding="utf-8") as file:
        file.write(between(page, BEGIN, END, table(results, FORMATS)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
