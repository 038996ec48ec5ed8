#!/usr/bin/env python3
#===- formats.py - The table of number formats ----------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Puts the output of `quantc --formats` into docs/Formats.md.

    formats.py QUANTC PAGE            refresh
    formats.py QUANTC PAGE --check    fail if that would change the page
"""
import argparse
import subprocess
import sys

BEGIN, END = "<!-- formats -->\n", "<!-- /formats -->"


def between(page, begin, end, text):
    """The page with `text` between two marks."""
    head, rest = page.split(begin)
    _, tail = rest.split(end)
    return head + begin + text + end + tail


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("quantc")
    parser.add_argument("page")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    table = subprocess.run([arguments.quantc, "--formats"], check=True,
                           capture_output=True, encoding="utf-8").stdout
    with open(arguments.page, encoding="utf-8") as file:
        page = file.read()
    wanted = between(page, BEGIN, END, table)
    if wanted == page:
        return 0
    if arguments.check:
        lines = page.splitlines()
        new = next(line for line in wanted.splitlines() if line not in lines)
        print(f"{arguments.page} is out of date; it should have\n{new}\n"
              f"to fix it: scripts/formats.py build/bin/quantc docs/Formats.md")
        return 1
    with open(arguments.page, "w", encoding="utf-8") as file:
        file.write(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
