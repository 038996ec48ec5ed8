//===- Integers.h - Exact products of integers ---------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Contractions on i32 for codes whose scale or zero point is computed at run
// time, or whose sums are the model's own result. They wrap around on overflow,
// as ONNX lets them.
#ifndef QUANTC_FRONTEND_ONNX_QUANTIZED_INTEGERS_H
#define QUANTC_FRONTEND_ONNX_QUANTIZED_INTEGERS_H

#include "../Window/Windows.h"

namespace quantc::onnx {

/// Fails unless the input has integers of 8 bits or fewer.
mlir::LogicalResult expectBytes(NodeContext &node, size_t index);

/// A scale or zero point under a shape that broadcasts over `shape`: one
/// number, one for each index of `axis`, or as many dimensions as `shape` has,
/// each of them 1 or the same. Reports an error for others.
mlir::FailureOr<mlir::Value> parameter(NodeContext &node, size_t index,
                                       llvm::ArrayRef<int64_t> shape,
                                       size_t axis);

/// code - zero point as i32, for codes under another shape of as many elements.
/// The zero point may be absent; along `axis` as for parameter().
mlir::FailureOr<mlir::Value> centredInput(NodeContext &node, size_t codes,
                                          size_t zeroPoint,
                                          llvm::ArrayRef<int64_t> shape,
                                          size_t axis);

/// Operands of numpy.matmul; the dimensions of 1 that a vector gets are gone
/// from `result`.
struct MatMulShapes {
  Shape lhs, rhs; // (.., M, K) and (.., K, N)
  Shape full;     // (.., M, N)
  Shape result;
};
mlir::FailureOr<MatMulShapes> matMulShapes(NodeContext &node, size_t lhs,
                                           size_t rhs);

/// sum over k of lhs[.., m, k] * rhs[.., k, n], of shape `full`. Leading
/// dimensions broadcast.
mlir::Value multiplyIntegers(NodeContext &node, mlir::Value lhs,
                             mlir::Value rhs, const MatMulShapes &shapes);

/// Reads a convolution of X (N, C, ...) with W (M, C / groups, ...): its
/// window, and that the shapes fit.
mlir::FailureOr<Window> integerWindow(NodeContext &node, size_t x, size_t w,
                                      int64_t groups);

/// The convolution itself, of any rank: (N, M, ...).
mlir::Value convolveIntegers(NodeContext &node, mlir::Value x, mlir::Value w,
                             const Window &window, int64_t groups);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_QUANTIZED_INTEGERS_H
