#!/usr/bin/env python3
#===- peak.py - Hold a command to an amount of memory ---------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Runs a command on a small and on a large model, and fails if the peak of its
memory grows by more than FACTOR times the difference of the files.

    peak.py FACTOR SMALL.onnx LARGE.onnx COMMAND...     with MODEL for the file
"""
import os
import subprocess
import sys


def size(model):
    """With the weights that lie beside it."""
    return sum(os.path.getsize(file) for file in (model, model + ".data") if os.path.exists(file))


def peak(command, model):
    """Bytes of resident memory at most."""
    process = subprocess.Popen([word.replace("MODEL", model) for word in command])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[0]} failed on {model}")
    return usage.ru_maxrss * 1024


def main():
    factor, small, large, *command = sys.argv[1:]
    before = peak(command, small)
    grown = peak(command, large) - before
    ratio = grown / (size(large) - size(small))
    if ratio > float(factor):
        sys.exit(f"expects at most {factor} bytes of memory per byte of the model, "
                 f"but got {ratio:.2f}")
    print(f"{ratio:.2f} bytes of memory per byte of the model")


main()
