//===- Gaussian.cpp - The error of a format on Gaussian values ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Gaussian.h"

#include "Basis.h"
#include "Quadrature.h"
#include "ScaleSearch.h"
#include "quantc/Format/Quantize.h"
#include "quantc/Format/Scale.h"

#include <algorithm>
#include <cmath>

using namespace quantc;
using namespace quantc::format;
using llvm::ArrayRef;

namespace {

/// Beyond these, what is left of a distribution does not show in an f64.
double endOf(Density density) { return density == Density::Gaussian ? 12 : 40; }

double densityAt(double x, Density density = Density::Gaussian) {
  if (density == Density::Laplace)
    return M_SQRT1_2 * std::exp(-M_SQRT2 * std::abs(x));
  return std::exp(-x * x / 2) / std::sqrt(2 * M_PI);
}

/// P(|x| <= m)
double centralMass(double m) { return std::erf(m * M_SQRT1_2); }

double quantile(double probability) {
  // Newton's method on the distribution function, from the middle outwards.
  double x = 0;
  for (int i = 0; i < 100; ++i) {
    double step = (std::erfc(-x * M_SQRT1_2) / 2 - probability) / densityAt(x);
    x -= std::clamp(step, -0.5, 0.5);
  }
  return x;
}

/// The loss of values in [from, to], which are not normalized.
double lossWithin(const Rounder &rounder, double scale, double from, double to,
                  Density density) {
  ArrayRef<double> levels = rounder.levels(), bounds = rounder.thresholds();
  double loss = 0;
  for (size_t i = 0; i < levels.size(); ++i) {
    double low = i == 0 ? from : std::max(from, bounds[i - 1] * scale);
    double high = i == bounds.size() ? to : std::min(to, bounds[i] * scale);
    auto f = [&](double x) {
      double difference = x - levels[i] * scale;
      return difference * difference * densityAt(x, density);
    };
    // The Laplace density has a corner at 0.
    loss += integrate(low, std::min(high, std::max(low, 0.0)), 0.5, f) +
            integrate(std::max(low, std::min(high, 0.0)), high, 0.5, f);
  }
  return loss;
}

/// The minimum of a function that has one in [low, high].
template <typename Function>
double minimize(double low, double high, Function f) {
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  double a = high - ratio * (high - low), b = low + ratio * (high - low);
  double fa = f(a), fb = f(b);
  for (int i = 0; i < 80; ++i) {
    if (fa < fb) {
      high = b;
      b = a;
      fb = fa;
      a = high - ratio * (high - low);
      fa = f(a);
    } else {
      low = a;
      a = b;
      fa = fb;
      b = low + ratio * (high - low);
      fb = f(b);
    }
  }
  return (low + high) / 2;
}

} // namespace

double format::expectedError(const Rounder &rounder, double scale,
                             Density density) {
  return lossWithin(rounder, scale, -endOf(density), endOf(density), density);
}

double format::bestScale(const Rounder &rounder, Density density) {
  double top = std::max(std::abs(rounder.levels().front()),
                        std::abs(rounder.levels().back()));
  double best = 1 / top, least = 1;
  // The error may have several minima; the grid finds the valley.
  for (double reach = 0.5; reach < 16; reach *= 1.04)
    if (double error = expectedError(rounder, reach / top, density);
        error < least) {
      least = error;
      best = reach / top;
    }
  return minimize(best / 1.04, best * 1.04, [&](double scale) {
    return expectedError(rounder, scale, density);
  });
}

namespace {

/// The conditions of Lloyd-Max at some levels: for each level, how far it is
/// from the mean of its cell times the cell's mass, and the derivatives of
/// that.
struct Conditions {
  std::vector<double> rest, mass, lower, diagonal, upper;

  explicit Conditions(ArrayRef<double> levels) {
    for (size_t i = 0; i < levels.size(); ++i) {
      bool isFirst = i == 0, isLast = i + 1 == levels.size();
      double a = isFirst ? -40 : (levels[i - 1] + levels[i]) / 2;
      double b = isLast ? 40 : (levels[i] + levels[i + 1]) / 2;
      // On either side of 0 the difference of two numbers near 1 would cancel.
      double sign = a > 0 ? 1 : -1;
      mass.push_back(std::abs(std::erfc(sign * a * M_SQRT1_2) -
                              std::erfc(sign * b * M_SQRT1_2)) /
                     2);
      rest.push_back(levels[i] * mass.back() - (densityAt(a) - densityAt(b)));
      lower.push_back(isFirst ? 0 : -(levels[i] - a) * densityAt(a) / 2);
      upper.push_back(isLast ? 0 : (levels[i] - b) * densityAt(b) / 2);
      diagonal.push_back(mass.back() + lower.back() + upper.back());
    }
  }

