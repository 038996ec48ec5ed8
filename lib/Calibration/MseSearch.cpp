//===- MseSearch.cpp - The range of the least error -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Calibration/MseSearch.h"

#include <algorithm>
#include <cmath>

// Sums are the same bytes on every machine: no fused multiply-add.
#pragma STDC FP_CONTRACT OFF

using namespace quantc;

/// Ties to even, for 0 <= x < 2^51. Unlike std::nearbyint it vectorizes.
static double roundEven(double x) {
  constexpr double magic = 6755399441055744.0; // 1.5 * 2^52
  return (x + magic) - magic;
}

/// The antiderivative of (t - n(t))^2 with n(t) = min(roundEven(t), limit) and
/// value 0 at t = 0: each whole cell contributes 1/12, and what lies beyond the
/// limit is measured from the last code.
static double errorIntegral(double t, double limit) {
  double n = roundEven(std::min(t, limit));
  double rest = t - n;
  return n / 12 + rest * rest * rest / 3;
}

static double integralOfSquare(double low, double high) {
  return (high - low) * (low * low + low * high + high * high) / 3;
}

void QuantizationError::Side::append(double from, double to, uint64_t count) {
  if (from == to) {
    point = from;
    pointCount = static_cast<double>(count);
    return;
  }
  low.push_back(from);
  high.push_back(to);
  density.push_back(static_cast<double>(count) / (to - from));
  energyBefore.push_back(energyBefore.back() +
                         density.back() * integralOfSquare(from, to));
}

double QuantizationError::Side::squaredError(double step, double limit) const {
  double sum = 0;
  if (pointCount != 0) {
    double n = roundEven(std::min(point / step, limit));
    double rest = point - n * step;
    sum += pointCount * rest * rest;
  }
  // Whatever rounds to 0 contributes its square.
  size_t first = high.size();
  if (limit > 0)
    first = std::upper_bound(high.begin(), high.end(), step / 2) - high.begin();
  double integral = 0;
  for (size_t i = first; i != high.size(); ++i)
    integral += density[i] * (errorIntegral(high[i] / step, limit) -
                              errorIntegral(low[i] / step, limit));
  return sum + energyBefore[first] + integral * step * step * step;
}

QuantizationError::QuantizationError(const Sketch &sketch, unsigned bits)
    : count(static_cast<double>(sketch.finiteCount())),
      highestCode((int64_t(1) << bits) - 1) {
  double smallest = sketch.min();
  double largest = sketch.max();
  // A bin ends where the next one begins; the outermost end at the extrema.
  auto outerEnd = [](float farFromZero) {
    double magnitude = std::fabs(farFromZero);
    int exponent = std::max(std::ilogb(std::max(magnitude, 0x1p-126)), -126);
    return magnitude + std::ldexp(1.0, exponent - 23);
  };
  std::vector<Sketch::Bin> bins;
  sketch.forEachBin([&](Sketch::Bin bin) { bins.push_back(bin); });
  for (auto bin = bins.rbegin(); bin != bins.rend(); ++bin)
    if (std::signbit(bin->low) && smallest < 0)
      negative.append(-static_cast<double>(bin->high),
                      std::min(outerEnd(bin->low), -smallest), bin->count);
  for (const Sketch::Bin &bin : bins)
    if (!std::signbit(bin.low) && largest > 0)
      positive.append(bin.low, std::min(outerEnd(bin.high), largest),
                      bin.count);
  if (count != 0)
    meanSquare = (negative.energy() + positive.energy()) / count;
}

double QuantizationError::meanSquared(const Grid &grid) const {
  if (count == 0)
    return 0;
  double limit = static_cast<double>(highestCode - grid.zeroPoint);
  return (negative.squaredError(grid.step, grid.zeroPoint) +
          positive.squaredError(grid.step, limit)) /
         count;
}

namespace {

/// The best grid so far. A candidate has to be better by more than what
/// rounding in the sums can be.
class Search {
public:
  explicit Search(const QuantizationError &error)
      : error(error), least(error.energy() * 2 + 1) {}

  bool tryGrid(const Grid &candidate) {
    if (candidate.zeroPoint < 0 || candidate.zeroPoint > error.maxCode() ||
        !(candidate.step > 0))
      return false;
    double value = error.meanSquared(candidate);
    if (!(value < least - 1e-15 * error.energy()))
      return false;
    least = value;
    best = candidate;
    return true;
  }

  void tryRange(double low, double high) {
    double step = (high - low) / static_cast<double>(error.maxCode());
    tryGrid({step, static_cast<int64_t>(std::nearbyint(-low / step))});
  }

  /// Halves the logarithm of the ratio between neighbours from level to level.
  void refine(bool isTwoSided) {
    double ratio = std::sqrt(std::sqrt(2.0));
    for (int level = 0; level != 9; ++level, ratio = std::sqrt(ratio))
      while (tryGrid({best.step * ratio, best.zeroPoint}) ||
             tryGrid({best.step / ratio, best.zeroPoint}) ||
             (isTwoSided && (tryGrid({best.step, best.zeroPoint + 1}) ||
                             tryGrid({best.step, best.zeroPoint - 1})))) {
      }
  }

  Grid grid() const { return best; }

private:
  const QuantizationError &error;
  double least;
  Grid best;
};

} // namespace

Grid quantc::findMseGrid(const Sketch &sketch, const QuantizationError &error) {
  constexpr int coarseSteps = 21; // Ranges down to 1/1024 of what was seen.
  double low = std::min(0.0, static_cast<double>(sketch.min()));
  double high = std::max(0.0, static_cast<double>(sketch.max()));
  int lowSteps = low < 0 ? coarseSteps : 1;
  int highSteps = high > 0 ? coarseSteps : 1;
  Search search(error);
  double lowFactor = 1;
  for (int i = 0; i != lowSteps; ++i, lowFactor /= std::sqrt(2.0)) {
    double highFactor = 1;
    for (int j = 0; j != highSteps; ++j, highFactor /= std::sqrt(2.0))
      search.tryRange(low * lowFactor, high * highFactor);
  }
  search.refine(/*isTwoSided=*/low < 0 && high > 0);
  return search.grid();
}

RealRange quantc::spanOf(const Grid &grid, int64_t maxCode) {
  return {-grid.step * static_cast<double>(grid.zeroPoint),
          grid.step * static_cast<double>(maxCode - grid.zeroPoint)};
}
