#!/usr/bin/env python3
#===- onnx-operators.py - Write docs/OnnxOperators.md ---------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Writes or checks the table of ONNX operators.

    onnx-operators.py IMPORTED PAGE                       refresh what imports
    onnx-operators.py IMPORTED PAGE --results FILE        and the counts of tests
    onnx-operators.py IMPORTED PAGE --check [--results FILE] [--exact]

IMPORTED is the output of `quant-run --onnx-operators`, FILE that of
`quant-run --onnx-test data --json` over the whole conformance archive, PAGE is
docs/OnnxOperators.md. Without results, the counts in PAGE stay as they are.

A check fails if PAGE claims more than IMPORTED has, if it is not as this script
writes it, if fewer tests pass than PAGE says, or if any test is wrong, crashes or
takes too long. What is better than PAGE says is named, and is a fault with
--exact only.
"""
import argparse
import collections
import json
import os
import re
import sys

OPERATORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                         "test", "Conformance", "Inputs", "operators.txt")
FOLDERS = ("node", "simple", "light", "pytorch-converted", "pytorch-operator")
CLASSES = ("pass", "exact", "fixed_inputs", "wrong", "unsupported", "crashed",
           "timeout")
BAD = ("wrong", "crashed", "timeout")
# Expected zeros with rounding errors of f32 in them, up to 2e-7, beyond the absolute
# tolerance of 1e-7 of ONNX's rules. They are counted as wrong, but are no fault.
NOISY = ("test_dft_inverse", "test_dft_inverse_opset19")

HEAD = """# ONNX operators

