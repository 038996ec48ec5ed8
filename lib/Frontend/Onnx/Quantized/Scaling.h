//===- Scaling.h - Scales and zero points of codes -----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_QUANTIZED_SCALING_H
#define QUANTC_FRONTEND_ONNX_QUANTIZED_SCALING_H

#include "../NodeContext.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"

namespace quantc::onnx {

/// The smallest and the largest number of an ONNX integer of at most 32 bits.
std::pair<int64_t, int64_t> codeRange(mlir::Type element);

/// A type as messages name it.
std::string typeText(mlir::Type type);

/// True for the integers that hold codes: of 2, 4, 8 and 16 bits.
bool isCodeInteger(mlir::Type element);

/// True for floats of 4 and 8 bits that hold codes. E8M0 is one for scales.
bool isCodeFloat(mlir::Type element);

/// How a node maps codes to reals: real = scale * (code - zeroPoint), where
/// scale and zero point are inputs of the node.
struct Scaling {
  /// Inputs of the node; the zero point may be absent.
  size_t scale = 1;
  std::optional<size_t> zeroPoint;
  /// The ONNX type of the codes.
  mlir::Type codes;
  /// The dimension that the scales go along; none for a single scale.
  std::optional<int64_t> axis;
  /// How many codes in a row along the axis share a scale.
  int64_t block = 1;
};

/// Checks scale and zero point of codes of shape `shape`: one of each, one for
/// each index of `axis`, or one for each block of `block` along it if that is
/// not 0. Constant scales have to be positive and finite. Reports errors.
mlir::FailureOr<Scaling> readScaling(NodeContext &node, size_t scale,
                                     size_t zeroPoint, mlir::Type codes,
                                     llvm::ArrayRef<int64_t> shape,
                                     int64_t axis, int64_t block);

/// The element type that `lowbit` ops know the codes by; null if scale or zero
/// point are not constant or it has none: for codes of 16 bits, floats, blocks
/// and scales that are not of f32 or not normal.
mlir::quant::QuantizedType formatOf(const NodeContext &node,
                                    const Scaling &scaling);

/// The shape under which codes of shape `shape` meet their scales: whole blocks
/// are a dimension of their own.
Shape viewOf(const Scaling &scaling, llvm::ArrayRef<int64_t> shape);

/// An input of one element, or with one for each index or block of the axis, so
/// that it broadcasts over viewOf(codes of shape `shape`).
mlir::Value spread(NodeContext &node, size_t index, const Scaling &scaling,
                   llvm::ArrayRef<int64_t> shape);

/// Plain integers as codes and back, which moves nothing.
mlir::Value toCodes(NodeContext &node, mlir::Value integers,
                    mlir::quant::QuantizedType format);
mlir::Value toIntegers(NodeContext &node, mlir::Value codes);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_QUANTIZED_SCALING_H
