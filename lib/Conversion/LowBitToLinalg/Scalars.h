//===- Scalars.h - Arithmetic on codes, one element at a time ---*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CONVERSION_LOWBITTOLINALG_SCALARS_H
#define QUANTC_LIB_CONVERSION_LOWBITTOLINALG_SCALARS_H

#include "dialects/LowBit/IR/LowBit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Transforms/DialectConversion.h"

namespace quantc::lowbittolinalg {

/// The format of a value's codes.
lowbit::Format formatOf(mlir::Value value);

mlir::Value constantF32(mlir::OpBuilder &builder, mlir::Location loc,
                        float value);
mlir::Value constantI32(mlir::OpBuilder &builder, mlir::Location loc,
                        int64_t value);

/// i32(code) of a storage integer.
mlir::Value widen(mlir::OpBuilder &builder, mlir::Location loc,
                  mlir::Value code, const lowbit::Format &format);

/// i32(code - zeroPoint) of a storage integer.
mlir::Value centre(mlir::OpBuilder &builder, mlir::Location loc,
                   mlir::Value code, const lowbit::Format &format);

/// The storage integer of clamp(round_half_even(real) + zeroPoint, low, high):
/// `clamp` if given, else the codes of `format`. Clamps by compare and select
/// before it rounds by adding 1.5 * 2^23, which is exact below 2^22 and the
/// same on every target; NaN gives the lowest code.
mlir::Value roundToCode(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value real, const lowbit::Format &format,
                        std::optional<llvm::ArrayRef<int64_t>> clamp = {});

/// What rounding needs to know, as values of the element: the limits as f32
/// distances from the zero point, and `magicBits - zeroPoint` as i32.
struct CodeLimits {
  mlir::Value low, high, offset;
};

/// The same with limits that differ by element, as those of a per-axis format.
mlir::Value roundToCode(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value real, const CodeLimits &limits,
                        unsigned bits);

/// The bits of 1.5 * 2^23 as an f32.
inline constexpr int32_t magicBits = 0x4B400000;

/// A tensor of constants, one for each channel.
mlir::Value constantVector(mlir::OpBuilder &builder, mlir::Location loc,
                           llvm::ArrayRef<float> values);
mlir::Value constantVector(mlir::OpBuilder &builder, mlir::Location loc,
                           llvm::ArrayRef<int32_t> values);

/// What a `linalg.generic` reads: a tensor and which element of it.
struct Input {
  mlir::Value tensor;
  mlir::AffineMap map;
};

using Body = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location,
                                            mlir::ValueRange)>;

/// One elementwise `linalg.generic`: result[i] = body(inputs[map(i)]...).
mlir::Value elementwise(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::RankedTensorType result,
                        llvm::ArrayRef<Input> inputs, Body body);

/// The map that reads a tensor of shape `from` where the result has shape `to`:
/// dimensions of size 1 stretch.
mlir::AffineMap broadcastMap(mlir::MLIRContext *context,
                             llvm::ArrayRef<int64_t> from,
                             llvm::ArrayRef<int64_t> to);

} // namespace quantc::lowbittolinalg

#endif // QUANTC_LIB_CONVERSION_LOWBITTOLINALG_SCALARS_H
