#!/usr/bin/env python3
#===- names.py - Does a JSON file have the documented names? --------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""names.py PAGE.md FILE.json: compares with the page's first block of JSON."""
import json
import sys


def names(value):
    if isinstance(value, list):
        return [names(value[0])]
    if isinstance(value, dict):
        return {name: names(field) for name, field in value.items()}
    return None


with open(sys.argv[1], encoding="utf-8") as page:
    documented = json.loads(page.read().split("```json\n")[1].split("```")[0])
with open(sys.argv[2], encoding="utf-8") as file:
    printed = json.load(file)
if names(documented) != names(printed):
    sys.exit(f"documented: {names(documented)}\nprinted:    {names(printed)}")
