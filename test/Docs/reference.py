#!/usr/bin/env python3
#===- reference.py - Is the committed reference what TableGen writes? -----===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Compares docs/Dialects and docs/Passes with what the build generated.

    reference.py COMMITTED GENERATED             exits 1 if they differ
    reference.py --refresh COMMITTED GENERATED   copies what was generated

Both are a `docs` folder.
"""
import os
import shutil
import sys

FOLDERS = ("Dialects", "Passes")


def pages(docs):
    """{relative path: text}"""
    found = {}
    for folder in FOLDERS:
        at = os.path.join(docs, folder)
        for name in sorted(os.listdir(at)) if os.path.isdir(at) else []:
            with open(os.path.join(at, name), encoding="utf-8") as file:
                found[f"{folder}/{name}"] = file.read()
    return found


def refresh(committed, generated):
    for folder in FOLDERS:
        shutil.rmtree(os.path.join(committed, folder), ignore_errors=True)
        os.makedirs(os.path.join(committed, folder))
    for path, text in pages(generated).items():
        with open(os.path.join(committed, path), "w", encoding="utf-8") as file:
            file.write("\n".join(line.rstrip() for line in text.splitlines()) + "\n")
    return 0


def differences(committed, generated):
    for path in sorted({*committed, *generated}):
        if path not in generated:
            yield f"docs/{path} describes nothing that is built"
        elif path not in committed:
            yield f"docs/{path} is missing"
        elif committed[path].split() != generated[path].split():
            yield f"docs/{path} is out of date"


def check(committed, generated):
    if not generated:
        print("the build generated no reference: build the target quantc-doc")
        return 1
    faults = list(differences(committed, generated))
    if faults:
        print("\n".join(faults))
        print("to fix it: cmake --build build --target quantc-doc-refresh")
    return 1 if faults else 0


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "--refresh":
        return refresh(*arguments[1:])
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    return check(*map(pages, arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
