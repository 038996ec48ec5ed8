#===- digits.py - The digits data, split as everywhere in Quantc ----------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""1,797 handwritten digits of 8x8 pixels, from Debian's python3-sklearn."""
import gzip
import hashlib
import os
import sys

import numpy as np

PATH = "/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz"
SHA256 = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8"


def load():
    """Images [1797, 1, 8, 8] f32 in 0..1, and labels [1797] i64."""
    if not os.path.exists(PATH):
        sys.exit(f"digits: expects {PATH}; install it with "
                 "'apt-get install python3-sklearn'")
    with gzip.open(PATH) as file:
        text = file.read()
    if hashlib.sha256(text).hexdigest() != SHA256:
        sys.exit(f"digits: expects the data of scikit-learn 1.2 in {PATH}, "
                 "but its checksum is another one")
    rows = np.loadtxt(text.decode().splitlines(), delimiter=",")
    images = (rows[:, :64] / 16).astype(np.float32).reshape(-1, 1, 8, 8)
    return images, rows[:, 64].astype(np.int64)


def split():
    """((images, labels) to train on, (images, labels) that are held out)."""
    images, labels = load()
    held_out = np.arange(len(images)) % 4 == 3
    return ((images[~held_out], labels[~held_out]),
            (images[held_out], labels[held_out]))
