#===- networks.py - Whole networks against ONNX Runtime ------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Times whole networks at batch 1: ours quantized and in float, ONNX Runtime on the
same two, and the sum of oneDNN's layers."""
import json
import os
import re

import numpy as np

import bert_layer
import compile_cost
import graphs
import layers
import race

HERE = os.path.dirname(os.path.abspath(__file__))
FLOAT = ("--weights", "f32", "--activations", "f32")


class Network:
    """path     float model in the test data, or how to make one: (data, file) -> file
    given     the same network, quantized by its publisher
    sizes     open dimensions by name
    products  attention's products are measured on codes, too"""

    def __init__(self, name, path, given=None, sizes=None, products=False, quantized=False):
        self.name, self.path, self.given = name, path, given
        self.sizes, self.products, self.quantized = sizes or {}, products, quantized


def resnet50(data, path):
    topology = os.path.join(os.path.dirname(path), "light_resnet50.onnx")
    archive = os.path.join(data, "onnx-conformance", "onnx-backend-test-data-1.22.0.tar.xz")
    member = "data/light/light_resnet50.onnx"
    with open(topology, "wb") as file:
        file.write(race.run_bytes("tar", "-xJOf", archive, member))
    return graphs.with_random_weights(topology, path)


def mobilenetv2(data, path):
    return graphs.without_codes(os.path.join(data, MOBILENET), path)


def bert(_, path):
    return bert_layer.write(path)


def digits(*_):
    """The bundled network, which needs no test data."""
    return os.path.join(HERE, "..", "..", "examples", "digits", "digits.onnx")


MOBILENET = "quantized-refs/mobilenetv2_qdq/model.onnx"

NETWORKS = [
    Network("digits", digits),
    Network("resnet8", "cifar10/resnet8_fp32.onnx", "cifar10/resnet8_int8_qdq.onnx"),
    Network("resnet20", "cifar10/resnet20_cifar10.onnx"),
    Network("vww", "vww/vww_96_float.onnx", "vww/vww_mbv1_int8_qdq.onnx"),
    Network("kws_dscnn", "kws/kws_dscnn_fp32.onnx", "kws/kws_dscnn_int8_qdq.onnx"),
    Network("squeezenet", "squeezenet/squeezenet1.1_fp32.onnx"),
    Network("mobilenetv2_qdq", mobilenetv2, MOBILENET, quantized=True),
    Network("ResNet-50", resnet50),
    Network("BERT-base layer", bert, products=True),
    Network("kwt1", "kwt1/kwt1_mfcc.onnx", products=True),
    Network("stories260K", "stories260k/stories260K.onnx", sizes={"T": 256}),
]


class Bench:
    """One network with its files in a folder of its own."""

    def __init__(self, network, data, arrays, folder):
        self.network, self.data = network, data
        self.folder = os.path.join(folder, network.name.replace(" ", "-"))
        os.makedirs(self.folder, exist_ok=True)
        source = (network.path(data, self.file("source.onnx")) if callable(network.path)
                  else os.path.join(data, network.path))
        self.model = graphs.with_sizes(source, self.file("float.onnx"), network.sizes)
        self.given = (graphs.with_sizes(os.path.join(data, network.given),
                                        self.file("given.onnx"), network.sizes)
                      if network.given else None)
        self.arrays = arrays

    def file(self, name):
        return os.path.join(self.folder, name)

    def samples(self, part):
        """The prepared array of the float network; seeded noise where there is none."""
        if not callable(self.network.path):
            group, file = self.network.path.split("/")
            return os.path.join(self.arrays, group, file[:-len(".onnx")], part + ".npy")
        path = self.file(part + ".npy")
        shape = graphs.input_shapes(self.model)[0]
        noise = np.random.default_rng(11 if part == "calib" else 12).normal(0, 1, (8, *shape[1:]))
        np.save(path, noise.astype(np.float32))
        return path

    def raw_input(self, model, name):
        """The first test sample as raw bytes; noise if the model wants another size."""
        (shape,) = graphs.input_shapes(model)
        sample = np.load(self.samples("test"))[0]
        if sample.size != np.prod(shape):
            sample = np.random.default_rng(13).normal(0, 1, shape).astype(np.float32)
        path = self.file(name)
        sample.tofile(path)
        return path

    def compile(self, name, *options):
        """Seconds, peak of memory and report of one run of quantc."""
        calibrate = (() if FLOAT[0] in options or self.network.quantized
                     else ("--calibrate", self.samples("calib")))
        source = self.given if self.network.quantized and FLOAT[0] not in options else self.model
        return compile_cost.measure("quantc", source, "-o", self.file(name), "--json",
                                    *calibrate, *options)

    def predicted(self):
        """The milliseconds that a dry run expects."""
        source = self.given if self.network.quantized else self.model
        calibrate = () if self.network.quantized else ("--calibrate", self.samples("calib"))
        report = race.run("quantc", source, *calibrate, "--dry-run", "--json", "--quiet",
                          "--target", "host")
        return json.loads(report)["latency_ms"]["predicted"]

    def temps(self):
        """The modules of all stages of the quantized build."""
        folder = self.file("stages")
        self.compile("temps.so", "--save-temps", folder)
        return folder


