#!/usr/bin/env python3
#===- benchmark.py - Ours against the peers, in one run ------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Times layers, networks and the compiler against ONNX Runtime, oneDNN, ggml and
PyTorch, and writes results.json, results.md and results.svg. docs/Benchmark.md says how to
read them."""
import argparse
import datetime
import glob
import json
import os
import subprocess
import sys

import binary
import chart
import kernels
import lowbit
import networks
import race
import report

PARTS = ("kernels", "lowbit", "binary", "networks")


def find_runtime(folder):
    """libonnxruntime.so below a folder that npm installed onnxruntime-node into."""
    if not folder:
        return None
    here = f"{os.uname().sysname.lower()}/x64"
    found = glob.glob(os.path.join(folder, "**", here, "libonnxruntime.so*"), recursive=True)
    return sorted(found)[0] if found else None


def find_ggml(folder):
    """The folder of ggml's libraries below one that npm installed llama.cpp into."""
    found = glob.glob(os.path.join(folder or "", "**", "linux-x64", "libggml-base.so"),
                      recursive=True) if folder else []
    return os.path.dirname(sorted(found)[0]) if found else None


def version_of(library, package):
    """What the package says that the library is in."""
    if not library:
        return None
    folder = library[:library.index(package) + len(package)]
    with open(os.path.join(folder, "package.json"), encoding="utf-8") as file:
        return json.load(file)["version"]


def torch_version():
    """None without PyTorch: each process of it takes seconds to say so."""
    done = subprocess.run([sys.executable, "-c", "import torch; print(torch.__version__)"],
                          capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True, help="folder for the results")
    parser.add_argument("--data", help="folder of the trained networks")
    parser.add_argument("--onnxruntime", help="folder with node_modules/onnxruntime-node")
    parser.add_argument("--ggml", help="folder with node_modules/@node-llama-cpp/linux-x64")
    parser.add_argument("--core", type=int, default=os.cpu_count() - 1)
    parser.add_argument("--rounds", type=int, default=15, help="quiet rounds of each race")
    parser.add_argument("--slice-ms", type=float, default=2, help="of a contestant's turn")
    parser.add_argument("--only", choices=PARTS, help="one part of the benchmark")
    parser.add_argument("--filter", nargs="+", help="words in the names of layers and networks")
    parser.add_argument("--no-cold", action="store_true", help="leave out cold caches")
    parser.add_argument("--no-torch", action="store_true", help="leave out PyTorch")
    parser.add_argument("--quick", action="store_true",
                        help="two rounds of tiny slices: does it work?")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.rounds, chosen.slice_ms = 2, 0.1
        chosen.filter = chosen.filter or ["64x64x64", "digits", "i4:b32", "x576"]
    return chosen


def find_peers(chosen):
    """What is there, and why the rest is not."""
    peers = {"onnxruntime": find_runtime(chosen.onnxruntime),
             "ggml": find_ggml(chosen.ggml),
             "torch": None if chosen.no_torch else torch_version()}
    skipped = {}
    if not peers["onnxruntime"]:
        skipped["ONNX Runtime"] = ("no libonnxruntime.so below the folder --onnxruntime (npm "
                                   "install --ignore-scripts onnxruntime-node@1.30.0)")
    if not peers["ggml"]:
        skipped["ggml"] = ("no libggml-base.so below the folder --ggml (npm install "
                           "--ignore-scripts @node-llama-cpp/linux-x64@3.22.1)")
    if not peers["torch"]:
        skipped["PyTorch"] = ("left out" if chosen.no_torch
                              else "no module torch (Debian: python3-torch)")
    if not chosen.data:
        skipped["trained networks"] = "no test data (--data)"
    return peers, skipped


def prepare_arrays(chosen):
    """Samples of the trained networks."""
    folder = os.path.join(chosen.out, "arrays")
    if chosen.data and chosen.only in (None, "networks") and not os.path.isdir(folder):
        race.run(sys.executable, os.path.join(chosen.data, "prepare.py"), folder)
    return folder


def measure(chosen):
    peers, skipped = find_peers(chosen)
    for name, reason in skipped.items():
        print(f"SKIP {name}: {reason}", flush=True)
    work = os.path.join(chosen.out, "work")
    os.makedirs(work, exist_ok=True)
    races = race.Races(work, chosen.core, chosen.rounds, chosen.slice_ms)
    machine = json.loads(race.run("quant-bench", "--machine"))
    versions = {"ONNX Runtime": version_of(peers["onnxruntime"], "onnxruntime-node"),
                "ggml of node-llama-cpp": version_of(peers["ggml"], "@node-llama-cpp/linux-x64"),
                "oneDNN": machine.pop("onednn"), "PyTorch": peers["torch"]}
    results = {"date": datetime.date.today().isoformat(),
               "machine": machine, "skipped": skipped,
               "versions": {name: version for name, version in versions.items() if version},
               "quantc": race.run("quantc", "--version").strip(),
               "settings": {key: value for key, value in vars(chosen).items()
                            if key in ("core", "rounds", "slice_ms", "quick", "filter")},
               "load": os.getloadavg()[0]}
    if chosen.only in (None, "kernels"):
        results["kernels"] = kernels.measure(races, peers, ("int8", "f32"), chosen.filter,
                                             not chosen.no_cold)
    if chosen.only in (None, "lowbit"):
        results["lowbit"] = lowbit.measure(races, peers, chosen.filter, not chosen.no_cold,
                                           256 if chosen.quick else 4096)
    if chosen.only in (None, "binary"):
        results["binary"] = binary.measure(races, chosen.filter)
    if chosen.only in (None, "networks"):
        results["networks"] = networks.measure(races, peers, chosen.data,
                                               prepare_arrays(chosen), chosen.filter,
                                               not chosen.no_cold)
    return results


def main():
    chosen = arguments()
    results = measure(chosen)
    results["goals"] = report.targets.judge(results)
    path = os.path.join(chosen.out, "results.")
    with open(path + "json", "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
    with open(path + "md", "w", encoding="utf-8") as file:
        file.write(report.write(results))
    written = ["json", "md"]
    try:
        written += ["svg"] if chart.write(results, path + "svg") else []
    except ImportError as error:
        print(f"SKIP results.svg: {error} (Debian: python3-matplotlib)")
    missed = [row for row in results["goals"] if not row["reached"]]
    for row in missed:
        print(f"missed: {row['goal']}; got {row['figure']}")
    print(f"{len(results['goals']) - len(missed)} goals reached, {len(missed)} missed; wrote "
          + ", ".join(path + suffix for suffix in written))


if __name__ == "__main__":
    main()
