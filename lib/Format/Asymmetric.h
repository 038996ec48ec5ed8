//===- Asymmetric.h - Scale and zero point of a group of values --*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_FORMAT_ASYMMETRIC_H
#define QUANTC_LIB_FORMAT_ASYMMETRIC_H

#include "quantc/Format/Format.h"

namespace quantc::format {

/// A stored scale, and what stands for 0: a code, or for `hqq` an f16.
struct ScaleAndZero {
  double scale;
  double zeroPoint;
};

/// For the integers [0, highest]. The range [min(0, values), max(0, values)];
/// for `mse` the best of that range with each end moved in by up to a half; for
/// `hqq` the zero point that half-quadratic splitting moves it to, if the error
/// to the power of 0.7 becomes less.
ScaleAndZero chooseScaleAndZero(const Format &format,
                                llvm::ArrayRef<float> values, double second,
                                double least);

/// clamp(round_half_even(value / scale) + zeroPoint, 0, highest) for an integer
/// zero point; else the sum is rounded.
uint8_t codeWithZero(float value, float scale, double zeroPoint,
                     int64_t highest);

} // namespace quantc::format

#endif // QUANTC_LIB_FORMAT_ASYMMETRIC_H
