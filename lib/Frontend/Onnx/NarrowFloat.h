//===- NarrowFloat.h - Floats of 4, 8 and 16 bits as integers -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The bodies of elementwise loops that turn an f32 into the code of a narrower
// float and back, in integer arithmetic and one f32 operation. No machine
// instruction for these types is needed, and every target gives the same bits.
#ifndef QUANTC_FRONTEND_ONNX_NARROWFLOAT_H
#define QUANTC_FRONTEND_ONNX_NARROWFLOAT_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace quantc::onnx {

/// The real number of a code, as f32; exact. `code` is an integer of at least
/// the width of `type`, whose upper bits may be anything. `type` has 16 bits or
/// fewer.
mlir::Value decodeFloat(mlir::ImplicitLocOpBuilder &builder, mlir::Value code,
                        mlir::FloatType type);

/// The code of an f32, rounded half to even, as an integer of 16 bits for types
/// of 16 bits and of 8 for others. Numbers that round to more than the largest
/// finite one become that one if `saturates`, else an infinity, or NaN for a
/// type without one. The 4-bit type always saturates, and its NaN is -0.
/// `type` is not E8M0.
mlir::Value encodeFloat(mlir::ImplicitLocOpBuilder &builder, mlir::Value real,
                        mlir::FloatType type, bool saturates = false);

/// decodeFloat(encodeFloat(real)): an f32 rounded to what `type` can say.
mlir::Value roundToFloat(mlir::ImplicitLocOpBuilder &builder, mlir::Value real,
                         mlir::FloatType type);

/// Which of the two powers of two around a number its E8M0 code is. A tie goes
/// up.
enum class PowerRounding { Up, Down, Nearest };

/// The E8M0 code of the magnitude of an f32. What is below 2^-127 becomes that;
/// what is beyond 2^127 becomes that if `saturates`, else NaN.
mlir::Value encodePower(mlir::ImplicitLocOpBuilder &builder, mlir::Value real,
                        PowerRounding rounding, bool saturates = true);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_NARROWFLOAT_H
