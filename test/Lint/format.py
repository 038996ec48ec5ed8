#!/usr/bin/env python3
#===- format.py - Is the code formatted? ----------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Runs clang-format over the C and C++ files of a tree.

    format.py ROOT

Prints the files that it would change and exits 1 if there are any.
"""
import os
import subprocess
import sys

import lint


def is_formatted(path):
    return subprocess.run(["clang-format-22", "--style=file", "--dry-run", "-Werror", path],
                          stderr=subprocess.DEVNULL, check=False).returncode == 0


def main(root):
    paths = [path for path in lint.tree(root) if path.endswith(lint.CXX)]
    wrong = [path for path in paths if not is_formatted(os.path.join(root, path))]
    for path in wrong:
        print("is not formatted:", path)
    if wrong:
        print("to fix it: clang-format-22 -i", *wrong)
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
