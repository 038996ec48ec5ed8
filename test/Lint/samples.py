#!/usr/bin/env python3
#===- samples.py - Does the lint script find what it should? --------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Runs lint.py over samples that mark each of their faults.

    samples.py LINT.PY FOLDER

A line with a fault says `BAD rule`; `line N: BAD rule` marks another line of
the same file. Findings and marks must be the same, and every rule needs a mark.
"""
import os
import re
import subprocess
import sys


def run(*command):
    return subprocess.run([sys.executable, *command], stdout=subprocess.PIPE,
                          text=True, check=False)


def marks(folder):
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            with open(path, encoding="utf-8", errors="replace") as file:
                for number, line in enumerate(file, 1):
                    match = re.search(r"(?:line (\d+): )?BAD ([\w-]+)", line)
                    if match:
                        yield (os.path.relpath(path, folder),
                               int(match.group(1) or number), match.group(2))


def found(lint, folder):
    output = run(lint, folder).stdout
    for match in re.finditer(r"^(.+?):(\d+): \[([\w-]+)\]", output, re.M):
        yield match.group(1), int(match.group(2)), match.group(3)


def main(lint, folder):
    expected, actual = set(marks(folder)), set(found(lint, folder))
    for fault in sorted(expected - actual):
        print("not found:   %s:%d: %s" % fault)
    for fault in sorted(actual - expected):
        print("not a fault: %s:%d: %s" % fault)
    rules = set(run(lint, "--rules").stdout.split())
    unmarked = rules - {rule for _, _, rule in expected}
    for rule in sorted(unmarked):
        print("no sample for", rule)
    print(f"{len(expected)} faults, {len(actual)} findings, {len(rules)} rules")
    return 1 if expected != actual or unmarked or not rules else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
