//===- ScaleSearch.cpp - The scale of a group of values -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ScaleSearch.h"

#include "quantc/Format/Scale.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace quantc;
using namespace quantc::format;
using llvm::ArrayRef;

/// More changes of level than these are not sorted.
static constexpr size_t kMostEvents = size_t(1) << 24;

double format::errorOf(ArrayRef<float> values, const Rounder &rounder,
                       double scale) {
  double error = 0;
  for (float value : values) {
    double difference = value - scale * rounder.round(value / scale);
    error += difference * difference;
  }
  return error;
}

double format::absMaxScale(ArrayRef<float> values, const Rounder &rounder) {
  double lowest = 0, highest = 0;
  for (float value : values) {
    lowest = std::min(lowest, double(value));
    highest = std::max(highest, double(value));
  }
  ArrayRef<double> levels = rounder.levels();
  double scale = 0;
  if (levels.back() > 0)
    scale = highest / levels.back();
  if (levels.front() < 0)
    scale = std::max(scale, lowest / levels.front());
  return scale;
}

namespace {

/// At `scale`, the magnitude of a value goes from level `from` to level `to`.
struct Event {
  double scale;
  double magnitude;
  double from, to;
};

/// The sums that say how good an assignment of levels is.
struct Assignment {
  double product = 0; ///< sum v l
  double square = 0;  ///< sum l^2

  /// What is left of sum v^2 at the best scale.
  double gain() const {
    return square > 0 && product > 0 ? product * product / square : 0;
  }
};

/// The levels' magnitudes from 0 outwards on one side.
struct Side {
  std::vector<double> levels, bounds;
};

Side sideOf(const Rounder &rounder, bool isNegative) {
  ArrayRef<double> levels = rounder.levels(), bounds = rounder.thresholds();
  Side side;
  double sign = isNegative ? -1.0 : 1.0;
  size_t count = levels.size();
  for (size_t step = 0; step < count; ++step) {
    size_t i = isNegative ? count - 1 - step : step;
    bool isInnermost = side.levels.empty();
    // The first level whose outer bound lies beyond 0.
    bool isOutermost = step + 1 == count;
    double outer = isOutermost ? 0 : sign * bounds[isNegative ? i - 1 : i];
    if (isInnermost && !isOutermost && outer <= 0)
      continue;
    side.levels.push_back(sign * levels[i]);
    if (!isOutermost)
      side.bounds.push_back(outer);
  }
  return side;
}

double triedScale(ArrayRef<float> values, const Rounder &rounder) {
  double reach = absMaxScale(values, rounder), best = reach;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i <= 200; ++i) {
    double scale = reach * (0.25 + 0.85 * i / 200);
    double error = errorOf(values, rounder, scale);
    if (error < least) {
      least = error;
      best = scale;
    }
  }
  return best;
}

} // namespace

double format::leastErrorScale(ArrayRef<float> values, const Rounder &rounder) {
  Side sides[] = {sideOf(rounder, false), sideOf(rounder, true)};
  if (values.size() * std::max(sides[0].bounds.size(), sides[1].bounds.size()) >
      kMostEvents)
    return triedScale(values, rounder);
  std::vector<Event> events;
  Assignment assignment;
  for (float value : values) {
    if (value == 0) {
      double level = rounder.round(0);
      assignment.square += level * level;
      continue;
    }
    const Side &side = sides[value < 0];
    double magnitude = std::abs(double(value));
    assignment.product += magnitude * side.levels.front();
    assignment.square += side.levels.front() * side.levels.front();
    for (size_t i = 0; i < side.bounds.size(); ++i)
      events.push_back({magnitude / side.bounds[i], magnitude, side.levels[i],
                        side.levels[i + 1]});
  }
  std::sort(events.begin(), events.end(),
            [](const Event &a, const Event &b) { return a.scale > b.scale; });
  Assignment best = assignment;
  for (const Event &event : events) {
    assignment.product += event.magnitude * (event.to - event.from);
    assignment.square += event.to * event.to - event.from * event.from;
    if (assignment.gain() > best.gain())
      best = assignment;
  }
  return best.gain() > 0 ? best.product / best.square : 0;
}

