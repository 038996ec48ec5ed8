#===- kernels.py - Ours against the peers, layer by layer ----------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Times single layers, int8 and float, of ours, oneDNN, ONNX Runtime and PyTorch."""
import os

import numpy as np

import kernel_models
import kernel_modules
import race
import shapes

TYPES = {
    "int8": (kernel_modules.codes_module, kernel_models.codes_model, ()),
    "f32": (kernel_modules.float_module, kernel_models.float_model,
            ("--weights", "f32", "--activations", "f32")),
}


def write_input(folder, layer, kind):
    """Random input as raw bytes; neither zeros nor what overflows."""
    count = (layer["m"] * layer["k"] if layer["op"] == "matmul"
             else layer["h"] * layer["w"] * layer["ic"])
    generator = np.random.default_rng(9)
    values = (generator.integers(0, 256, count, np.uint8) if kind == "int8"
              else generator.normal(0, 1, count).astype(np.float32))
    path = os.path.join(folder, kind + ".bin")
    values.tofile(path)
    return path


def compile_layer(layer, kind, folder):
    """Our library for the layer and its input: what a contestant of ours needs."""
    module, _, options = TYPES[kind]
    source, library = (os.path.join(folder, kind + end) for end in (".mlir", ".so"))
    with open(source, "w", encoding="utf-8") as file:
        file.write(module(layer))
    race.run("quantc", source, "-o", library, "--quiet", *options)
    return library, [write_input(folder, layer, kind)]


def contestants(layer, kind, folder, peers):
    """Ours at the best level; on codes also ours in float; then peers."""
    ours = compile_layer(layer, kind, folder)
    racers = [race.quantc("ours", *ours)]
    if kind == "int8":
        racers.append(race.quantc("ours f32", *compile_layer(layer, "f32", folder)))
    racers.append(race.onednn("oneDNN", [{**layer, "type": kind}]))
    if peers["onnxruntime"]:
        path = TYPES[kind][1](os.path.join(folder, "layer.onnx"), layer)
        racers.append(race.onnxruntime("ONNX Runtime", peers["onnxruntime"], path, ours[1]))
    # Debian's PyTorch has float from a plain BLAS, which compares with nothing.
    if peers["torch"] and kind == "int8":
        racers.append(race.torch("PyTorch", {**layer, "type": kind}))
    return racers


def measure_avx2(races, layer):
    """The int8 library that was compiled last, and oneDNN, without newer instructions."""
    library, x = (os.path.join(races.folder, name) for name in ("int8.so", "int8.bin"))
    racers = [race.quantc("ours", library, [x], level="avx2"),
              race.onednn("oneDNN", [{**layer, "type": "int8"}])]
    return races.run(racers, shapes.operations(layer),
                     environment={"ONEDNN_MAX_CPU_ISA": "AVX2"})


def measure(races, peers, kinds, chosen=None, cold=True):
    """A row for each layer and type, hot and, if wanted, cold."""
    rows = []
    for layer in shapes.LAYERS:
        if chosen and not any(word in layer["name"] for word in chosen):
            continue
        for kind in kinds:
            racers = contestants(layer, kind, races.folder, peers)
            row = {"name": layer["name"], "group": layer["group"], "type": kind,
                   "operations": shapes.operations(layer),
                   "bytes": shapes.traffic(layer, 1 if kind == "int8" else 4),
                   "hot": races.run(racers, shapes.operations(layer) if kind == "int8" else None)}
            if cold:
                row["cold"] = races.run(racers, cold=True, rounds=5)
            if kind == "int8":
                row["avx2"] = measure_avx2(races, layer)
            print(line(row), flush=True)
            rows.append(row)
    return rows


def line(row):
    """One row for people who wait."""
    hot = row["hot"]
    parts = [f"{name} {figure['seconds']['median'] * 1e6:.1f} us"
             + (f" ({figure['share']['median']:.0%})" if "share" in figure else "")
             + (f" x{figure['ratio']['median']:.2f}" if name != "ours" else "")
             for name, figure in hot["contestants"].items()]
    avx2 = row.get("avx2", {}).get("contestants", {})
    if "ours" in avx2:
        parts.append(f"AVX2 {avx2['ours']['seconds']['median'] * 1e6:.1f} us"
                     + (f" (oneDNN x{avx2['oneDNN']['ratio']['median']:.2f})"
                        if "oneDNN" in avx2 else ""))
    dropped = f", {hot['dropped']} rounds dropped" if hot["dropped"] else ""
    return f"{row['type']:5}{row['name']:26}" + "; ".join(parts) + dropped
