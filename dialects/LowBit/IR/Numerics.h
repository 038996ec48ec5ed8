//===- Numerics.h - The arithmetic of the lowbit dialect --------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// Scalar C++ of what docs/Numerics.md defines. Passes that compute with codes
// at compile time, and tests, call it, so that there is one definition to read.
#ifndef QUANTC_DIALECTS_LOWBIT_IR_NUMERICS_H
#define QUANTC_DIALECTS_LOWBIT_IR_NUMERICS_H

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include <optional>

namespace quantc::lowbit {

/// A `!quant.uniform` type taken apart: real = scale * (code - zeroPoint).
struct Format {
  /// `type` is per-tensor or per-axis; see `isFormat`.
  explicit Format(mlir::quant::QuantizedType type);

  /// The scale of a channel, rounded to f32 as all arithmetic uses it.
  float scale(int64_t channel = 0) const {
    return scales[scales.size() == 1 ? 0 : channel];
  }
  int64_t zeroPoint(int64_t channel = 0) const {
    return zeroPoints[zeroPoints.size() == 1 ? 0 : channel];
  }

  /// The codes in use, and the smallest integer that the storage could hold.
  int64_t lowest, highest, storageLowest;
  unsigned bits;
  bool isSigned;
  /// The dimension that channels lie in; none for a per-tensor format.
  std::optional<int64_t> axis;
  llvm::SmallVector<float, 1> scales;
  llvm::SmallVector<int64_t, 1> zeroPoints;
};

/// True for the element types that the dialect computes with: uniform,
/// per-tensor or per-axis, of f32, at most 8 bits wide, every scale a positive
/// normal f32 and every zero point one of the codes.
bool isFormat(mlir::Type type);

/// True for the type of a bias that a model brings along as integers: like a
/// format, but signed codes of 32 bits with zero point 0.
bool isBiasFormat(mlir::Type type);

/// The end of every op that makes codes:
///   clamp(round_half_even(real) + zeroPoint, lowest, highest), NaN -> lowest.
/// Needs |lowest - zeroPoint| and |highest - zeroPoint| below 2^22.
int64_t roundToCode(float real, int64_t zeroPoint, int64_t lowest,
                    int64_t highest);

/// The code of a real number: roundToCode(real / scale).
int64_t quantize(float real, const Format &format, int64_t channel = 0);

/// The real number of a code: f32(code - zeroPoint) * scale.
float dequantize(int64_t code, const Format &format, int64_t channel = 0);

/// f32(input * weights / output), the factor from accumulator to code; computed
/// in f64 and rounded once. `output` 1 gives the factor from accumulator to
/// real number.
float multiplier(float input, float weights, float output = 1.0f);

/// f32(from / to), the factor of a requantization.
float ratio(float from, float to);

/// f32(input / (output * count)), the factor of a mean over `count` codes.
float meanMultiplier(float input, float output, int64_t count);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_IR_NUMERICS_H
