//===- Windows.h - Sliding windows of convolutions and pools ----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_WINDOWS_H
#define QUANTC_FRONTEND_ONNX_WINDOWS_H

#include "../NodeContext.h"

namespace quantc::onnx {

/// One spatial axis of a window op.
///
///   out = floor or ceil((in + padLow + padHigh - extent) / stride) + 1
///   extent = dilation * (kernel - 1) + 1
struct WindowAxis {
  int64_t in = 0;
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t padLow = 0;
  int64_t padHigh = 0;
  int64_t out = 0;

  int64_t extent() const { return dilation * (kernel - 1) + 1; }
};

using Window = llvm::SmallVector<WindowAxis, 2>;

/// Reads kernel, strides, dilations, pads and auto_pad. `spatial` is the
/// spatial part of the input's shape, `kernel` that of the weights. Reports an
/// error for sizes that do not fit.
mlir::FailureOr<Window> readWindow(NodeContext &node,
                                   llvm::ArrayRef<int64_t> spatial,
                                   llvm::ArrayRef<int64_t> kernel,
                                   bool isCeil = false);

/// A window in the form that TOSA wants: two axes, and
/// in + pads - extent = (out - 1) * stride exactly.
struct TosaWindow {
  mlir::Value input; // NHWC
  Shape kernel, stride, dilation;
  Shape pad; // top, bottom, left, right
  Shape out;
};

/// Brings NCHW (or NCW, through a height of 1) to NHWC, and takes rows and
/// columns that no window reads off the high padding or off the input.
TosaWindow toTosaWindow(NodeContext &node, mlir::Value input,
                        const Window &window);

/// NHWC back to NCHW or NCW.
mlir::Value fromTosaLayout(NodeContext &node, mlir::Value value,
                           size_t spatialRank);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_WINDOWS_H
