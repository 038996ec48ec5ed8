#!/usr/bin/env python3
#===- links.py - Do the links of the documentation lead somewhere? --------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Checks relative links and quoted paths in every Markdown file.

    links.py ROOT

A quoted path is text between backticks that starts with a folder of the
repository, such as `docs/Overview.md` or `lib/Support`.
"""
import os
import re
import sys

FOLDERS = "|".join(["cmake", "dialects", "docs", "examples", "include", "lib",
                    "scripts", "test", "tools"])
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
# No placeholders: <Name>, *, {a,b}, ...
PATH = re.compile(rf"`((?:{FOLDERS})/[\w./-]*\w/?)`")


def documents(root):
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = sorted(s for s in subfolders if not s.startswith((".", "build")))
        for name in sorted(names):
            if name.endswith(".md"):
                yield os.path.join(folder, name)


def dead(root, path):
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            for target in LINK.findall(line):
                if "://" not in target and not os.path.exists(
                        os.path.join(os.path.dirname(path), target)):
                    yield number, target
            for target in PATH.findall(line):
                if not os.path.exists(os.path.join(root, target)):
                    yield number, target


def main(root):
    count = 0
    for path in documents(root):
        for number, target in dead(root, path):
            print(f"{os.path.relpath(path, root)}:{number}: leads nowhere: {target}")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
