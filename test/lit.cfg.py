# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
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
config.substitutions.append(("%src_root", config.quantc_src_root))

# Tests that need the real models say `REQUIRES: data`.
data = os.environ.get("QUANTC_DATA",
                      os.path.join(config.quantc_src_root, "..", "shared", "data"))
if os.path.isdir(data):
    config.available_features.add("data")
    config.substitutions.append(("%data", os.path.realpath(data)))

llvm_config.add_tool_substitutions(
    ["quant-opt", "FileCheck", "not", "count", "split-file"],
    [config.quantc_tools_dir, config.llvm_tools_dir])