What becomes of each operator of ONNX's own domain, and of those of other domains
that exporters and quantizers use. `scripts/onnx-operators.py` writes this page
from what the importer knows and from the results of ONNX's conformance tests
([how to run them](Testing.md#onnx-conformance)); a test holds it to the importer.

*imports*: the operator becomes code; not every attribute, element type or rank
may be supported, and the importer says so. *constants only*: it is computed while
importing. *opsets* are those that define the operator or change it. *node tests*
counts the tests in whose graph the operator is.
"""


def schemas():
    """[(name, opsets, why it is not supported)]"""
    rows = []
    with open(OPERATORS, encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                name, opsets, *why = line.strip().split(" ", 2)
                rows.append((name, opsets.replace(",", ", "), why[0] if why else ""))
    return rows


def imported(path):
    """{operator: status}, from lines such as "Relu imports"."""
    with open(path, encoding="utf-8") as file:
        return dict(line.strip().split(" ", 1) for line in file)


class Counts:
    """Of tests: per operator [passed, all], and per folder {class: number}."""

    def __init__(self):
        self.operators = {}
        self.folders = {}

    @staticmethod
    def of_results(path):
        with open(path, encoding="utf-8") as file:
            results = json.load(file)
        counts = Counts()
        operators = collections.defaultdict(lambda: [0, 0])
        for test in results["tests"]:
            if test["folder"] == "node":
                for name in test["operators"]:
                    operators[name][0] += test["class"] == "pass"
                    operators[name][1] += 1
        counts.operators = dict(operators)
        counts.folders = {name: folder for name, folder in results["folders"].items()}
        return counts

    @staticmethod
    def of_page(text):
        counts = Counts()
        for name, passed, total in re.findall(
                r"^\| `([\w.]+)` \|.*\| (\d+) of (\d+) \|$", text, re.M):
            counts.operators[name] = [int(passed), int(total)]
        for row in re.findall(r"^\| ([\w-]+)((?: \| \d+){8}) \|$", text, re.M):
            total, *numbers = map(int, row[1].replace("|", " ").split())
            counts.folders[row[0]] = dict(zip(CLASSES, numbers), tests=total)
        return counts


def operator_rows(status, counts):
    def row(name, opsets, text):
        passed, total = counts.operators.get(name, (0, 0))
        tests = f"{passed} of {total}" if total else "none"
        if not counts.folders:
            tests = "not counted"
        return f"| `{name}` | {opsets} | {text} | {tests} |"

    known = schemas()
    for name, opsets, why in known:
        default = "not supported" + (f": {why}" if why else "")
        yield row(name, opsets, status.get(name, default))
    names = {name for name, _, _ in known}
    others = {name for name in list(status) + list(counts.operators) if name not in names}
    for name in sorted(others):
        yield row(name, "-", status.get(name, "not supported"))


def page(status, counts):
    table = ["## Conformance", "",
             "| folder | tests | pass | exact | fixed inputs | wrong | unsupported "
             "| crashed | timeout |", "|---|---|---|---|---|---|---|---|---|"]
    for name in FOLDERS:
        if name in counts.folders:
            folder = counts.folders[name]
            numbers = [folder["tests"]] + [folder[key] for key in CLASSES]
            table.append(f"| {name} | " + " | ".join(map(str, numbers)) + " |")
    lines = [HEAD] + (table + [""] if counts.folders else [])
    standard = [name for name, _, _ in schemas()]
    imports = sum(status.get(name, "").startswith("imports") for name in standard)
    constant = sum(status.get(name, "").startswith("constants") for name in standard)
    lines += ["## Operators", "",
              f"Of the {len(standard)} operators of ONNX's own domain up to opset 27, "
              f"{imports} import and {constant} more are computed on constants.", "",
              "| operator | opsets | status | node tests |", "|---|---|---|---|"]
    return "\n".join(lines + list(operator_rows(status, counts))) + "\n"


def fewer(now, before):
    """What passes less often than the page says."""
    for name, (passed, _) in sorted(before.operators.items()):
        got = now.operators.get(name, [0, 0])[0]
        if got < passed:
            yield f"{name}: {got} node tests pass, but the page says {passed}"
    for name, folder in sorted(before.folders.items()):
        got = now.folders.get(name, {}).get("pass", 0)
        if got < folder["pass"]:
            yield f"{name}: {got} tests pass, but the page says {folder['pass']}"


def more(now, before):
    """What passes more often than the page says."""
    for name, (passed, _) in sorted(now.operators.items()):
        if passed > before.operators.get(name, [0, 0])[0]:
            yield name
    for name, folder in sorted(now.folders.items()):
        if folder["pass"] > before.folders.get(name, {}).get("pass", 0):
            yield name


def bad_tests(path):
    with open(path, encoding="utf-8") as file:
        for test in json.load(file)["tests"]:
            if test["class"] in BAD and test["name"] not in NOISY:
                yield f"{test['folder']}/{test['name']}: {test['class']}: {test['reason']}"


def statuses(text):
    """{operator: status} of those that the page says to import or to fold."""
    rows = re.findall(r"^\| `([\w.]+)` \|[^|]*\| (imports|constants only) \|", text, re.M)
    return dict(rows)


def check(options, text, status, counts):
    claimed = statuses(text)
    faults = [f"{name}: the page says '{claim}', the importer "
              f"'{status.get(name, 'not supported')}'"
              for name, claim in sorted(claimed.items())
              if status.get(name) not in (claim, "imports")]
    if page(claimed, counts) != text:
        faults.append(f"{options.page} is not as scripts/onnx-operators.py writes it")
    better = sorted(name for name in status if claimed.get(name) != status[name])
    if options.results:
        now = Counts.of_results(options.results)
        faults += bad_tests(options.results)
        faults += fewer(now, counts)
        better += more(now, counts)
    if better:
        print("better than the page says:", ", ".join(better))
    for fault in faults:
        print(fault)
    return 1 if faults or (better and options.exact) else 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("imported")
    parser.add_argument("page")
    parser.add_argument("--results")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--exact", action="store_true")
    options = parser.parse_args()
    status = imported(options.imported)
    text = ""
    if os.path.exists(options.page):
        with open(options.page, encoding="utf-8") as file:
            text = file.read()
    counts = Counts.of_page(text)
    if options.check:
        return check(options, text, status, counts)
    if options.results:
        counts = Counts.of_results(options.results)
    with open(options.page, "w", encoding="utf-8") as file:
        file.write(page(status, counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
