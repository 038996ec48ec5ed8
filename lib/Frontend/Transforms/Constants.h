//===- Constants.h - Read and write constant tensors ------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_TRANSFORMS_CONSTANTS_H
#define QUANTC_FRONTEND_TRANSFORMS_CONSTANTS_H

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "quantc/Support/Constants.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>

namespace quantc::frontend {

/// The elements behind a value that `tosa.const` or `arith.constant` defines;
/// null for every other value.
mlir::ElementsAttr constantOf(mlir::Value value);

/// True if `value` is a constant whose elements can be moved around.
bool isMovableConstant(mlir::Value value);

/// The elements of an f32 constant; see quantc::bytesOf.
std::optional<llvm::ArrayRef<float>>
floatsOf(mlir::ElementsAttr attribute, llvm::SmallVectorImpl<char> &storage);

/// The one number that every element of an f32 constant is, if it is one.
std::optional<float> splatOf(mlir::Value value);

/// A new `tosa.const` of `type`; `fill` writes its bytes.
mlir::Value
createConstant(mlir::OpBuilder &builder, mlir::Location location,
               mlir::RankedTensorType type,
               llvm::function_ref<void(llvm::MutableArrayRef<char>)> fill);

/// The same for f32.
mlir::Value
createFloats(mlir::OpBuilder &builder, mlir::Location location,
             mlir::RankedTensorType type,
             llvm::function_ref<void(llvm::MutableArrayRef<float>)> fill);

/// The constant with the shape and the elements of `transpose(value, perms)`;
/// null when `value` is not a constant that can be read.
mlir::Value transposeConstant(mlir::OpBuilder &builder, mlir::Value value,
                              llvm::ArrayRef<int32_t> perms);

/// The constant with the elements of `value` and another shape.
mlir::Value reshapeConstant(mlir::OpBuilder &builder, mlir::Value value,
                            llvm::ArrayRef<int64_t> shape);

} // namespace quantc::frontend

#endif // QUANTC_FRONTEND_TRANSFORMS_CONSTANTS_H
