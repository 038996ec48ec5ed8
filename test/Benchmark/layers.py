#===- layers.py - The layers of a quantized network, for oneDNN ----------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Reads convolutions and products from a module of stage `quantized` (what `quantc
--save-temps` writes): layers with weights on codes, products that stayed in float as
such. What oneDNN takes for them one after the other has no glue: no pooling, no
sums, no softmax, no normalization."""
import re

import shapes

LAYER = re.compile(r"lowbit\.(conv2d|depthwise_conv2d|matmul|batch_matmul) [^(]*: \(")
WINDOW = re.compile(r"pad \[([0-9, ]+)\] stride \[([0-9, ]+)\] dilation \[([0-9, ]+)\]")
# Attention's products, and what else stayed in float.
FLOAT = re.compile(r"tosa\.matmul .*?: \(tensor<(\d+)x(\d+)x(\d+)xf32>, "
                   r"tensor<\d+x\d+x(\d+)xf32>")
TENSOR = re.compile(r"tensor<((?:\d+x)+)!")


def numbers(text):
    return [int(word) for word in text.split(",")]


def product(x, weights):
    rows = 1
    for size in x[:-1]:
        rows *= size
    return {"op": "matmul", "m": rows, "k": weights[1], "n": weights[0], "type": "int8"}


def batch_product(batch, rows, inner, columns, kind):
    return {"op": "matmul", "batch": batch, "m": rows, "k": inner, "n": columns, "type": kind}


def convolution(kind, x, weights, pad, stride):
    top, bottom, left, right = pad
    if kind == "conv2d":
        outputs, kh, kw, inputs = weights
        groups = x[3] // inputs
    else:
        kh, kw, groups = weights
        outputs = groups
    return {"op": "conv", "h": x[1], "w": x[2], "ic": x[3], "oc": outputs, "kh": kh, "kw": kw,
            "stride": stride, "pad": [top, left, bottom, right], "groups": groups,
            "type": "int8"}


def read(path):
    """The layers in the module, in order."""
    found = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            match = FLOAT.search(line)
            if match:
                found.append(batch_product(*map(int, match.groups()), "f32"))
                continue
            match = LAYER.search(line)
            if not match:
                continue
            x, weights = ([int(size) for size in sizes.strip("x").split("x")]
                          for sizes in TENSOR.findall(line, match.end())[:2])
            if match[1] == "matmul":
                found.append(product(x, weights))
                continue
            if match[1] == "batch_matmul":
                found.append(batch_product(*x, weights[2], "int8"))
                continue
            pad, stride, dilation = map(numbers, WINDOW.search(line).groups())
            if dilation == [1, 1]:  # The others are left out.
                found.append(convolution(match[1], x, weights, pad, stride))
    return found


def operations(layers):
    """Of one inference on codes, in these layers."""
    return sum(shapes.operations(layer) for layer in layers if layer["type"] == "int8")
