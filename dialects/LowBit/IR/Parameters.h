//===- Parameters.h - Choose scale and zero point ---------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_IR_PARAMETERS_H
#define QUANTC_DIALECTS_LOWBIT_IR_PARAMETERS_H

#include <cstdint>

namespace quantc::lowbit {

/// real = scale * (code - zeroPoint); `scale` is a positive normal f32.
struct Parameters {
  double scale;
  int64_t zeroPoint;
};

/// Parameters that cover the reals [min, max] with the codes [lowest, highest]:
///
///   min' = min(min, 0), max' = max(max, 0)          zero is always a code
///   scale = f32((max' - min') / (highest - lowest))
///   zeroPoint = clamp(round_half_even(lowest - min' / scale), lowest, highest)
///
/// An empty range, where every value seen was 0, gives scale 1; a scale below
/// the smallest normal f32 is raised to it. `min` and `max` are finite.
Parameters chooseAsymmetric(double min, double max, int64_t lowest,
                            int64_t highest);

/// The scale of the codes [-highest, highest] for reals up to `magnitude`:
/// f32(magnitude / highest), at least the smallest normal f32; 1 if
/// `magnitude` is 0.
double chooseSymmetric(double magnitude, int64_t highest);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_IR_PARAMETERS_H
