#!/usr/bin/env python3
#===- models.py - Small networks, most of them broken ---------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Writes one of the networks below, or all of them.

    models.py FOLDER [NAME...]

The network is image [1, 1, 8, 8] -> Conv -> Relu -> Flatten -> Gemm -> logits
[1, 10], with one fault per file. FOLDER also gets good samples.npy.
"""
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import onnx_file as onnx  # noqa: E402 (beside this folder)

MODELS = {}


def network(function):
    MODELS[function.__name__.replace("_", "-")] = function
    return function


def random(*shape):
    return np.random.default_rng(sum(shape)).normal(0, 0.2, shape).astype(np.float32)


def convolution(**changes):
    names = {"inputs": ["image", "conv.weight", "conv.bias"], "outputs": ["conv_out"],
             "name": "conv", "kind": "Conv", "kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    return onnx.node(**{**names, **changes})


def rest(first="conv_out"):
    return [onnx.node("Relu", [first], ["relu_out"], "relu"),
            onnx.node("Flatten", ["relu_out"], ["flat"], "flatten", axis=1),
            onnx.node("Gemm", ["flat", "fc.weight", "fc.bias"], ["logits"], "fc", transB=1)]


def constants(**changes):
    arrays = {"conv.weight": random(4, 1, 3, 3), "conv.bias": random(4),
              "fc.weight": random(10, 256), "fc.bias": random(10)}
    arrays.update(changes)
    return [onnx.tensor(name, array) for name, array in arrays.items() if array is not None]


IMAGE = [onnx.value("image", [1, 1, 8, 8])]
LOGITS = [onnx.value("logits", [1, 10])]


def tiny(nodes=None, weights=None, inputs=None, outputs=None):
    return onnx.model(nodes or [convolution(), *rest()],
                      constants() if weights is None else weights,
                      inputs or IMAGE, outputs or LOGITS)


@network
def good():
    return tiny()


#===-----------------------------------------------------------------------===#
# Not a model
#===-----------------------------------------------------------------------===#


@network
def empty():
    return b""


@network
def garbage():
    return np.random.default_rng(1).bytes(4096)


@network
def truncated():
    return tiny()[:1500]


@network
def not_onnx():
    return b"PK\x03\x04 this is no model\n" * 20


@network
def no_graph():
    return onnx.number(1, 7) + onnx.text(8, onnx.text(1, "") + onnx.number(2, 13))


#===-----------------------------------------------------------------------===#
# A graph that is no program
#===-----------------------------------------------------------------------===#


@network
def cycle():
    looping = convolution(inputs=["relu_out", "conv.weight", "conv.bias"])
    return tiny([looping, *rest()])


@network
def missing_initializer():
    weights = [onnx.tensor("conv.bias", random(4)), onnx.tensor("fc.weight", random(10, 256)),
               onnx.tensor("fc.bias", random(10))]
    return tiny(weights=weights)


@network
def missing_output():
    return tiny(outputs=[onnx.value("probabilities", [1, 10])])


@network
def unsupported():
    nodes = [convolution(), onnx.node("Fancy", ["conv_out"], ["a"], "fancy_one"),
             onnx.node("Plain", ["a"], ["b"], "plain_two"), *rest("b")]
    return tiny(nodes)


@network
def wrong_channels():
    return tiny(weights=constants(**{"conv.weight": random(4, 3, 3, 3)}))


@network
def short_weights():
    """Raw data that are shorter than the shape says."""
    bad = (onnx.number(1, 4) + onnx.number(1, 1) + onnx.number(1, 3) + onnx.number(1, 3) +
           onnx.number(2, 1) + onnx.text(8, "conv.weight") + onnx.text(9, b"\0" * 20))
    return tiny(weights=[bad, *constants(**{"conv.weight": None})])


@network
def huge_weights():
    """A shape of 2^62 elements in a file of some hundred bytes."""
    bad = (onnx.number(1, 1 << 31) + onnx.number(1, 1 << 31) + onnx.number(2, 1) +
           onnx.text(8, "conv.weight") + onnx.text(9, b"\0" * 20))
    return tiny(weights=[bad, *constants(**{"conv.weight": None})])


@network
def external_outside():
    outside = onnx.external_tensor("conv.weight", [4, 1, 3, 3], "../secret.bin")
    return tiny(weights=[outside, *constants(**{"conv.weight": None})])


@network
def external_absolute():
    outside = onnx.external_tensor("conv.weight", [4, 1, 3, 3], "/etc/passwd")
    return tiny(weights=[outside, *constants(**{"conv.weight": None})])


@network
def external_missing():
    absent = onnx.external_tensor("conv.weight", [4, 1, 3, 3], "absent.bin")
    return tiny(weights=[absent, *constants(**{"conv.weight": None})])


#===-----------------------------------------------------------------------===#
# Numbers and shapes that hurt
#===-----------------------------------------------------------------------===#


@network
def nan_weights():
    weights = random(4, 1, 3, 3)
    weights[2, 0, 1, 1] = np.nan
    return tiny(weights=constants(**{"conv.weight": weights}))


@network
def infinite_weights():
    weights = random(10, 256)
    weights[3, 7] = np.inf
    return tiny(weights=constants(**{"fc.weight": weights}))


@network
def dead_channel():
    weights, bias = random(4, 1, 3, 3), random(4)
    weights[1], bias[1] = 0, 0
    return tiny(weights=constants(**{"conv.weight": weights, "conv.bias": bias}))


@network
def empty_tensor():
    return tiny(inputs=[onnx.value("image", [1, 0, 8, 8])])


@network
def scalar_input():
    return tiny(inputs=[onnx.value("image", [])])


@network
def nothing_to_quantize():
    nodes = [onnx.node("Softmax", ["image"], ["logits"], "softmax", axis=3)]
    return tiny(nodes, [], outputs=[onnx.value("logits", [1, 1, 8, 8])])


def main(folder, *names):
    os.makedirs(folder, exist_ok=True)
    for name in names or MODELS:
        with open(os.path.join(folder, name + ".onnx"), "wb") as file:
            file.write(MODELS[name]())
    np.save(os.path.join(folder, "samples.npy"), random(8, 1, 8, 8))


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    main(*sys.argv[1:])
