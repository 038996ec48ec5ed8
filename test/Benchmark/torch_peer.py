#!/usr/bin/env python3
#===- torch_peer.py - The peer PyTorch, one layer ------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Runs one layer when it is asked to: a process for quant-bench, which writes a count
and reads the seconds of processor time that one run took.

    torch_peer.py LAYER.json-text

It answers once by itself when it is ready, or "SKIP reason"."""
import json
import sys
import time


def quantized_layer(torch, layer):
    """Static quantization by the oneDNN engine, u8 by i8 per output channel."""
    torch.backends.quantized.engine = "onednn"
    modules = torch.nn.quantized
    if layer["op"] == "matmul":
        module = modules.Linear(layer["k"], layer["n"])
        weights = torch.randn(layer["n"], layer["k"])
    else:
        module = modules.Conv2d(layer["ic"], layer["oc"], layer["kh"], layer["stride"],
                                layer["pad"][:2], groups=layer["groups"])
        weights = torch.randn(layer["oc"], layer["ic"] // layer["groups"], layer["kh"],
                              layer["kw"])
    scales = torch.full((len(weights),), 0.02)
    zeros = torch.zeros(len(weights), dtype=torch.int64)
    module.set_weight_bias(torch.quantize_per_channel(weights, scales, zeros, 0, torch.qint8),
                           torch.zeros(len(weights)))
    module.scale, module.zero_point = 1.0, 0
    return module


def float_layer(torch, layer):
    if layer["op"] == "matmul":
        return torch.nn.Linear(layer["k"], layer["n"])
    module = torch.nn.Conv2d(layer["ic"], layer["oc"], layer["kh"], layer["stride"],
                             layer["pad"][:2], groups=layer["groups"])
    return module.to(memory_format=torch.channels_last)


def make_input(torch, layer):
    if layer["op"] == "matmul":
        value = torch.rand(layer["m"], layer["k"])
    else:
        value = torch.rand(1, layer["ic"], layer["h"], layer["w"])
        value = value.contiguous(memory_format=torch.channels_last)
    if layer["type"] == "int8":
        value = torch.quantize_per_tensor(value, 1 / 255, 0, torch.quint8)
    return value


def main(text):
    try:
        import torch
    except ImportError as error:
        print(f"SKIP {error} (Debian: python3-torch)", flush=True)
        return
    torch.set_num_threads(1)
    layer = json.loads(text)
    make = quantized_layer if layer["type"] == "int8" else float_layer
    with torch.inference_mode():
        module, value = make(torch, layer), make_input(torch, layer)
        module(value)
        print(0, flush=True)
        for line in sys.stdin:
            count = int(line)
            start = time.thread_time()
            for _ in range(count):
                module(value)
            print((time.thread_time() - start) / count, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
