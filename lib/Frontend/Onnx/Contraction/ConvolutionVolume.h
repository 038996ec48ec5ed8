//===- ConvolutionVolume.h - Convolutions over volumes ----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_CONVOLUTIONVOLUME_H
#define QUANTC_FRONTEND_ONNX_CONVOLUTIONVOLUME_H

#include "../NodeContext.h"
#include "../Window/Windows.h"

namespace quantc::onnx {

/// Conv of (N, C, D, H, W) as a sum of 2-d convolutions, one for each plane of
/// the kernel, in which the planes of the result are a batch. Sets output 0.
mlir::LogicalResult convolveVolume(NodeContext &node, const Window &window,
                                   int64_t groups);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_CONVOLUTIONVOLUME_H
