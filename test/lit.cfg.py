# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import importlib.util
import os
import shutil
import subprocess
import sys

import lit.formats
from lit.llvm import llvm_config

config.name = "quantc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.quantc_obj_root, "test")
config.environment["FILECHECK_OPTS"] = "--enable-var-scope --dump-input-filter=all"
config.substitutions.append(("%python", sys.executable))
# Programs that use a compiled model, held to what strict users ask for.
config.substitutions.append(("%cc", config.cc + " -std=c99 -Wall -Wextra -Werror -pedantic"))
config.substitutions.append(("%cxx", config.cxx + " -std=c++17 -Wall -Wextra -Werror -pedantic"))
config.substitutions.append(("%build_root", config.quantc_obj_root))
config.substitutions.append(("%src_root", config.quantc_src_root))
config.substitutions.append(
    ("%mlir_lib_dir", os.path.join(config.llvm_tools_dir, "..", "lib")))

# Tests that need the real models say `REQUIRES: data`.
data = os.environ.get("QUANTC_DATA",
                      os.path.join(config.quantc_src_root, "..", "shared", "data"))
if os.path.isdir(data):
    config.available_features.add("data")
    config.substitutions.append(("%data", os.path.realpath(data)))
    if os.path.isdir(os.path.join(data, "onnx-conformance")):
        config.available_features.add("conformance")
else:
    lit_config.note("tests of the trained networks are skipped: set QUANTC_DATA to their folder")

# Debian's digits, which the bundled example is about: `REQUIRES: digits`.
if os.path.exists("/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz"):
    config.available_features.add("digits")

# Not on every machine, so a test says that it REQUIRES it.
if shutil.which("clang-format-22"):
    config.available_features.add("clang-format-22")

# Whether programs that the thread sanitizer checks can be built and run.
clang = shutil.which("clang-22") or shutil.which("clang")
config.substitutions.append(("%clang", clang or "clang"))
if clang:
    os.makedirs(config.test_exec_root, exist_ok=True)
    probe = os.path.join(config.test_exec_root, "tsan-probe")
    built = subprocess.run([clang, "-fsanitize=thread", "-x", "c", "-", "-o", probe],
                           input="int main(void) { return 0; }", text=True,
                           stderr=subprocess.DEVNULL, check=False)
    if built.returncode == 0 and subprocess.run([probe], check=False).returncode == 0:
        config.available_features.add("tsan")

# The checker of exported models: `REQUIRES: python-onnx`.
if importlib.util.find_spec("onnx"):
    config.available_features.add("python-onnx")

# Whether a test can have a file system of its own, to fill.
probe = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", config.quantc_obj_root],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
if probe.returncode == 0:
    config.available_features.add("small-disk")

# One per line, sorted.
tools = [
    "FileCheck",
    "count",
    "llvm-ar",
    "llvm-nm",
    "llvm-objdump",
    "llvm-readelf",
    "mlir-runner",
    "not",
    "quant-bench",
    "quant-opt",
    "quant-run",
    "quant-translate",
    "split-file",
]
llvm_config.add_tool_substitutions(tools, [config.quantc_tools_dir, config.llvm_tools_dir])
# For scripts that call our tools.
llvm_config.with_environment("PATH", config.quantc_tools_dir, append_path=True)
llvm_config.with_environment("PYTHONDONTWRITEBYTECODE", "1")
