//===- Parameters.cpp - Choose scale and zero point -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Parameters.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace quantc;

/// The nearest f32 that is a normal number.
static double toScale(double scale) {
  double rounded = static_cast<float>(
      std::min(scale, static_cast<double>(std::numeric_limits<float>::max())));
  return std::max(rounded,
                  static_cast<double>(std::numeric_limits<float>::min()));
}

lowbit::Parameters lowbit::chooseAsymmetric(double min, double max,
                                            int64_t lowest, int64_t highest) {
  min = std::min(min, 0.0);
  max = std::max(max, 0.0);
  if (min == max)
    return {1.0, lowest};
  double scale = toScale((max - min) / static_cast<double>(highest - lowest));
  double zeroPoint = std::nearbyint(static_cast<double>(lowest) - min / scale);
  return {scale, static_cast<int64_t>(
                     std::clamp(zeroPoint, static_cast<double>(lowest),
                                static_cast<double>(highest)))};
}

double lowbit::chooseSymmetric(double magnitude, int64_t highest) {
  if (magnitude == 0)
    return 1.0;
  return toScale(magnitude / static_cast<double>(highest));
}
