//===- PoolCodes.h - MaxPool on codes ------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_QUANTIZED_POOLCODES_H
#define QUANTC_FRONTEND_ONNX_QUANTIZED_POOLCODES_H

#include "../NodeContext.h"

namespace quantc::onnx {

/// True for a MaxPool over rows and columns of INT8 or UINT8 without dilations
/// and indices.
bool isPoolOfCodes(NodeContext &node);

/// Such a pool as `lowbit.max_pool2d`. The largest code is that of the largest
/// real, whatever scale and zero point are.
mlir::LogicalResult convertPoolOfCodes(NodeContext &node);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_QUANTIZED_POOLCODES_H
