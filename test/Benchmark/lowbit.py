#===- lowbit.py - Products of packed weights, ours against the peers -----===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Times products of reals and weights of 4 bits and fewer: ours, ggml's and ONNX
Runtime's, and a thread that only reads as many bytes as the weights have. Everybody
gets reals, makes codes of 8 bits of them, and gives reals."""
import os

import numpy as np

import kernel_models
import packed_modules
import race
import targets

FP4 = [0, 1, 2, 3, 4, 6, 8, 12]

# `ggml`: its type with as many levels and the nearest blocks. `nbits`: of ONNX
# Runtime's MatMulNBits; None: it has nothing that small.
FORMATS = [
    {"name": "i4:b32", "group": "4 bits", "bits": 4, "levels": list(range(-8, 8)), "block": 32,
     "scale_type": "f16", "ggml": "q4_0", "nbits": 4},
    {"name": "fp4:b32", "group": "4 bits", "bits": 4, "levels": FP4 + [-x for x in FP4],
     "block": 32, "scale_type": "f16", "ggml": "iq4_nl", "nbits": 4},
    {"name": "mxfp4", "group": "4 bits", "bits": 4, "levels": FP4 + [-x for x in FP4],
     "block": 32, "scale_type": "e8m0", "ggml": "mxfp4", "nbits": 4},
    {"name": "ternary:b256", "group": "ternary", "bits": 2, "levels": [0, 1, -1, 0],
     "block": 256, "scale_type": "f16", "ggml": "tq2_0", "nbits": 2},
    {"name": "ternary:b256:base3", "group": "base 3", "bits": 2, "levels": [-1, 0, 1],
     "block": 256, "scale_type": "f16", "ggml": "tq1_0", "nbits": None},
]
ROWS = (1, 128)


def compile_product(form, rows, size, folder):
    """Our library for the product and its input: what a contestant of ours needs."""
    source, library, x = (os.path.join(folder, "packed" + end) for end in (".mlir", ".so", ".bin"))
    with open(source, "w", encoding="utf-8") as file:
        file.write(packed_modules.module(form, rows, size, size))
    race.run("quantc", source, "-o", library, "--quiet")
    np.random.default_rng(9).normal(0, 1, rows * size).astype(np.float32).tofile(x)
    return library, [x]


def weight_bytes(form, size):
    return int(size * size * packed_modules.bits_per_weight(form) / 8)


def contestants(form, rows, size, folder, peers):
    library, inputs = compile_product(form, rows, size, folder)
    racers = [race.quantc("ours", library, inputs)]
    if rows == 1:
        racers.append(race.reading(targets.READING, weight_bytes(form, size)))
    if peers["ggml"]:
        racers.append(race.ggml("ggml", peers["ggml"], form["ggml"], rows, size, size))
    if peers["onnxruntime"] and form["nbits"]:
        path = kernel_models.packed_model(os.path.join(folder, "packed.onnx"), rows, size, size,
                                          form["nbits"], 32)
        racers.append(race.onnxruntime("ONNX Runtime", peers["onnxruntime"], path, inputs))
    return racers


def measure(races, peers, chosen=None, cold=True, size=4096):
    """A row for each format and number of rows; one row also with the weights in no
    cache, and each at the level AVX2, where only we are."""
    results = []
    for form in FORMATS:
        for rows in ROWS:
            name = f"{form['name']} {rows}x{size}x{size}"
            if chosen and not any(word in name for word in chosen):
                continue
            operations = 2 * rows * size * size
            racers = contestants(form, rows, size, races.folder, peers)
            row = {"name": name, "group": form["group"], "rows": rows,
                   "bits": packed_modules.bits_per_weight(form),
                   "bytes": weight_bytes(form, size), "operations": operations,
                   "ggml_type": form["ggml"], "hot": races.run(racers, operations)}
            if cold and rows == 1:
                row["cold"] = races.run(racers, cold=True, rounds=races.rounds)
            row["avx2"] = races.run([{**racers[0], "level": "avx2"}], operations)
            print(line(row), flush=True)
            results.append(row)
    return results


def line(row):
    """One row for people who wait."""
    parts = []
    for temperature in ("hot", "cold"):
        for name, figure in row.get(temperature, {"contestants": {}})["contestants"].items():
            text = f"{temperature} {name} {figure['seconds']['median'] * 1e6:.1f} us"
            if row["rows"] > 1:
                text += f" ({figure['share']['median']:.0%})"
            parts.append(text + (f" x{figure['ratio']['median']:.2f}" if name != "ours" else ""))
    return f"{row['name']:32}" + "; ".join(parts)
