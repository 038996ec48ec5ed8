#===- __init__.py - What ONNX operators compute, in numpy ----------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
"""Outputs of ONNX models, from the specification of the operators: slow, in f64,
and independent of the compiler that it checks."""
from . import attention, contraction, control, elementwise, movement, pooling  # noqa: F401
from . import quantized, recurrent, reduction, sampling, types  # noqa: F401
from .model import evaluate, run_node  # noqa: F401
