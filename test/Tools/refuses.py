#!/usr/bin/env python3
#===- refuses.py - Does a tool fail the way it should? --------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Runs a command that has to fail cleanly, and passes its messages on.

    refuses.py CODE FOLDER COMMAND...

CODE is the exit status that it has to have: 1 for a fault in the data, 2 for
one in the command line. FOLDER, where the command would write, has to hold the
same files after as before: nothing partial, nothing temporary.
"""
import os
import subprocess
import sys


def main(code, folder, *command):
    os.makedirs(folder, exist_ok=True)
    before = sorted(os.listdir(folder))
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", timeout=120, check=False)
    print(done.stdout)
    faults = []
    if done.returncode != int(code):
        faults.append(f"expects exit status {code}, but got {done.returncode}")
    if sorted(os.listdir(folder)) != before:
        faults.append(f"left files behind: {sorted(set(os.listdir(folder)) - set(before))}")
    if not done.stdout.strip():
        faults.append("says nothing")
    if "LLVM ERROR" in done.stdout or "Stack dump" in done.stdout:
        faults.append("crashed")
    for fault in faults:
        print("refuses:", fault)
        print("refuses:", fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) < 4:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
