//===- QLinear.h - Operators on codes as operators on reals --*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_QUANTIZED_QLINEAR_H
#define QUANTC_FRONTEND_ONNX_QUANTIZED_QLINEAR_H

#include "../Control/Expansion.h"

namespace quantc::onnx {

/// Fails unless the input is a float, and positive and finite if it is
/// constant.
mlir::LogicalResult expectScale(NodeContext &node, size_t index);

/// Inputs `codes`, `codes` + 1 and `codes` + 2 of the node, a tensor with its
/// scale and zero point, as reals; scales that are not one go along `axis`.
Expansion::Name addDequantize(Expansion &body, size_t codes,
                              std::optional<int64_t> axis = std::nullopt);

/// Reals as codes of inputs `scale` and `scale` + 1 of the node. Without that
/// zero point it is 0, of the type of input `like`.
Expansion::Name addQuantize(Expansion &body, Expansion::Name real, size_t scale,
                            size_t like = 0);

/// Fails unless the inputs `required` are there, and at most `most` in all.
mlir::LogicalResult expectPresent(NodeContext &node,
                                  llvm::ArrayRef<size_t> required, size_t most);

/// Fails unless input `codes` is there and has a single scale behind it.
mlir::LogicalResult expectTensorCodes(NodeContext &node, size_t codes);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_QUANTIZED_QLINEAR_H
