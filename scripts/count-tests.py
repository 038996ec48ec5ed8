#!/usr/bin/env python3
#===- count-tests.py - One line about all the tests -----------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Counts lit's results and says "N passed, M failed[, K skipped]".

    count-tests.py RESULTS.json [NAME=STATUS...]
    count-tests.py --forget RESULTS.json

RESULTS.json is what `lit --output` wrote. If it is not there, lit did not come
to its end, which counts as one failure. NAME=STATUS adds a check that ran
outside of lit by its exit status. Exits 1 if anything failed. `--forget`
removes the results of an earlier run.
"""
import json
import os
import sys

PASSED = {"PASS", "FLAKYPASS", "XFAIL"}
SKIPPED = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def kind(code):
    if code in PASSED:
        return "passed"
    return "skipped" if code in SKIPPED else "failed"


def results(path, also):
    """Yields (name, kind) of every test and check."""
    if os.path.exists(path):
        with open(path) as file:
            for test in json.load(file)["tests"]:
                yield test["name"], kind(test["code"])
    else:
        yield "lit (no results)", "failed"
    for check in also:
        name, _, status = check.rpartition("=")
        yield name, "passed" if status == "0" else "failed"


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "--forget":
        if os.path.exists(arguments[1]):
            os.remove(arguments[1])
        return 0
    if not arguments or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name, outcome in results(arguments[0], arguments[1:]):
        counts[outcome] += 1
        if outcome == "failed":
            print("failed:", name)
    line = f"{counts['passed']} passed, {counts['failed']} failed"
    if counts["skipped"]:
        line += f", {counts['skipped']} skipped"
    print(line)
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
