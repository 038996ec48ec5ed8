#!/usr/bin/env python3
#===- tutorial.py - Do what a tutorial says -------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Follows a tutorial from top to bottom in an empty folder.

    tutorial.py PAGE.md FOLDER

```sh            is run by bash, all blocks in one shell that stops at a failure
```c name.c      is written to that file
```text output   each of its lines has to appear, in this order, in what the
                 shell block before it printed; `...` stands for any text
Other blocks are ignored. The environment variable QUANTC is the clone.
"""
import os
import re
import shutil
import subprocess
import sys


def blocks(page):
    with open(page, encoding="utf-8") as file:
        text = file.read()
    for match in re.finditer(r"^```(\w+)(?: ([\w./-]+))?\n(.*?)^```$", text, re.M | re.S):
        line = text.count("\n", 0, match.start()) + 1
        yield line, match.group(1), match.group(2), match.group(3)


class Shell:
    """A shell that remembers its variables and folder between blocks."""

    def __init__(self, folder):
        self.folder, self.state = folder, os.path.join(folder, ".state")
        open(self.state, "w", encoding="utf-8").close()

    def run(self, script):
        wrapped = (f"set -euo pipefail; . {self.state}\n{script}\n"
                   f"export -p > {self.state}; echo \"cd '$PWD'\" >> {self.state}\n")
        return subprocess.run(["bash", "-c", wrapped], cwd=self.folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def missing_line(expected, printed):
    """The first line of `expected` that is not printed in its place."""
    at = 0
    printed = [" ".join(line.split()) for line in printed.splitlines()]
    for line in expected.splitlines():
        words = " ".join(line.split())
        pattern = re.compile(".*".join(map(re.escape, words.split("..."))))
        while at < len(printed) and not pattern.fullmatch(printed[at]):
            at += 1
        if at == len(printed):
            return line
    return None


def main(page, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    shell, printed, commands = Shell(folder), "", 0
    for line, language, name, text in blocks(page):
        if language == "c" and name:
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        elif language == "sh":
            done = shell.run(text)
            printed, commands = done.stdout, commands + 1
            if done.returncode != 0:
                print(f"{page}:{line}: answers {done.returncode}\n{text}\n{printed}")
                return 1
        elif (language, name) == ("text", "output"):
            wanted = missing_line(text, printed)
            if wanted is not None:
                print(f"{page}:{line}: is not printed: {wanted}\nprinted:\n{printed}")
                return 1
    print(f"{commands} blocks of commands")
    return 0 if commands else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
