#===- binary.py - Products of single bits ------------------------- ---===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Times products of matrices of bits: ours, a thread that only counts as many bits
(targets.COUNTING), ours from reals, of which it takes the signs first, and ours of as
many codes of 8 bits."""
import os

import numpy as np

import kernel_modules
import race
import targets

# (rows, channels, products of each)
SHAPES = [(128, 4096, 4096), *((128, 512, k) for k in (576, 1152, 2304, 4608))]

BITS = """\
!x = !quant.uniform<i8:f32, 1.0>
module attributes {{quantc.stage = "quantized"}} {{
  func.func @product(%x: tensor<{m}x1x{bytes}x!x> {{quantc.name = "x"}})
      -> (tensor<{m}x{n}xf32> {{quantc.name = "y"}}) {{
    %w = arith.constant dense<"0x{weights}"> : tensor<{w}xi8>
    %start = arith.constant dense<{k}> : tensor<{n}xi32>
    %scale = arith.constant dense<0.25> : tensor<{n}xf32>
    %b = quant.scast %x : tensor<{m}x1x{bytes}x!x> to tensor<{m}x1x{bytes}xi8>
    %e = tensor.empty() : tensor<{m}x{n}xf32>
    %y = kernel.binary_matmul
        ins(%b, %w, %start, %scale
            : tensor<{m}x1x{bytes}xi8>, tensor<{w}xi8>, tensor<{n}xi32>, tensor<{n}xf32>)
        outs(%e : tensor<{m}x{n}xf32>) factors [2] -> tensor<{m}x{n}xf32>
    return %y : tensor<{m}x{n}xf32>
  }}
}}
"""

REALS = """\
!x = !quant.uniform<i8<-1:1>:f32, 0.5>
!w = !quant.uniform<i8<-1:1>:f32, 0.5>
module attributes {{quantc.stage = "quantized"}} {{
  func.func @product(%x: tensor<{m}x{k}xf32> {{quantc.name = "x"}})
      -> (tensor<{m}x{n}xf32> {{quantc.name = "y"}}) {{
    %w = lowbit.constant dense<"0x{weights}"> : tensor<{n}x{k}xi8> as tensor<{n}x{k}x!w>
    %b = arith.constant dense<0> : tensor<{n}xi32>
    %q = lowbit.binarize %x : tensor<{m}x{k}xf32> to tensor<{m}x{k}x!x>
    %y = lowbit.matmul %q, %w, %b
       : (tensor<{m}x{k}x!x>, tensor<{n}x{k}x!w>, tensor<{n}xi32>) -> tensor<{m}x{n}xf32>
    return %y : tensor<{m}x{n}xf32>
  }}
}}
"""


def compiled(name, module, x, folder):
    """Our library for a module and its input: what a contestant of ours needs."""
    source, library, data = (os.path.join(folder, name + end) for end in (".mlir", ".so", ".bin"))
    with open(source, "w", encoding="utf-8") as file:
        file.write(module)
    race.run("quantc", source, "-o", library, "--quiet")
    x.tofile(data)
    return library, [data]


def contestants(m, n, k, folder):
    generator = np.random.default_rng(7)
    words = -(-k // 32)
    bits = BITS.format(m=m, n=n, k=k, bytes=4 * words, w=f"{n // 16}x1x{words}x16x4",
                       weights=generator.bytes(n * words * 4).hex())
    signs = (2 * generator.integers(0, 2, (n, k), np.int8) - 1).tobytes().hex()
    codes = kernel_modules.codes_module({"op": "matmul", "m": m, "n": n, "k": k})
    x = generator.integers(-128, 128, m * k, np.int8)
    return [race.quantc("ours", *compiled("bits", bits, x[:m * words * 4], folder)),
            race.counting(targets.COUNTING, m * n * k),
            race.quantc("ours from reals",
                        *compiled("signs", REALS.format(m=m, n=n, k=k, weights=signs),
                                  x.astype(np.float32), folder)),
            race.quantc("ours int8", *compiled("codes", codes, x, folder))]


def measure(races, chosen=None):
    """A row for each shape."""
    results = []
    for m, n, k in SHAPES:
        name = f"bits {m}x{n}x{k}"
        if chosen and not any(word in name for word in chosen):
            continue
        row = {"name": name, "operations": 2 * m * n * k,
               "hot": races.run(contestants(m, n, k, races.folder), 2 * m * n * k)}
        print(line(row), flush=True)
        results.append(row)
    return results


def line(row):
    """One row for people who wait."""
    return f"{row['name']:26}" + "; ".join(
        f"{name} {figure['seconds']['median'] * 1e6:.1f} us x{figure['ratio']['median']:.2f}"
        for name, figure in row["hot"]["contestants"].items())
