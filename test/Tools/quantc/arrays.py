#!/usr/bin/env python3
#===- arrays.py - Samples that no network should be calibrated on ---------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Writes wrong samples for the network of models.py (image [1, 1, 8, 8]).

    arrays.py FOLDER
"""
import os
import sys
import zipfile

import numpy as np


def header(shape, descr="<f4"):
    """The start of a .npy file that promises an array of this shape."""
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (63 - (len(text) + 10) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def zip_bomb(path):
    """100 KB that unpack to 100 MB of zeros."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        with file.open("image.npy", "w", force_zip64=True) as member:
            member.write(header((8, 1, 8, 8)))
            for _ in range(100):
                member.write(bytes(1 << 20))


def main(folder):
    os.makedirs(folder, exist_ok=True)

    def at(name):
        return os.path.join(folder, name)

    good = np.random.default_rng(0).normal(0, 1, (8, 1, 8, 8)).astype(np.float32)
    nan, infinite = good.copy(), good.copy()
    nan[3, 0, 4, 5] = np.nan
    infinite[5, 0, 0, 1] = -np.inf
    np.save(at("good.npy"), good)
    np.save(at("nan.npy"), nan)
    np.save(at("infinite.npy"), infinite)
    np.save(at("constant.npy"), np.zeros_like(good))
    np.save(at("wrong-shape.npy"), good.reshape(8, 1, 4, 16))
    np.save(at("wrong-rank.npy"), good.reshape(8, 64))
    np.save(at("wrong-type.npy"), good.astype(np.complex64))
    np.save(at("text.npy"), np.array(["a", "b"]))
    np.save(at("no-samples.npy"), good[:0])
    np.savez(at("other-names.npz"), picture=good, mask=good)
    zip_bomb(at("bomb.npz"))
    labels = np.array([0, 1, 2, 3, 4, 5, 6, 99])
    np.save(at("few-labels.npy"), labels[:3])
    np.save(at("real-labels.npy"), labels.astype(np.float32))
    np.save(at("high-labels.npy"), labels)
    files = {"empty.npy": b"", "garbage.npy": b"no array at all" * 9,
             "truncated.npy": header((8, 1, 8, 8)) + bytes(100),
             "huge.npy": header((1 << 40, 1, 8, 8)) + bytes(100),
             "negative.npy": header((-8, 1, 8, 8)) + bytes(2048),
             "empty.npz": b"", "garbage.npz": b"PK\x03\x04 no archive" * 9}
    for name, data in files.items():
        with open(at(name), "wb") as file:
            file.write(data)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    main(sys.argv[1])