  /// Newton's step: a tridiagonal system.
  std::vector<double> step() && {
    for (size_t i = 1; i < rest.size(); ++i) {
      double factor = lower[i] / diagonal[i - 1];
      diagonal[i] -= factor * upper[i - 1];
      rest[i] -= factor * rest[i - 1];
    }
    for (size_t i = rest.size(); i-- > 0;) {
      if (i + 1 < rest.size())
        rest[i] -= upper[i] * rest[i + 1];
      rest[i] /= diagonal[i];
    }
    return std::move(rest);
  }
};

/// How much of a step keeps the levels in order.
double safePart(ArrayRef<double> levels, ArrayRef<double> step) {
  double part = 1;
  for (size_t i = 0; i + 1 < levels.size(); ++i)
    if (double closing = step[i + 1] - step[i]; closing > 0)
      part = std::min(part, 0.5 * (levels[i + 1] - levels[i]) / closing);
  return part;
}

} // namespace

std::vector<double> format::lloydMax(unsigned count) {
  // Panter and Dite: levels are dense as the cube root of the density is.
  std::vector<double> levels(count);
  for (unsigned i = 0; i < count; ++i)
    levels[i] = std::sqrt(3.0) * quantile((i + 0.5) / count);
  // A few of Lloyd's steps lead to where Newton's converge.
  for (int round = 0; round < 30; ++round) {
    Conditions conditions(levels);
    for (unsigned i = 0; i < count; ++i)
      levels[i] -= conditions.rest[i] / conditions.mass[i];
  }
  for (int round = 0; round < 200; ++round) {
    std::vector<double> step = Conditions(levels).step();
    double part = safePart(levels, step), largest = 0;
    for (unsigned i = 0; i < count; ++i) {
      levels[i] -= part * step[i];
      largest = std::max(largest, std::abs(step[i]));
    }
    if (largest < 1e-14)
      break;
  }
  return levels;
}

namespace {

/// Blocks whose scale follows from their largest magnitude.
class Blocks {
public:
  Blocks(const Format &format, int64_t size)
      : format(format), size(double(size)), rounder(format.levels),
        top(rounder.levels().back()),
        reach(std::min(-rounder.levels().front(), rounder.levels().back())),
        second(format.scaling.second
                   ? 6 / reach / roundScale(format.scaling.type, 1e30)
                   : 1) {}

  double expectedError() const {
    double sum = 0, from = 0;
    for (double to : bounds()) {
      sum += integrate(from, to, 0.1, [&](double m) {
        return errorAt(m, scaleFor((from + to) / 2, m)) * densityOfLargest(m);
      });
      from = to;
    }
    return sum;
  }

private:
  static constexpr double kEnd = 9;

  bool isExact() const {
    return format.search == Search::AbsMax &&
           format.scaling.type == ScaleType::F32;
  }

  double storedScaleFor(double m) const {
    ScaleType type = format.scaling.type;
    if (format.search == Search::Floor)
      return roundScale(type, std::ldexp(1.0, std::ilogb(m) - std::ilogb(top)));
    double wanted = m / reach / second;
    if (type == ScaleType::E8M0 || type == ScaleType::PowerOfTwo)
      wanted = std::exp2(std::ceil(std::log2(wanted)));
    return roundScale(type, wanted);
  }

  /// Scales that are rounded are the same within a piece.
  double scaleFor(double middle, double m) const {
    return isExact() ? m / reach : storedScaleFor(middle) * second;
  }