def contestants(bench, peers, found):
    """Ours and the peers; `found` are the layers for oneDNN."""
    x = bench.raw_input(bench.model, "x.bin")
    ours = bench.raw_input(bench.given, "given.bin") if bench.network.quantized else x
    racers = [race.quantc("ours", bench.file("w8a8.so"), [ours]),
              race.quantc("ours f32", bench.file("f32.so"), [x])]
    variants = [("", ())]
    if bench.network.products:
        variants.append((" with products", ("--products",)))
        bench.compile("products.so", "--products")
        racers.append(race.quantc("ours with products", bench.file("products.so"), [x]))
    if found:
        racers.append(race.onednn("oneDNN layers", found))
    if not peers["onnxruntime"]:
        return racers
    racers.append(race.onnxruntime("ONNX Runtime f32", peers["onnxruntime"], bench.model, [x]))
    if bench.given:
        given = bench.raw_input(bench.given, "given.bin")
        racers.append(race.onnxruntime("ONNX Runtime int8, publisher's", peers["onnxruntime"],
                                       bench.given, [given]))
    if not bench.network.quantized:
        for name, options in variants:
            exported = "export" + name.replace(" ", "-") + ".onnx"
            bench.compile(exported, *options)
            racers.append(race.onnxruntime("ONNX Runtime int8" + name, peers["onnxruntime"],
                                           bench.file(exported), [x]))
    return racers


def live_bytes(folder):
    """Bytes of the arena and of the largest set of buffers alive at a time."""
    found = {}
    with open(os.path.join(folder, "lowered.mlir"), encoding="utf-8") as file:
        for line in file:
            for name, value in re.findall(r"quantc\.(arena|live)_bytes = (\d+)", line):
                found[name] = max(found.get(name, 0), int(value))
    return found


def measure_threads(races, bench, inputs):
    """Ours on two threads ("ours") against ours on one."""
    return races.run_threads([race.quantc("ours", bench.file("w8a8.so"), inputs, threads=2),
                              race.quantc("one thread", bench.file("w8a8.so"), inputs)], 2)


def measure(races, peers, data, arrays, chosen=None, cold=True):
    """A row for each network."""
    rows = []
    for network in NETWORKS:
        if chosen and not any(word in network.name for word in chosen):
            continue
        if network.name != "digits" and not data:
            print(f"SKIP {network.name}: no test data", flush=True)
            continue
        bench = Bench(network, data, arrays, races.folder)
        cost = bench.compile("w8a8.so")
        float_cost = bench.compile("f32.so", *FLOAT)
        folder = bench.temps()
        found = layers.read(os.path.join(folder, "quantized.mlir"))
        operations = layers.operations(found)
        racers = contestants(bench, peers, found)
        row = {"name": network.name, "operations": operations, "layers": len(found),
               "compile": cost, "compile_f32": float_cost, "memory": live_bytes(folder), "predicted_ms": bench.predicted(),
               "bytes": {kind: os.path.getsize(bench.file(f"{kind}.so"))
                         for kind in ("w8a8", "f32")},
               "hot": races.run(racers, operations)}
        if cold:
            row["cold"] = races.run(racers, operations, cold=True, rounds=5)
        if os.cpu_count() > 1:
            row["threads"] = measure_threads(races, bench, racers[0]["inputs"])
        print(line(row), flush=True)
        rows.append(row)
    return rows


def line(row):
    parts = [f"{name} {figure['seconds']['median'] * 1e3:.3f} ms x{figure['ratio']['median']:.2f}"
             for name, figure in row["hot"]["contestants"].items()]
    dropped = f", {row['hot']['dropped']} rounds dropped" if row["hot"]["dropped"] else ""
    if "threads" in row:
        found = row["threads"]["contestants"]["one thread"]["ratio"]["median"]
        parts.append(f"2 threads x{found:.2f}")
    return (f"{row['name']:16}" + "; ".join(parts)
            + f"; compiled in {row['compile']['seconds']:.2f} s, "
            f"{row['compile']['peak_bytes'] / 1e6:.0f} MB{dropped}")
