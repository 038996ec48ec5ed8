#!/usr/bin/env python3
#===- arrays.py - Good and bad arrays for the tests of quant-run ----------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Writes arrays into a folder: arrays.py good|bad|expect FOLDER."""
import io
import os
import sys
import warnings
import zipfile

import numpy as np

# Samples for the model in model.c. The scores are (3, 6), (9, 12), (3, 0),
# (3, 3), (9, 0): classes 1, 1, 0, 0, 0.
X = np.array([[1, 2, 3], [4, 5, 6], [1, 2, 0], [1, 2, 1.5], [4, 5, 0]], "f4")


def scores():
    return np.stack([X[:, 0] + X[:, 1], 2 * X[:, 2]], 1)


def good(folder):
    np.save(folder + "/x.npy", X)
    np.save(folder + "/x-big-endian.npy", X.astype(">f4"))
    np.save(folder + "/x-fortran.npy", np.asfortranarray(X))
    np.save(folder + "/x-double.npy", X.astype("f8"))
    np.save(folder + "/x-half.npy", X.astype("f2"))
    np.save(folder + "/x-bytes.npy", np.array([[1, 2, 3], [250, 5, 6]], "u1"))
    np.savez(folder + "/x.npz", x=X, labels=np.zeros(5))
    np.savez_compressed(folder + "/x-deflated.npz", anything=X)
    np.save(folder + "/labels.npy", np.array([1, 0, 0, 0, 1]))
    np.savez(folder + "/y.npz", scores=scores(), sum=X.sum(1).astype("i4"))
    wrong = scores()
    wrong[3] = [0, 7]
    np.savez(folder + "/y-wrong.npz", scores=wrong, sum=X.sum(1).astype("i4"))
    for k, row in enumerate(X):
        path = f"{folder}/onnx/test_data_set_{k}"
        os.makedirs(path)
        # dims = [1, 3], data_type = float, raw_data.
        raw = row.tobytes()
        with open(path + "/input_0.pb", "wb") as file:
            file.write(b"\x08\1\x08\3\x10\1\x4a" + bytes([len(raw)]) + raw)


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def archive(path, members, **options):
    with zipfile.ZipFile(path, "w", **options) as file:
        for name, data in members:
            file.writestr(name, data)


def bad(folder):
    whole = npy(X)

    def write(name, data):
        with open(f"{folder}/{name}", "wb") as file:
            file.write(data)

    write("empty.npy", b"")
    write("garbage.npy", bytes(range(256)))
    write("magic.npy", whole.replace(b"NUMPY", b"NUMPI"))
    write("cut.npy", whole[:-1])
    write("longer.npy", whole + b"\0")
    write("huge.npy", whole.replace(b"(5, 3)", b"(5000000000, 3000000000)"))
    write("version.npy", whole[:6] + b"\x09" + whole[7:])
    np.save(folder + "/objects.npy", np.array([None, "text"], object))
    np.save(folder + "/text.npy", np.array(["a", "b"]))
    np.save(folder + "/complex.npy", X.astype("c8"))
    np.save(folder + "/shape.npy", np.zeros((5, 4), "f4"))
    np.save(folder + "/type.npy", X.astype("i4"))
    np.save(folder + "/none.npy", X[:0])
    for name, value in [("nan", np.nan), ("infinity", np.inf)]:
        broken = X.copy()
        broken[3, 1] = value
        np.save(f"{folder}/{name}.npy", broken)
    os.mkdir(folder + "/folder")
    os.mkdir(folder + "/folder.npy")
    os.makedirs(folder + "/onnx/test_data_set_0")
    write("onnx/test_data_set_0/input_0.pb", b"\x08\1\x08\3\x10\1\x4a\x0c1234")

    np.savez(folder + "/names.npz", a=X, b=X)
    write("garbage.npz", b"PK\3\4" + bytes(range(256)))
    archive(folder + "/whole.npz", [("x.npy", whole)])
    with open(folder + "/whole.npz", "rb") as file:
        write("cut.npz", file.read()[:-30])
    archive(folder + "/text.npz", [("notes.txt", b"hello")])
    archive(folder + "/bomb.npz", [("x.npy", npy(np.zeros((10**7, 3), "f4")))],
            compression=zipfile.ZIP_DEFLATED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive(folder + "/twice.npz", [("x.npy", whole), ("x.npy", whole)])

    np.save(folder + "/labels-float.npy", np.zeros(5))
    np.save(folder + "/labels-few.npy", np.zeros(4, int))
    np.save(folder + "/labels-range.npy", np.array([0, 1, 2, 0, 0]))
    np.savez(folder + "/y-names.npz", other=scores())
    np.savez(folder + "/y-shape.npz", scores=scores()[:4], sum=np.zeros(4))


def expect(path):
    """Compares the outputs of all five samples."""
    with np.load(path) as outputs:
        assert sorted(outputs.files) == ["scores", "sum"], outputs.files
        assert outputs["scores"].dtype == np.float32
        np.testing.assert_array_equal(outputs["scores"], scores())
        np.testing.assert_array_equal(outputs["sum"], X.sum(1).astype("i4"))
    print("as expected")


if __name__ == "__main__":
    if sys.argv[1] != "expect":
        os.makedirs(sys.argv[2], exist_ok=True)
    globals()[sys.argv[1]](sys.argv[2])
