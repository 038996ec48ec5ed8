#!/usr/bin/env python3
#===- kernels.py - How close is a layer to the machine's limit? -----------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Compiles single int8 layers, codes in and codes out, and prints their speed as
a share of the int8 peak, which is measured before and after each layer.

    PATH=build/bin:$PATH kernels.py FOLDER [--target TARGET]

Needs a CPU with AVX-512 VNNI and clang-22. The figure of a layer is the smallest
10th percentile of some runs; that of the peak the larger of its neighbours.
"""
import argparse
import json
import os
import subprocess

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 3

# name: height, width, input channels, output channels, kernel, stride, padding
LAYERS = {
    "matmul 64x64x64": (1, 64, 64, 64, 1, 1, 0),
    "matmul 128x768x768": (1, 128, 768, 768, 1, 1, 0),
    "matmul 1024x1024x1024": (1, 1024, 1024, 1024, 1, 1, 0),
    "conv 7x7 s2 3-64, 224": (224, 224, 3, 64, 7, 2, 3),
    "conv 3x3 64-64, 56": (56, 56, 64, 64, 3, 1, 1),
    "conv 3x3 128-128, 28": (28, 28, 128, 128, 3, 1, 1),
    "conv 3x3 256-256, 14": (14, 14, 256, 256, 3, 1, 1),
    "conv 3x3 512-512, 7": (7, 7, 512, 512, 3, 1, 1),
    "conv 1x1 256-64, 56": (56, 56, 256, 64, 1, 1, 0),
    "conv 1x1 64-256, 56": (56, 56, 64, 256, 1, 1, 0),
    "conv 3x3 16-16, 32": (32, 32, 16, 16, 3, 1, 1),
    "conv 3x3 32-32, 16": (16, 16, 32, 32, 3, 1, 1),
    "conv 3x3 64-64, 8": (8, 8, 64, 64, 3, 1, 1),
    "squeezenet conv1 3x3 s2": (224, 224, 3, 64, 3, 2, 0),
    "squeezenet fire3 3x3 16-64": (55, 55, 16, 64, 3, 1, 1),
    "squeezenet fire5 3x3 32-128": (27, 27, 32, 128, 3, 1, 1),
    "squeezenet fire9 3x3 64-256": (13, 13, 64, 256, 3, 1, 1),
    "squeezenet conv10 1x1": (13, 13, 512, 1000, 1, 1, 0),
}

MODULE = """\
!x = !quant.uniform<u8:f32, 0.125:0>
!y = !quant.uniform<u8:f32, 0.25:3>
!w = !quant.uniform<i8<-127:127>:f32, 0.01>
module attributes {{quantc.stage = "quantized"}} {{
  func.func @layer(%x: tensor<1x{h}x{w}x{c}x!x> {{quantc.name = "x"}})
      -> (tensor<1x{oh}x{ow}x{o}x!y> {{quantc.name = "y"}}) {{
    %w = lowbit.constant dense<3> : tensor<{o}x{k}x{k}x{c}xi8> as tensor<{o}x{k}x{k}x{c}x!w>
    %b = arith.constant dense<1> : tensor<{o}xi32>
    %y = lowbit.conv2d %x, %w, %b pad [{p}, {p}, {p}, {p}] stride [{s}, {s}] dilation [1, 1]
       : (tensor<1x{h}x{w}x{c}x!x>, tensor<{o}x{k}x{k}x{c}x!w>, tensor<{o}xi32>) -> tensor<1x{oh}x{ow}x{o}x!y>
    return %y : tensor<1x{oh}x{ow}x{o}x!y>
  }}
}}
"""


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def measure(folder, target, shape):
    """The milliseconds of one layer, and its operations."""
    h, w, c, o, k, s, p = shape
    oh, ow = (h + 2 * p - k) // s + 1, (w + 2 * p - k) // s + 1
    source, library, codes = (os.path.join(folder, name)
                              for name in ("layer.mlir", "layer.so", "x.npy"))
    with open(source, "w", encoding="utf-8") as file:
        file.write(MODULE.format(h=h, w=w, c=c, o=o, k=k, s=s, p=p, oh=oh, ow=ow))
    run("quantc", source, "-o", library, "--target", target, "--quiet")
    np.save(codes, np.random.default_rng(1).integers(0, 256, (1, h, w, c), np.uint8))
    times = [json.loads(run("quant-run", library, "--input", codes, "--json",
                            "--quiet"))["latency_ms"]["p10"] for _ in range(ROUNDS)]
    return min(times), 2 * oh * ow * o * k * k * c


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--target", default="host")
    arguments = parser.parse_args()
    os.makedirs(arguments.folder, exist_ok=True)
    peak = os.path.join(arguments.folder, "peak")
    run("clang-22", "-O2", "-mavx512f", "-mavx512vnni",
        os.path.join(HERE, "Inputs", "peak.c"), "-o", peak)
    print(f"{'layer':30}{'us':>10}{'GOPS':>8}{'peak':>8}{'share':>8}")
    before = float(run(peak))
    for name, shape in LAYERS.items():
        milliseconds, operations = measure(arguments.folder, arguments.target, shape)
        after = float(run(peak))
        limit, rate = max(before, after), operations / milliseconds / 1e6
        print(f"{name:30}{milliseconds * 1e3:10.1f}{rate:8.0f}{limit:8.0f}"
              f"{rate / limit:8.0%}", flush=True)
        before = after


if __name__ == "__main__":
    main()