  /// Where the integrand has corners or steps, ascending.
  std::vector<double> bounds() const {
    std::vector<double> list = {kEnd};
    if (isExact())
      return list;
    ScaleType type = format.scaling.type;
    double previous = 0.05;
    list.push_back(previous);
    for (double scale = storedScaleFor(previous); previous < kEnd;) {
      double next = neighbour(type, scale, 1);
      if (next == scale)
        break;
      double bound = (scale + next) / 2 * reach * second;
      if (type == ScaleType::E8M0 || type == ScaleType::PowerOfTwo)
        bound = format.search == Search::Floor
                    ? std::ldexp(next, std::ilogb(top))
                    : scale * reach;
      for (double threshold : rounder.thresholds())
        if (double corner = threshold * scale * second;
            previous < corner && corner < std::min(bound, kEnd))
          list.push_back(corner);
      if (bound < kEnd)
        list.push_back(bound);
      previous = bound;
      scale = next;
    }
    std::sort(list.begin(), list.end());
    return list;
  }

  double densityOfLargest(double m) const {
    return size * std::pow(centralMass(m), size - 1) * 2 * densityAt(m);
  }

  double errorAt(double m, double scale) const {
    double ends = 0;
    for (double end : {m, -m}) {
      double difference = end - scale * rounder.round(end / scale);
      ends += difference * difference / 2;
    }
    double others =
        lossWithin(rounder, scale, -m, m, Density::Gaussian) / centralMass(m);
    return (ends + (size - 1) * others) / size;
  }

  const Format &format;
  double size;
  Rounder rounder;
  double top, reach, second;
};

/// A stream of N(0, 1) that is the same everywhere (splitmix64, Box-Muller).
class Gaussian {
public:
  float next() {
    double radius = std::sqrt(-2 * std::log(uniform()));
    return float(radius * std::cos(2 * M_PI * uniform()));
  }

private:
  double uniform() {
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (double((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
  }
  uint64_t state = 1;
};

GaussianError drawnError(const Format &format) {
  int64_t size = format.isBlocked() ? format.scaling.block : kGaussianRow;
  const int64_t blocks = kGaussianDraws / size;
  Gaussian gaussian;
  std::vector<float> values(size_t(blocks * size));
  for (float &value : values)
    value = gaussian.next();
  Encoded encoded = quantize(format, values, blocks);
  std::vector<float> decoded = dequantize(format, encoded);
  double sum = 0, square = 0;
  for (int64_t block = 0; block < blocks; ++block) {
    double error = 0;
    for (auto i = size_t(block * size); i < size_t((block + 1) * size); ++i) {
      double difference = double(values[i]) - double(decoded[i]);
      error += difference * difference / double(size);
    }
    sum += error;
    square += error * error;
  }
  auto count = double(blocks);
  double mean = sum / count;
  return {mean, std::sqrt((square / count - mean * mean) / count)};
}

/// Levels of the best basis for a Gaussian, found on its quantiles.
std::vector<double> basisLevels(unsigned terms) {
  constexpr int kQuantiles = 20000;
  std::vector<float> values;
  for (int i = 0; i < kQuantiles; ++i)
    values.push_back(float(quantile((i + 0.5) / kQuantiles)));
  return Rounder::ofBasis(fitBasis(values, terms)).levels().vec();
}

} // namespace

double format::expectedBlockError(const Format &format, int64_t size) {
  return Blocks(format, size).expectedError();
}

GaussianError format::gaussianError(const Format &format) {
  if (format.isReal())
    return {};
  bool isLarge = !format.isBlocked();
  if (format.levels.decode == Decode::Codebook && isLarge)
    return {expectedError(
        Rounder(ArrayRef<double>(lloydMax(format.levels.entries))), 1.0)};
  if (format.levels.decode == Decode::Basis)
    return {expectedError(
        Rounder(ArrayRef<double>(basisLevels(format.levels.entries))), 1.0)};
  if (format.isFitted() || format.zeroPoint != ZeroPoint::None)
    return drawnError(format);
  bool isPower = format.scaling.type == ScaleType::PowerOfTwo ||
                 format.scaling.type == ScaleType::E8M0;
  Rounder rounder(format.levels);
  if (format.search == Search::Mse && isLarge && !isPower)
    return {expectedError(rounder, bestScale(rounder))};
  if (format.search == Search::Aciq && isLarge)
    return {expectedError(rounder, aciqGaussian(format.levels.bits) /
                                       rounder.levels().back())};
  bool isSymmetric = rounder.levels().front() == -rounder.levels().back() ||
                     format.search == Search::Floor;
  if ((format.search == Search::AbsMax || format.search == Search::Floor) &&
      isSymmetric)
    return {expectedBlockError(format,
                               isLarge ? kGaussianRow : format.scaling.block)};
  return drawnError(format);
}
