#===- race.py - Run one job of contestants and sum it up -----------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Hands a job to quant-bench and turns its rounds into medians and ratios."""
import json
import os
import statistics
import subprocess
import sys

#===-----------------------------------------------------------------------===#
# Tools
#===-----------------------------------------------------------------------===#


def run(*command, **options):
    """The standard output of a command; its failure ends the benchmark."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, **options)
    if done.returncode != 0:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        sys.exit(f"{command[0]} answered {done.returncode}: {' '.join(map(str, command))}")
    return done.stdout


def run_bytes(*command):
    return subprocess.run(command, capture_output=True, check=True).stdout


#===-----------------------------------------------------------------------===#
# Contestants
#===-----------------------------------------------------------------------===#


def quantc(name, library, inputs=(), **more):
    """`more`: level (its name), threads."""
    return {"name": name, "kind": "quantc", "library": library, "inputs": list(inputs), **more}


def onnxruntime(name, runtime, model, inputs=()):
    """`inputs`: files of raw bytes, one for each input of the model."""
    import onnx  # Only where a model is read: the import takes a while.
    types = {1: "f32", 2: "u8", 3: "i8", 6: "i32", 7: "i64", 9: "bool"}
    graph = onnx.load(model, load_external_data=False).graph
    constants = {tensor.name for tensor in graph.initializer}
    values = [value for value in graph.input if value.name not in constants]
    described = []
    for number, value in enumerate(values):
        tensor = value.type.tensor_type
        described.append({"name": value.name, "type": types[tensor.elem_type],
                          "shape": [size.dim_value or 1 for size in tensor.shape.dim],
                          "file": inputs[number] if number < len(inputs) else ""})
    return {"name": name, "kind": "onnxruntime", "runtime": runtime, "model": model,
            "inputs": described, "outputs": [value.name for value in graph.output]}


def onednn(name, layers):
    return {"name": name, "kind": "onednn", "layers": layers}


def ggml(name, libraries, weights, m, n, k):
    """`weights`: their type, as ggml calls it."""
    return {"name": name, "kind": "ggml", "libraries": libraries, "type": weights,
            "m": m, "n": n, "k": k}


def reading(name, count):
    """Reads so many bytes, and nothing else."""
    return {"name": name, "kind": "read", "bytes": count}


def counting(name, count):
    """Counts the ones in so many differences of bits, and nothing else."""
    return {"name": name, "kind": "count", "bits": count}


def torch(name, layer):
    peer = os.path.join(os.path.dirname(os.path.abspath(__file__)), "torch_peer.py")
    return {"name": name, "kind": "process",
            "command": ["/usr/bin/python3", peer, json.dumps(layer)]}


#===-----------------------------------------------------------------------===#
# Jobs and their figures
#===-----------------------------------------------------------------------===#


def spread(values):
    """Median and quartiles."""
    ordered = sorted(values)
    if len(ordered) < 3:
        return {"median": statistics.median(ordered), "low": ordered[0], "high": ordered[-1]}
    low, median, high = statistics.quantiles(ordered, n=4, method="inclusive")
    return {"median": median, "low": low, "high": high}


def summarize(answer, operations=None, clock="cpu"):
    """Seconds of each contestant; how many times as long as "ours" each takes, by
    rounds; with `operations` of a run, the share of the round's probe.

    Only quiet rounds count. Without enough of them (three) all do, and "steady"
    says so."""
    quiet = [one for one in answer["rounds"] if one["quiet"]]
    steady = len(quiet) >= 3
    rounds = quiet if steady else answer["rounds"]
    figures = {}
    for name in rounds[0][clock]:
        seconds = [statistics.mean(one[clock][name]) for one in rounds]
        figure = {"seconds": spread(seconds)}
        if "ours" in rounds[0][clock]:
            figure["ratio"] = spread([took / statistics.mean(one[clock]["ours"])
                                      for took, one in zip(seconds, rounds)])
        if operations:
            figure["share"] = spread([operations / took / 1e9 / statistics.mean(one["probe"])
                                      for took, one in zip(seconds, rounds)])
        figures[name] = figure
    return {"contestants": figures, "skipped": answer["skipped"], "steady": steady,
            "rounds": len(rounds), "dropped": len(answer["rounds"]) - len(quiet)}


class Races:
    """Runs jobs in a folder, with one protocol for all of them."""

    def __init__(self, folder, core, rounds, slice_ms):
        self.folder, self.core = folder, core
        self.rounds, self.slice_ms = rounds, slice_ms

    def run(self, contestants, operations=None, cold=False, rounds=None, environment=None):
        """A race of one thread each, on one core."""
        answer = self.answer(contestants, [self.core], cold, rounds, environment)
        return summarize(answer, operations)

    def run_threads(self, contestants, threads):
        """A race on as many cores as threads; what counts is the clock on the wall."""
        cores = [(self.core - i) % os.cpu_count() for i in range(threads)]
        return summarize(self.answer(contestants, cores), clock="wall")

    def answer(self, contestants, cores, cold=False, rounds=None, environment=None):
        job = os.path.join(self.folder, "job.json")
        with open(job, "w", encoding="utf-8") as file:
            json.dump({"cores": cores, "rounds": rounds or self.rounds,
                       "slice_ms": self.slice_ms, "cold": cold,
                       "contestants": contestants}, file)
        return json.loads(run("quant-bench", job, env={**os.environ, **(environment or {})}))
