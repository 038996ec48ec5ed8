//===- Linear.h - Rounding reals to codes, element by element -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_QUANTIZED_LINEAR_H
#define QUANTC_FRONTEND_ONNX_QUANTIZED_LINEAR_H

#include "Scaling.h"

namespace quantc::onnx {

/// Bodies of elementwise loops, which `lowbit` has as whole ops where scale and
/// zero point are constant.

/// A stored element as f32: integers and codes of narrow floats are converted.
mlir::Value toReal(mlir::ImplicitLocOpBuilder &builder, mlir::Value stored,
                   mlir::Type element);

/// A stored integer of at most 32 bits as i32.
mlir::Value widen(mlir::ImplicitLocOpBuilder &builder, mlir::Value stored,
                  mlir::Type element);

/// The stored integer code of an f32, in the type of `element`:
///
///   clamp(round_half_even(real) + zeroPoint, low, high)       NaN gives low
///
/// `zeroPoint` is an i32, or null for 0. `element` has at most 16 bits.
mlir::Value roundToCode(mlir::ImplicitLocOpBuilder &builder, mlir::Value real,
                        mlir::Value zeroPoint, mlir::Type element);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_QUANTIZED_LINEAR_H
