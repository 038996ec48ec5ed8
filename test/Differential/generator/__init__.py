#===- __init__.py - Random ONNX graphs -----------------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
from . import attention, contraction, control, elementwise, movement  # noqa: F401
from . import quantized, recurrent, reduction, sampling  # noqa: F401
from .draw import draw_graph, families  # noqa: F401
from .graph import tensor_proto  # noqa: F401
