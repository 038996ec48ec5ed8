#===- shapes.py - The layers that are timed one by one -------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Matrix products, convolutions and depthwise convolutions, from small to large.

A layer is a dictionary: what oneDNN needs to know (test/Benchmark/Runner/OneDnn.cpp)
plus `name` and `group`. MLIR for quantc and ONNX for ONNX Runtime come from it."""


def matmul(m, k, n):
    return {"name": f"{m}x{k}x{n}", "group": "matmul", "op": "matmul", "m": m, "n": n, "k": k}


def conv(size, ic, oc, kernel, stride=1, groups=1, group="conv"):
    pad = kernel // 2
    kind = "depthwise" if groups > 1 else "conv"
    channels = f"{ic}" if groups > 1 else f"{ic}-{oc}"
    steps = f" s{stride}" if stride > 1 else ""
    return {"name": f"{kind} {kernel}x{kernel}{steps} {channels}, {size}", "group": group,
            "op": "conv", "h": size, "w": size, "ic": ic, "oc": oc, "kh": kernel,
            "kw": kernel, "stride": [stride, stride], "pad": [pad, pad, pad, pad],
            "groups": groups}


def depthwise(size, channels):
    return conv(size, channels, channels, 3, groups=channels, group="depthwise")


LAYERS = [
    matmul(64, 64, 64),
    matmul(128, 768, 768),
    matmul(128, 3072, 768),
    matmul(128, 768, 3072),
    matmul(1024, 1024, 1024),
    matmul(1, 4096, 4096),
    matmul(16, 4096, 4096),
    conv(224, 3, 64, 7, stride=2),
    conv(56, 64, 64, 3),
    conv(28, 128, 128, 3),
    conv(14, 256, 256, 3),
    conv(7, 512, 512, 3),
    conv(56, 256, 64, 1),
    conv(56, 64, 256, 1),
    conv(14, 1024, 256, 1),
    conv(32, 16, 16, 3, group="small conv"),
    conv(16, 32, 32, 3, group="small conv"),
    conv(8, 64, 64, 3, group="small conv"),
    depthwise(112, 32),
    depthwise(56, 128),
    depthwise(14, 512),
]


def output_size(layer):
    """Height and width of a convolution's result."""
    top, left, bottom, right = layer["pad"]
    return tuple((size + pad - layer[kernel]) // stride + 1 for size, pad, kernel, stride in
                 ((layer["h"], top + bottom, "kh", layer["stride"][0]),
                  (layer["w"], left + right, "kw", layer["stride"][1])))


def operations(layer):
    """Of one run; a multiply-add is two."""
    if layer["op"] == "matmul":
        return 2 * layer.get("batch", 1) * layer["m"] * layer["n"] * layer["k"]
    height, width = output_size(layer)
    return (2 * height * width * layer["oc"] * layer["ic"] // layer["groups"]
            * layer["kh"] * layer["kw"])


def traffic(layer, element):
    """Bytes of input, weights and output at `element` bytes each: what a run has to
    move when nothing is in a cache."""
    if layer["op"] == "matmul":
        m, n, k = (layer[size] for size in "mnk")
        return element * (m * k + k * n + m * n)
    height, width = output_size(layer)
    weights = layer["oc"] * layer["ic"] // layer["groups"] * layer["kh"] * layer["kw"]
    return element * (layer["h"] * layer["w"] * layer["ic"] + weights
                      + height * width * layer["oc"])
