//===- DynamicQuantizeLinear.h - Codes of the range that is there *- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_QUANTIZED_DYNAMICQUANTIZELINEAR_H
#define QUANTC_FRONTEND_ONNX_QUANTIZED_DYNAMICQUANTIZELINEAR_H

#include "../NodeContext.h"

namespace quantc::onnx {

/// UINT8 codes of a tensor over its own range, all computed at run time:
///
///   scale = (max(x, 0) - min(x, 0)) / 255          1 if x is all zeros
///   zeroPoint = clamp(round_half_even(0 - min(x, 0) / scale))
struct DynamicCodes {
  mlir::Value codes, scale, zeroPoint;
};
DynamicCodes quantizeDynamically(NodeContext &node, mlir::Value x);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_QUANTIZED_DYNAMICQUANTIZELINEAR_H
