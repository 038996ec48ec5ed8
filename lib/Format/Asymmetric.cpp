//===- Asymmetric.cpp - Scale and zero point of a group of values ---------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Asymmetric.h"

#include "quantc/Format/Scale.h"

#include <algorithm>
#include <cmath>

using namespace quantc;
using namespace quantc::format;
using llvm::ArrayRef;

uint8_t format::codeWithZero(float value, float scale, double zeroPoint,
                             int64_t highest) {
  double code = zeroPoint == std::nearbyint(zeroPoint)
                    ? std::nearbyint(value / scale) + zeroPoint
                    : std::nearbyint(value / scale + zeroPoint);
  return uint8_t(std::clamp(code, 0.0, double(highest)));
}

namespace {

/// What a group of values is rounded to.
struct Group {
  const Format &format;
  ArrayRef<float> values;
  double second, least;

  int64_t highest() const { return format.levels.highest; }
  float effective(double scale) const { return float(scale * second); }

  /// The stored scale and the zero point that cover [min, max].
  ScaleAndZero covering(double min, double max) const {
    double scale = std::max((max - min) / double(highest()), least);
    scale = roundScale(format.scaling.type, scale / second);
    double zero = std::nearbyint(-min / effective(scale));
    return {scale, std::clamp(zero, 0.0, double(highest()))};
  }

  /// sum |v - decoded|^power
  double error(ScaleAndZero choice, double power) const {
    float scale = effective(choice.scale);
    double sum = 0;
    for (float value : values) {
      double level = codeWithZero(value, scale, choice.zeroPoint, highest()) -
                     choice.zeroPoint;
      double difference = std::abs(value - level * scale);
      sum += power == 2 ? difference * difference : std::pow(difference, power);
    }
    return sum;
  }
};

/// Each end of the range at 21 places, then again around the best.
ScaleAndZero leastSquares(const Group &group, double min, double max) {
  ScaleAndZero best = group.covering(min, max);
  double error = group.error(best, 2), keptLow = 1, keptHigh = 1, step = 0.025;
  for (int round = 0; round < 2; ++round, step /= 10) {
    double low = keptLow, high = keptHigh;
    for (int i = 0; i <= 20; ++i)
      for (int j = 0; j <= 20; ++j) {
        // The first round moves inwards, the second to both sides.
        double a = round ? low + (i - 10) * step : 1 - i * step;
        double b = round ? high + (j - 10) * step : 1 - j * step;
        ScaleAndZero candidate = group.covering(a * min, b * max);
        if (double e = group.error(candidate, 2); e < error) {
          error = e;
          best = candidate;
          keptLow = a;
          keptHigh = b;
        }
      }
  }
  return best;
}

/// min over z of sum |v - decoded|^0.7, with the outliers' part of the error
/// split off by a shrinkage in each step.
ScaleAndZero halfQuadratic(const Group &group, double min, double max) {
  constexpr double kPower = 0.7;
  ScaleAndZero best = group.covering(min, max);
  double error = group.error(best, kPower), beta = 10;
  float scale = group.effective(best.scale);
  double zero = best.zeroPoint;
  for (int i = 0; i < 20; ++i, beta *= 1.01) {
    double sum = 0;
    for (float value : group.values) {
      double code = std::clamp(std::nearbyint(value / scale + zero), 0.0,
                               double(group.highest()));
      double residual = value - scale * (code - zero);
      double shrunk = std::max(
          0.0, std::abs(residual) -
                   (residual == 0
                        ? 0
                        : std::pow(std::abs(residual), kPower - 1) / beta));
      sum += code - (value - std::copysign(shrunk, residual)) / scale;
    }
    zero = sum / double(group.values.size());
    ScaleAndZero candidate = {
        best.scale, zero > 0x1p-14 ? roundScale(ScaleType::F16, zero) : 0.0};
    if (double e = group.error(candidate, kPower); e < error) {
      error = e;
      best = candidate;
    }
  }
  return best;
}

} // namespace

ScaleAndZero format::chooseScaleAndZero(const Format &format,
                                        ArrayRef<float> values, double second,
                                        double least) {
  Group group{format, values, second, least};
  double min = 0, max = 0;
  for (float value : values) {
    min = std::min(min, double(value));
    max = std::max(max, double(value));
  }
  if (min == max)
    return {roundScale(format.scaling.type, std::max(1.0, least) / second), 0};
  if (format.search == Search::Mse)
    return leastSquares(group, min, max);
  if (format.search == Search::Hqq)
    return halfQuadratic(group, min, max);
  return group.covering(min, max);
}
