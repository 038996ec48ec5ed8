#===- packed_modules.py - A product of packed weights as a module --------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""MLIR of reals times packed weights with seeded random codes. Activations become
codes of 8 bits when the program runs, as those of the peers do; results are reals."""
import numpy as np

PANEL = 16

MODULE = """\
!x = !quant.uniform<i8:f32, 0.03125:0>
module attributes {{quantc.stage = "quantized"}} {{
  func.func @product(%x: tensor<{m}x{k}xf32> {{quantc.name = "x"}})
      -> (tensor<{m}x{n}xf32> {{quantc.name = "y"}}) {{
    %w = arith.constant dense<"0x{codes}"> : tensor<{w}xi8>
    %s = arith.constant dense<"0x{scales}"> : tensor<{s}>
    %start = arith.constant dense<0.0> : tensor<{n}xf32>
    %scale = arith.constant dense<0.03125> : tensor<{n}xf32>
    %r = lowbit.quantize %x : tensor<{m}x{k}xf32> to tensor<{m}x{k}x!x>
    %q = quant.scast %r : tensor<{m}x{k}x!x> to tensor<{m}x{k}xi8>
    %e = tensor.empty() : tensor<{m}x{n}xf32>
    %y = kernel.block_matmul
        ins(%q, %w, %s, %start : tensor<{m}x{k}xi8>, tensor<{w}xi8>, tensor<{s}>, tensor<{n}xf32>)
        scale(%scale : tensor<{n}xf32>) outs(%e : tensor<{m}x{n}xf32>)
        {{levels = array<i8: {levels}>, block = {block} : i64,
          scale_type = #kernel.scale<{scale_type}>, signed_input}} -> tensor<{m}x{n}xf32>
    return %y : tensor<{m}x{n}xf32>
  }}
}}
"""

# The smallest and the largest scale, as bits.
SCALE_TYPES = {"f16": (np.uint16, 0x1000, 0x2000), "e8m0": (np.uint8, 116, 122)}


def code_bytes(form):
    """Of a block of a panel's channels. A vector of bytes has one for each channel and
    four taps, and the codes of so many times four taps: of three levels, five digits."""
    steps = form["block"] // 4
    per_vector = 5 if len(form["levels"]) == 3 else 8 // form["bits"]
    return -(-steps // per_vector) * PANEL * 4


def bits_per_weight(form):
    """With scales."""
    scale = np.dtype(SCALE_TYPES[form["scale_type"]][0]).itemsize * 8
    return (8 * code_bytes(form) / PANEL + scale) / form["block"]


def module(form, m, n, k):
    """`form`: bits of a code, levels, block and scale_type of the weights."""
    generator = np.random.default_rng(7)
    panels, blocks = n // PANEL, k // form["block"]
    element, low, high = SCALE_TYPES[form["scale_type"]]
    # Every byte is a code, or several.
    codes = generator.integers(0, 256, (panels, blocks, code_bytes(form)), np.uint8)
    scales = generator.integers(low, high, (panels, blocks, PANEL), element)
    return MODULE.format(
        m=m, n=n, k=k, block=form["block"], scale_type=form["scale_type"],
        w=f"{panels}x{blocks}x{code_bytes(form)}", codes=codes.tobytes().hex(),
        s=f"{panels}x{blocks}x{PANEL}xi{8 * scales.itemsize}", scales=scales.tobytes().hex(),
        levels=", ".join(map(str, form["levels"])))
