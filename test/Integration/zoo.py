#===- zoo.py - The trained networks that Quantc has to get right ----------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""The float networks of the test data, what good means for each, and how to run
quantc and quant-run on them. The README beside the data says where they are
from."""
import os
import shutil
import subprocess
import sys

import numpy as np

#===-----------------------------------------------------------------------===#
# Metrics: (outputs, arrays) -> figure; what decides is listed with each
#===-----------------------------------------------------------------------===#


def only(outputs):
    """The single output, one row per sample."""
    (value,) = outputs.values()
    return value.reshape(len(value), -1)


def classes(outputs):
    return only(outputs).argmax(1)


def top1(outputs, arrays):
    return float((classes(outputs) == arrays["labels"]).mean())


def squared_error(outputs, arrays):
    """An autoencoder's mean squared error to its own input."""
    wanted = arrays["test"].reshape(len(arrays["test"]), -1)
    return float(((only(outputs) - wanted) ** 2).mean())


def perplexity(outputs, arrays):
    """Of the tokens that follow, for each of them."""
    (logits,) = outputs.values()
    tokens = arrays["test"]
    logits = logits.reshape(tokens.shape + (-1,))[:, :-1].astype(np.float64)
    logits -= logits.max(-1, keepdims=True)
    chosen = np.take_along_axis(logits, tokens[:, 1:, None], -1)[..., 0]
    return float(np.exp((np.log(np.exp(logits).sum(-1)) - chosen).mean()))


def same_class(outputs, others):
    return float((classes(outputs) == classes(others)).mean())


def anchors(outputs):
    """The detections: anchors whose face score is above 0.7."""
    return outputs["scores"].reshape(len(outputs["scores"]), -1, 2)[..., 1] > 0.7


def anchor_overlap(outputs, others):
    """Intersection over union of two sets of detections."""
    mine, theirs = anchors(outputs), anchors(others)
    return float((mine & theirs).sum() / max(1, (mine | theirs).sum()))


class Network:
    """A file of the test data.

    float_figure is what ONNX Runtime gets in float; the float build has to
    reproduce it, which tests import and lowering without any quantization.
    """

    def __init__(self, path, kind, float_figure=None, any_batch=False, shapes=()):
        self.path, self.kind, self.float_figure = path, kind, float_figure
        self.any_batch, self.shapes = any_batch, shapes
        self.group, file = path.split("/", 1)
        stem = file[:-len(".onnx")]
        self.name = os.path.dirname(stem) or stem


NETWORKS = {network.name: network for network in [
    Network("ad/ad_ae_fp32.onnx", "squared_error", 9.714),
    Network("cifar10/resnet20_cifar10.onnx", "top1", 0.9100, any_batch=True),
    Network("cifar10/resnet8_fp32.onnx", "top1", 0.8900),
    Network("kws/kws_dscnn_fp32.onnx", "top1", 0.9050, any_batch=True),
    Network("kwt1/kwt1_mfcc.onnx", "nearly_same_class"),
    Network("mnist/lenet_mnist_pytorch.onnx", "top1", 0.9900),
    Network("mnist/mlp_256x2.onnx", "top1", 0.9790),
    Network("mnist/mnist-8/model.onnx", "top1", 0.9900),
    Network("squeezenet/squeezenet1.1_fp32.onnx", "same_class"),
    Network("stories260k/stories260K.onnx", "perplexity", 4.021,
            shapes=("--shape", "input_ids=1x256")),
    Network("ultraface/version-RFB-320_simplified.onnx", "anchor_overlap"),
    Network("vww/vww_96_float.onnx", "same_class"),
]}

#===-----------------------------------------------------------------------===#
# Data and tools
#===-----------------------------------------------------------------------===#


def tool(name, *arguments):
    """Runs a tool of ours; its failure is the test's failure."""
    command = [name, *map(str, arguments)]
    print("+", " ".join(command), flush=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False)
    if done.returncode != 0:
        print(done.stdout, done.stderr, sep="\n")
        sys.exit(f"{name} answered {done.returncode}")
    return done.stdout


class Bench:
    """One network, its arrays, and an empty folder to work in."""

    def __init__(self, data, name, folder):
        self.network = NETWORKS[name]
        self.model = os.path.join(data, self.network.path)
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        subprocess.run([sys.executable, os.path.join(data, "prepare.py"), folder,
                        "--only", self.network.group],
                       check=True, stdout=subprocess.DEVNULL)
        self.arrays_at = os.path.join(folder, self.network.group, name)
        self.arrays = {}
        for array in ("calib", "test", "labels", "reference"):
            path = self.at(array)
            if os.path.exists(path):
                self.arrays[array] = np.load(path)

    def at(self, array):
        return os.path.join(self.arrays_at, array + ".npy")

    def out(self, file):
        return os.path.join(self.folder, file)

    def compile(self, file, *options, calibrate=True, source=None):
        """quantc of the network, or of `source`, into `file`."""
        data = ["--calibrate", self.at("calib")] if calibrate else []
        shapes = [] if source else self.network.shapes
        tool("quantc", source or self.model, "-o", self.out(file), *data,
             "--quiet", *shapes, *options)
        return self.out(file)

    def compile_float(self, file):
        return self.compile(file, "--weights", "f32", "--activations", "f32",
                            calibrate=False)

    def run(self, library, *options):
        """Every test sample through a library: {output name: array}."""
        outputs = library + ".npz"
        tool("quant-run", library, "--input", self.at("test"), "--output", outputs,
             "--repeat", "0", *options)
        with np.load(outputs) as file:
            return {name: file[name] for name in file.files}

    def reference(self):
        """What ONNX Runtime computed in float, where the data have it."""
        folder = os.path.join(self.arrays_at, "reference")
        if os.path.isdir(folder):
            return {file[:-len(".npy")]: np.load(os.path.join(folder, file))
                    for file in sorted(os.listdir(folder))}
        return {"reference": self.arrays["reference"]}

    def done(self):
        """Frees the disk; kept after a failure, to look at."""
        shutil.rmtree(self.folder)
