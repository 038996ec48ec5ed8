//===- Constants.h - Constants of the imported program ----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_TRANSFORMS_CONSTANTS_H
#define QUANTC_DIALECTS_LOWBIT_TRANSFORMS_CONSTANTS_H

#include "dialects/LowBit/IR/LowBit.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "quantc/Support/Constants.h"

namespace quantc::lowbit {

/// The number that every element of an f32 constant is.
std::optional<float> constantSplat(mlir::Value value);

/// True if the constant operand is 0, as the zero points of float TOSA ops are.
bool isZero(mlir::Value value);

/// The elements of an f32 constant, or of one that is dequantized from constant
/// codes, seen through reshapes; nothing for any other value.
std::optional<llvm::SmallVector<float>> constantReals(mlir::Value value);

/// The reals that constant codes stand for, row-major; none if the codes are
/// not held inline.
std::optional<llvm::SmallVector<float>> decode(ConstantOp constant);

/// A `tosa.const_shape`, as reshapes and slices want it.
mlir::Value constantShape(mlir::OpBuilder &builder, mlir::Location loc,
                          llvm::ArrayRef<int64_t> shape);

/// A constant tensor of codes.
mlir::Value createCodes(mlir::OpBuilder &builder, mlir::Location loc,
                        llvm::ArrayRef<int64_t> shape,
                        mlir::quant::QuantizedType format,
                        llvm::ArrayRef<int8_t> codes);

/// The same of 32-bit codes, as a bias has them.
mlir::Value createCodes(mlir::OpBuilder &builder, mlir::Location loc,
                        llvm::ArrayRef<int64_t> shape,
                        mlir::quant::QuantizedType format,
                        llvm::ArrayRef<int32_t> codes);

/// `!quant.uniform` of 8 bits for activations, unsigned or signed.
mlir::quant::UniformQuantizedType activationFormat(mlir::MLIRContext *context,
                                                   bool isSigned, double scale,
                                                   int64_t zeroPoint);

/// `!quant.uniform<i8<-127:127>>` for weights: per-axis if there is an axis.
mlir::quant::QuantizedType weightFormat(mlir::MLIRContext *context,
                                        llvm::ArrayRef<double> scales,
                                        std::optional<int32_t> axis);

/// The elements of a constant of 8-bit integers, whether the attribute holds
/// them itself or refers to a resource; nothing for any other value.
std::optional<llvm::SmallVector<int8_t>> constantBytes(mlir::Value value);

/// The codes of a `lowbit.constant`, row-major.
llvm::SmallVector<int8_t> codesOf(ConstantOp constant);

/// The same of one whose format isBiasFormat.
llvm::SmallVector<int32_t> biasCodesOf(ConstantOp constant);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_TRANSFORMS_CONSTANTS_H
