//===- PoolLoops.h - Pools that TOSA does not have, as plain loops --*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_POOLLOOPS_H
#define QUANTC_FRONTEND_ONNX_POOLLOOPS_H

#include "../NodeContext.h"
#include "Windows.h"

namespace quantc::onnx {

// Input 0 is (N, C, spatial...) of any rank; the windows may have dilations and
// pads of any size. Each sets the node's outputs.

/// The largest element of each window, of any number type; output 1, if it is
/// used, is its place in the input.
mlir::LogicalResult poolMax(NodeContext &node, const Window &window);

/// The mean of each window.
mlir::LogicalResult poolAverage(NodeContext &node, const Window &window,
                                bool countsPadding);

/// The p-norm of each window.
mlir::LogicalResult poolNorm(NodeContext &node, const Window &window, double p);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_POOLLOOPS_H
