//===- RaiseLinalg.h - Patterns from linalg and tensor to TOSA --*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_TRANSFORMS_RAISELINALG_H
#define QUANTC_FRONTEND_TRANSFORMS_RAISELINALG_H

#include "mlir/IR/PatternMatch.h"

namespace quantc::frontend {

/// True for `linalg.fill` with `number` and for constants that hold nothing
/// else.
bool isFilledWith(mlir::Value value, float number);

/// Splat f32 constant of shape [1] or, with a rank, [1, .., 1].
mlir::Value createNumber(mlir::OpBuilder &builder, mlir::Location location,
                         float number, int64_t rank = 1);

/// value + init, where `init` is what a linalg op accumulates onto; `value`
/// itself if that is zero.
mlir::Value addInit(mlir::PatternRewriter &rewriter, mlir::Location location,
                    mlir::Value value, mlir::Value init);

/// The first elements of height (dimension 1) and width (2), as many as windows
/// reach: TOSA wants windows that fit exactly, linalg ignores the rest.
mlir::Value cropToWindows(mlir::PatternRewriter &rewriter,
                          mlir::Location location, mlir::Value input,
                          llvm::ArrayRef<int64_t> outputShape,
                          llvm::ArrayRef<int64_t> kernel,
                          llvm::ArrayRef<int64_t> strides,
                          llvm::ArrayRef<int64_t> dilations);

void populateRaiseContractions(mlir::RewritePatternSet &patterns);
void populateRaiseElementwise(mlir::RewritePatternSet &patterns);
void populateRaiseMovement(mlir::RewritePatternSet &patterns);
void populateRaisePooling(mlir::RewritePatternSet &patterns);

} // namespace quantc::frontend

#endif // QUANTC_FRONTEND_TRANSFORMS_RAISELINALG_H
