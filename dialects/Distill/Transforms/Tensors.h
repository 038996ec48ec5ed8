//===- Tensors.h - Short names for the ops that derivatives are made of -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_DISTILL_TRANSFORMS_TENSORS_H
#define QUANTC_DIALECTS_DISTILL_TRANSFORMS_TENSORS_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace quantc::distill {

using Shape = llvm::SmallVector<int64_t>;

/// The ranked type of a tensor.
mlir::RankedTensorType typeOf(mlir::Value value);
llvm::ArrayRef<int64_t> shapeOf(mlir::Value value);

/// The sum of two tensors, or two scalars, of one type.
mlir::Value addValues(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value lhs, mlir::Value rhs);

/// A number in every element of a float type, of a tensor or a scalar.
mlir::Value splat(mlir::ImplicitLocOpBuilder &ops, mlir::Type type,
                  double number);

/// Data movement, in TOSA. What changes nothing is not made.
mlir::Value reshape(mlir::ImplicitLocOpBuilder &ops, mlir::Value value,
                    llvm::ArrayRef<int64_t> shape);
mlir::Value transpose(mlir::ImplicitLocOpBuilder &ops, mlir::Value value,
                      llvm::ArrayRef<int32_t> permutation);
mlir::Value reverse(mlir::ImplicitLocOpBuilder &ops, mlir::Value value,
                    int64_t axis);
mlir::Value tile(mlir::ImplicitLocOpBuilder &ops, mlir::Value value,
                 llvm::ArrayRef<int64_t> multiples);
/// Adds that many elements in front of and behind each dimension, all `fill`;
/// takes them away where the number is negative.
mlir::Value padOrCrop(mlir::ImplicitLocOpBuilder &ops, mlir::Value value,
                      llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high,
                      double fill = 0);

/// Sums over axes, which stay with size 1.
mlir::Value sumOver(mlir::ImplicitLocOpBuilder &ops, mlir::Value value,
                    llvm::ArrayRef<int64_t> axes);

} // namespace quantc::distill

#endif // QUANTC_DIALECTS_DISTILL_TRANSFORMS_TENSORS_H
