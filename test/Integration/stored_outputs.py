#===- stored_outputs.py - The importer against another implementation -----===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Imports networks in float and compares with the outputs stored beside them,
which ONNX Runtime computed with its optimizations off.

    stored_outputs.py DATA FOLDER
"""
import glob
import os
import sys

import numpy as np

import zoo

# Networks beside those of the zoo, with the shapes that the stored inputs have.
OTHERS = {"stories260k/stories260K.onnx": ["--shape", "input_ids=1x64"]}
TYPES = {1: np.float32, 6: np.int32, 7: np.int64}


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


def fields(data):
    """The fields of a protobuf message: (number, integer or bytes)."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        value, at = varint(data, at)
        if key & 7 == 2:
            value, at = data[at:at + value], at + value
        yield key >> 3, value


def read_tensor(path):
    """A TensorProto with raw or packed data as an array."""
    dims, kind, raw = [], 0, b""
    with open(path, "rb") as file:
        for number, value in fields(file.read()):
            if number == 1:
                dims.append(value)
            elif number == 2:
                kind = value
            elif number in (4, 9):
                raw = value
    return np.frombuffer(raw, TYPES[kind]).reshape(dims)


def stored_folder(model):
    beside = model[:-len(".onnx")] + "_data/test_data_set_0"
    return beside if os.path.isdir(beside) else os.path.join(os.path.dirname(model),
                                                             "test_data_set_0")


def compare(name, wanted, got):
    got = got.reshape(wanted.shape)
    scale = max(1, np.abs(wanted).max())
    if np.allclose(got, wanted, rtol=1e-4, atol=1e-5 * scale):
        return True
    worst = np.unravel_index(np.abs(got - wanted).argmax(), wanted.shape)
    print(f"  {name} at {worst}: expected {wanted[worst]}, but got {got[worst]}")
    return False


def check(model, folder, options):
    name = os.path.join(folder, os.path.basename(os.path.dirname(model)))
    stored = stored_folder(model)
    inputs = []
    for index, path in enumerate(sorted(glob.glob(stored + "/input_*.pb"))):
        inputs.append(f"{name}-{index}.npy")
        np.save(inputs[-1], read_tensor(path)[None])
    zoo.tool("quant-translate", "--import-onnx", model, *options, "-o", name + ".mlir")
    zoo.tool("quant-opt", name + ".mlir", "-o", name + ".lowered.mlir",
             "--pass-pipeline=builtin.module(import-cleanup,lower{levels=sse4})")
    zoo.tool("quant-translate", "--emit-shared-library", name + ".lowered.mlir",
             "-o", name + ".so")
    zoo.tool("quant-run", name + ".so", "--input", ",".join(inputs), "--output",
             name + ".npz", "--repeat", "0")
    fine = True
    with np.load(name + ".npz") as outputs:
        paths = sorted(glob.glob(stored + "/output_*.pb"))
        if len(paths) != len(outputs.files):
            sys.exit(f"{model}: {len(paths)} outputs are stored, {len(outputs.files)} came")
        for output, path in zip(outputs.files, paths):
            fine &= compare(output, read_tensor(path), outputs[output])
    return fine


def main(data, folder):
    os.makedirs(folder, exist_ok=True)
    # Transformers that the zoo has lack stored inputs, or have them in OTHERS.
    models = {network.path: [] for network in zoo.NETWORKS.values()
              if glob.glob(stored_folder(os.path.join(data, network.path)) + "/input_*.pb")}
    if len(models) < len(zoo.NETWORKS) - 1:
        sys.exit(f"expects stored inputs of all networks but one, got {sorted(models)}")
    models.update(OTHERS)
    wrong = [path for path, options in models.items()
             if not check(os.path.join(data, path), folder, options)]
    if wrong:
        sys.exit("not as stored: " + ", ".join(wrong))


main(*sys.argv[1:])
