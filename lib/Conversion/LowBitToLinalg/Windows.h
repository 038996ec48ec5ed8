//===- Windows.h - Sums and maxima over windows of codes --------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CONVERSION_LOWBITTOLINALG_WINDOWS_H
#define QUANTC_LIB_CONVERSION_LOWBITTOLINALG_WINDOWS_H

#include "Scalars.h"

namespace quantc::lowbittolinalg {

/// An NHWC tensor with a border of `code`; the tensor itself if `pad`
/// ([top, bottom, left, right]) is zero.
mlir::Value padImage(mlir::OpBuilder &builder, mlir::Location loc,
                     mlir::Value image, llvm::ArrayRef<int64_t> pad,
                     int64_t code);

/// A reduction: acc[i] starts as init, then acc = body(inputs..., acc) for each
/// index of the trailing `reductions` loops. The leading loops are those of
/// `init`.
mlir::Value reduce(mlir::OpBuilder &builder, mlir::Location loc,
                   mlir::Value init, llvm::ArrayRef<Input> inputs,
                   unsigned reductions, Body body);

/// A tensor of `shape` that repeats a vector along its last dimension.
mlir::Value broadcastVector(mlir::OpBuilder &builder, mlir::Location loc,
                            mlir::Value vector, llvm::ArrayRef<int64_t> shape);

/// A tensor of `shape` full of one integer.
mlir::Value fill(mlir::OpBuilder &builder, mlir::Location loc,
                 llvm::ArrayRef<int64_t> shape, mlir::IntegerAttr value);

} // namespace quantc::lowbittolinalg

#endif // QUANTC_LIB_CONVERSION_LOWBITTOLINALG_WINDOWS_H
