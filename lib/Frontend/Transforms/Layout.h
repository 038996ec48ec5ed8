//===- Layout.h - Transpositions and reshapes that only move sizes of one -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_TRANSFORMS_LAYOUT_H
#define QUANTC_FRONTEND_TRANSFORMS_LAYOUT_H

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/PatternMatch.h"

namespace quantc::frontend {

/// True for ops that map each element by itself; operands broadcast.
bool isElementwise(mlir::Operation *op);

/// True for operands that are parameters, not tensors in the op's layout: the
/// shift of `mul`, zero points, shapes.
bool isParameter(mlir::OpOperand &operand);

/// transpose(x, perms) has the sizes `permuted(shape of x, perms)`.
llvm::SmallVector<int64_t> permuted(llvm::ArrayRef<int64_t> shape,
                                    llvm::ArrayRef<int32_t> perms);

llvm::SmallVector<int32_t> inverse(llvm::ArrayRef<int32_t> perms);

/// True if a transposition leaves the dimensions that are not 1 in their order,
/// so that a reshape does the same.
bool movesOnlyUnits(llvm::ArrayRef<int64_t> shape,
                    llvm::ArrayRef<int32_t> perms);

/// Sizes that are not 1, in order.
llvm::SmallVector<int64_t> withoutUnits(llvm::ArrayRef<int64_t> shape);

/// `value` with another static shape; itself if it has that shape.
mlir::Value reshape(mlir::PatternRewriter &rewriter, mlir::Location location,
                    mlir::Value value, llvm::ArrayRef<int64_t> shape);

/// transpose(value, perms), folded when `value` is a constant, another
/// transposition, or has only ones to move.
mlir::Value transpose(mlir::PatternRewriter &rewriter, mlir::Location location,
                      mlir::Value value, llvm::ArrayRef<int32_t> perms);

} // namespace quantc::frontend

#endif // QUANTC_FRONTEND_TRANSFORMS_LAYOUT_H