//===----------------------------------------------------------------------===//
// ACIQ
//===----------------------------------------------------------------------===//

double format::aciqLaplace(unsigned bits) {
  // w e^w = 3 * 4^bits
  double target = 3 * std::pow(4.0, bits), w = std::log(target);
  for (int i = 0; i < 50; ++i)
    w -= (w * std::exp(w) - target) / (std::exp(w) * (w + 1));
  return w;
}

double format::aciqGaussian(unsigned bits) {
  // The derivative of (1 + a^2) erfc(a / sqrt 2) - sqrt(2 / pi) a exp(-a^2 / 2)
  // + a^2 / (3 * 4^bits), which rises through 0 once.
  auto derivative = [&](double a) {
    return 2 * a * std::erfc(a / std::sqrt(2.0)) -
           2 * std::sqrt(2 / M_PI) * std::exp(-a * a / 2) +
           2 * a / (3 * std::pow(4.0, bits));
  };
  double low = 0, high = 10;
  for (int i = 0; i < 100; ++i)
    (derivative((low + high) / 2) < 0 ? low : high) = (low + high) / 2;
  return low;
}

double format::aciqScale(ArrayRef<float> values, unsigned bits,
                         const Rounder &rounder) {
  double magnitude = 0, square = 0;
  for (float value : values) {
    magnitude += std::abs(double(value)) / double(values.size());
    square += double(value) * value / double(values.size());
  }
  double sigma = std::sqrt(square);
  // E|x| / sigma is 0.798 of a Gaussian and 0.707 of a Laplacian.
  bool isGaussian = magnitude > sigma * (std::sqrt(2 / M_PI) + M_SQRT1_2) / 2;
  double clip =
      isGaussian ? aciqGaussian(bits) * sigma : aciqLaplace(bits) * magnitude;
  // A few values may all lie within what a whole distribution would need.
  return std::min(clip / rounder.levels().back(), absMaxScale(values, rounder));
}

//===----------------------------------------------------------------------===//
// As stored
//===----------------------------------------------------------------------===//

/// The stored scale near `scale` of the least error.
static double bestNeighbour(ScaleType type, ArrayRef<float> values,
                            const Rounder &rounder, double scale,
                            double second) {
  double nearest = roundScale(type, scale / second);
  if (type == ScaleType::F32)
    return nearest;
  int reach = type == ScaleType::E4M3 ? 6 : 2;
  double best = nearest, least = errorOf(values, rounder, nearest * second);
  for (int steps = -reach; steps <= reach; ++steps) {
    double candidate = neighbour(type, nearest, steps);
    double error = errorOf(values, rounder, candidate * second);
    if (error < least) {
      least = error;
      best = candidate;
    }
  }
  return best;
}

double format::storedScale(const Format &format, ArrayRef<float> values,
                           const Rounder &rounder, double second) {
  ScaleType type = format.scaling.type;
  bool isPower = type == ScaleType::E8M0 || type == ScaleType::PowerOfTwo;
  double reach = absMaxScale(values, rounder);
  switch (format.search) {
  case Search::Floor: {
    // 2^floor(log2 amax) is put where the largest power of two among the levels
    // is; larger values may saturate.
    double amax = 0;
    for (float value : values)
      amax = std::max(amax, std::abs(double(value)));
    int exponent = std::ilogb(amax) - std::ilogb(rounder.levels().back());
    return roundScale(type, std::ldexp(1.0, std::max(exponent, -127)));
  }
  case Search::Mse:
    return bestNeighbour(type, values, rounder,
                         leastErrorScale(values, rounder), second);
  case Search::Aciq:
    return roundScale(type,
                      aciqScale(values, format.levels.bits, rounder) / second);
  case Search::AbsMax:
  case Search::Hqq:
    break;
  }
  if (isPower)
    return roundScale(type, std::exp2(std::ceil(std::log2(reach / second))));
  return roundScale(type, reach / second);
}
