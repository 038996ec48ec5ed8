#!/usr/bin/env python3
#===- top1.py - How many classes are right? -------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""Scores the single output of a classifier; exits 1 below the threshold.

    top1.py OUTPUTS.npz LABELS.npy AT_LEAST
"""
import sys

import numpy as np


def main(outputs, labels, at_least):
    with np.load(outputs) as file:
        (logits,) = (file[name] for name in file.files)
    wanted = np.load(labels)
    figure = (logits.reshape(len(wanted), -1).argmax(1) == wanted).mean()
    print(f"top-1 {figure:.4f}, expects at least {at_least}")
    return 0 if figure >= float(at_least) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
