//===- ConvolutionLoops.h - Convolutions of any float -----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_CONVOLUTIONLOOPS_H
#define QUANTC_FRONTEND_ONNX_CONVOLUTIONLOOPS_H

#include "../NodeContext.h"
#include "../Window/Windows.h"

namespace quantc::onnx {

/// Conv of any rank in the type of its input, for types that TOSA has no
/// convolution of, such as f64. Sets output 0.
mlir::LogicalResult convolveInLoops(NodeContext &node, const Window &window,
                                    int64_t groups);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_CONVOLUTIONLOOPS_H
