#===- kernel_modules.py - One layer as a module for quantc ---------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""MLIR of a single layer with seeded random weights, on codes or in float."""
import numpy as np

import shapes

CODES = """\
!x = !quant.uniform<u8:f32, 0.125:0>
!y = !quant.uniform<u8:f32, {out}:0>
!w = !quant.uniform<i8<-127:127>:f32:{axis}, {{{scales}}}>
module attributes {{quantc.stage = "quantized"}} {{
  func.func @layer(%x: tensor<{x}x!x> {{quantc.name = "x"}})
      -> (tensor<{y}x!y> {{quantc.name = "y"}}) {{
    %w = lowbit.constant dense<"0x{weights}"> : tensor<{w}xi8> as tensor<{w}x!w>
    %b = arith.constant dense<"0x{bias}"> : tensor<{n}xi32>
    %y = lowbit.{op} %x, %w, %b {attributes}
       : (tensor<{x}x!x>, tensor<{w}x!w>, tensor<{n}xi32>) -> tensor<{y}x!y>
    return %y : tensor<{y}x!y>
  }}
}}
"""

FLOAT = """\
module attributes {{quantc.stage = "imported"}} {{
  func.func @layer(%x: tensor<{x}xf32> {{quantc.name = "x"}})
      -> (tensor<{y}xf32> {{quantc.name = "y"}}) {{
    %w = "tosa.const"() <{{values = dense<"0x{weights}"> : tensor<{w}xf32>}}> : () -> tensor<{w}xf32>
    %b = "tosa.const"() <{{values = dense<"0x{bias}"> : tensor<{b}xf32>}}> : () -> tensor<{b}xf32>
    %z = "tosa.const"() <{{values = dense<0.0> : tensor<1xf32>}}> : () -> tensor<1xf32>
    {body}
    return %y : tensor<{y}xf32>
  }}
}}
"""

PRODUCT = """%p = tosa.matmul %x, %w, %z, %z
        : (tensor<{x}xf32>, tensor<{w}xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<{y}xf32>
    %y = tosa.add %p, %b : (tensor<{y}xf32>, tensor<{b}xf32>) -> tensor<{y}xf32>"""

CONVOLUTION = """%y = tosa.{op} %x, %w, %b, %z, %z {{acc_type = f32,
        pad = array<i64: {pads}>, stride = array<i64: {strides}>, dilation = array<i64: 1, 1>}}
        : (tensor<{x}xf32>, tensor<{w}xf32>, tensor<{n}xf32>, tensor<1xf32>, tensor<1xf32>)
        -> tensor<{y}xf32>"""


def by(*sizes):
    return "x".join(map(str, sizes))


def sizes_of(layer):
    """Sizes of input, weights and result of a convolution, and its op."""
    height, width = shapes.output_size(layer)
    x = (1, layer["h"], layer["w"], layer["ic"])
    y = (1, height, width, layer["oc"])
    if layer["groups"] > 1:
        return x, (layer["kh"], layer["kw"], layer["ic"]), y, "depthwise_conv2d"
    return x, (layer["oc"], layer["kh"], layer["kw"], layer["ic"]), y, "conv2d"


def tight_pads(layer):
    """Top, bottom, left, right; TOSA wants no padding that no window reaches."""
    pads = []
    for side, size in zip("hw", shapes.output_size(layer)):
        before = layer["pad"][0]
        reach = (size - 1) * layer["stride"][0] + layer["k" + side]
        pads += [before, reach - layer[side] - before]
    return pads


def random(shape, kind):
    generator = np.random.default_rng(7)
    if kind == "codes":
        return generator.integers(-127, 128, shape, np.int8)
    return generator.normal(0, 0.1, shape).astype(np.float32)


def codes_module(layer):
    """On u8 codes, weights i8 per output channel, requantized to u8."""
    if layer["op"] == "matmul":
        x, w, y = (layer["m"], layer["k"]), (layer["n"], layer["k"]), (layer["m"], layer["n"])
        op, attributes, products, axis = "matmul", "", layer["k"], 0
    else:
        x, w, y, op = sizes_of(layer)
        pads = ", ".join(map(str, layer["pad"]))
        attributes = f"pad [{pads}] stride {layer['stride']} dilation [1, 1]"
        products = layer["ic"] // layer["groups"] * layer["kh"] * layer["kw"]
        axis = 2 if layer["groups"] > 1 else 0
    channels = y[-1]
    scales = np.random.default_rng(8).uniform(0.005, 0.01, channels)
    return CODES.format(
        x=by(*x), w=by(*w), y=by(*y), n=channels, op=op, attributes=attributes, axis=axis,
        # The results of random codes use the range of u8.
        out=f"{0.125 * 0.0075 * 73 * 128 * products ** 0.5 / 100:.6f}",
        scales=", ".join(f"{scale:.6f}" for scale in scales),
        weights=random(w, "codes").tobytes().hex(),
        bias=np.arange(channels, dtype=np.int32).tobytes().hex())


def float_module(layer):
    if layer["op"] == "matmul":
        x, w, y = ((1, layer["m"], layer["k"]), (1, layer["k"], layer["n"]),
                   (1, layer["m"], layer["n"]))
        bias, body = (1, 1, layer["n"]), PRODUCT
        op = pads = strides = ""
    else:
        x, w, y, op = sizes_of(layer)
        if layer["groups"] > 1:
            w = (*w, 1)  # TOSA has a channel multiplier.
        bias, body = (layer["oc"],), CONVOLUTION
        pads = ", ".join(map(str, tight_pads(layer)))
        strides = ", ".join(map(str, layer["stride"]))
    names = {"x": by(*x), "w": by(*w), "y": by(*y), "b": by(*bias), "n": y[-1], "op": op,
             "pads": pads, "strides": strides}
    return FLOAT.format(body=body.format(**names), weights=random(w, "float").tobytes().hex(),
                        bias=random(bias, "float").tobytes().hex(), **names)
