//===- MseSearchTest.cpp - The range of the least error -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Calibration/MseSearch.h"

#include "Random.h"
#include "gtest/gtest.h"
#include <algorithm>

using namespace quantc;

//===----------------------------------------------------------------------===//
// Exact integrals over the standard normal density
//===----------------------------------------------------------------------===//

static double density(double x) {
  return std::isinf(x) ? 0 : std::exp(-x * x / 2) / std::sqrt(2 * M_PI);
}

/// P(low < X < high), without cancellation in the tail; 0 <= low.
static double probability(double low, double high) {
  return (std::erfc(low / M_SQRT2) - std::erfc(high / M_SQRT2)) / 2;
}

/// Integral of (x - c)^2 over [low, high] under the density; 0 <= low.
static double cell(double low, double high, double c) {
  double highTerm = std::isinf(high) ? 0 : high * density(high);
  return (1 + c * c) * probability(low, high) -
         (highTerm - low * density(low)) -
         2 * c * (density(low) - density(high));
}

/// Expected squared error of codes 0 .. maxCode on max(X, 0).
static double exactError(double step, int64_t maxCode) {
  double sum = cell(0, step / 2, 0);
  for (int64_t code = 1; code <= maxCode; ++code)
    sum += cell((code - 0.5) * step,
                code == maxCode ? INFINITY : (code + 0.5) * step, code * step);
  return sum;
}

/// The same for X itself, on a grid with both signs.
static double exactError(const Grid &grid, int64_t maxCode) {
  return exactError(grid.step, maxCode - grid.zeroPoint) +
         exactError(grid.step, grid.zeroPoint);
}

//===----------------------------------------------------------------------===//
// Known optima
//===----------------------------------------------------------------------===//

namespace {
struct Optimum {
  unsigned bits;
  double step;
  double error;
};
} // namespace

// Unsigned codes on ReLU(N(0, 1)).
static const Optimum reluOptima[] = {{2, 0.6507697040, 0.023429987194},
                                     {4, 0.1932485244, 0.0018466098862},
                                     {8, 0.0165281528, 1.2504028492e-5}};
// Full-range signed codes on N(0, 1); a zero point of 2^(bits - 1) gives them.
static const Optimum normalOptima[] = {{2, 1.0483852625, 0.14943106509},
                                       {4, 0.3386079357, 0.011864037710},
                                       {8, 0.0307655785, 0.000087706921972}};

/// Mean and standard error of the squared error of values on a grid.
static std::pair<double, double> measure(const std::vector<float> &values,
                                         const Grid &grid, int64_t maxCode) {
  double sum = 0, sumOfSquares = 0;
  for (float value : values) {
    double code = std::nearbyint(value / grid.step) + grid.zeroPoint;
    code = std::clamp(code, 0.0, static_cast<double>(maxCode));
    double rest = value - (code - grid.zeroPoint) * grid.step;
    sum += rest * rest;
    sumOfSquares += rest * rest * rest * rest;
  }
  double count = values.size();
  double mean = sum / count;
  return {mean, std::sqrt((sumOfSquares / count - mean * mean) / count)};
}

TEST(MseSearch, OracleKnowsTheTables) {
  for (const Optimum &optimum : reluOptima) {
    int64_t maxCode = (1 << optimum.bits) - 1;
    EXPECT_NEAR(exactError(optimum.step, maxCode) / optimum.error, 1, 1e-9);
  }
  for (const Optimum &optimum : normalOptima) {
    int64_t maxCode = (1 << optimum.bits) - 1;
    EXPECT_NEAR(exactError({optimum.step, (maxCode + 1) / 2}, maxCode) /
                    optimum.error,
                1, 1e-9);
  }
}

/// The grid found on a million numbers has the tables' error within four
/// standard errors; on these numbers it is as good as the distribution's best
/// grid, and on the distribution nearly so (a dozen numbers make the tail).
TEST(MseSearch, ReluOfNormal) {
  std::vector<float> values = test::normal(1000000, 42);
  for (float &value : values)
    value = std::max(value, 0.0f);
  Sketch sketch;
  sketch.addSample(values);
  for (const Optimum &optimum : reluOptima) {
    QuantizationError error(sketch, optimum.bits);
    Grid grid = findMseGrid(sketch, error);
    EXPECT_EQ(grid.zeroPoint, 0);
    auto [mean, standardError] = measure(values, grid, error.maxCode());
    EXPECT_NEAR(mean, optimum.error, 4 * standardError) << optimum.bits;
    EXPECT_NEAR(error.meanSquared(grid), mean, 2e-3 * mean) << optimum.bits;
    EXPECT_LT(mean, measure(values, {optimum.step, 0}, error.maxCode()).first *
                        1.0002)
        << optimum.bits;
    EXPECT_LT(exactError(grid.step, error.maxCode()), optimum.error * 1.01)
        << optimum.bits;
    EXPECT_NEAR(grid.step / optimum.step, 1, 0.02) << optimum.bits;
  }
}

TEST(MseSearch, Normal) {
  std::vector<float> values = test::normal(1000000, 43);
  Sketch sketch;
  sketch.addSample(values);
  for (const Optimum &optimum : normalOptima) {
    QuantizationError error(sketch, optimum.bits);
    Grid grid = findMseGrid(sketch, error);
    auto [mean, standardError] = measure(values, grid, error.maxCode());
    EXPECT_NEAR(mean, optimum.error, 4 * standardError) << optimum.bits;
    Grid best{optimum.step, (error.maxCode() + 1) / 2};
    EXPECT_LT(mean, measure(values, best, error.maxCode()).first * 1.0002)
        << optimum.bits;
    EXPECT_LT(exactError(grid, error.maxCode()), optimum.error * 1.01)
        << optimum.bits;
    EXPECT_NEAR(grid.step / optimum.step, 1, 0.02) << optimum.bits;
  }
}

// A uniform density has no tail to clip: the range stays, the error is the
// textbook's step^2 / 12 in a grid without clipping.
TEST(MseSearch, Uniform) {
  std::mt19937_64 engine(1);
  std::vector<float> values(1000000);
  for (float &value : values)
    value = static_cast<float>(test::uniform(engine));
  Sketch sketch;
  sketch.addSample(values);
  QuantizationError error(sketch, 8);
  Grid grid = findMseGrid(sketch, error);
  EXPECT_NEAR(grid.step * 255, 1, 0.01);
  EXPECT_NEAR(error.meanSquared({1.0 / 255, 0}) * 12 * 255 * 255, 1, 0.005);
  EXPECT_NEAR(error.energy(), 1.0 / 3, 1e-3);
}

TEST(MseSearch, NegativeValuesMirrorPositiveOnes) {
  std::vector<float> values = test::normal(50000, 3);
  Sketch positive, negative;
  for (float &value : values)
    value = std::fabs(value) * 3;
  positive.addSample(values);
  for (float &value : values)
    value = -value;
  negative.addSample(values);
  QuantizationError positiveError(positive, 8), negativeError(negative, 8);
  Grid up = findMseGrid(positive, positiveError);
  Grid down = findMseGrid(negative, negativeError);
  EXPECT_EQ(up.zeroPoint, 0);
  EXPECT_EQ(down.zeroPoint, 255);
  EXPECT_EQ(up.step, down.step);
}

TEST(MseSearch, NoRandomGridIsBetter) {
  std::vector<float> values = test::normal(20000, 4);
  for (float &value : values)
    value = value < 0 ? value / 10 : value * value; // Skewed, heavy tail.
  Sketch sketch;
  sketch.addSample(values);
  QuantizationError error(sketch, 4);
  double least = error.meanSquared(findMseGrid(sketch, error));
  std::mt19937_64 engine(5);
  for (int i = 0; i != 5000; ++i) {
    Grid grid{0.05 + test::uniform(engine) * 2,
              static_cast<int64_t>(engine() % 16)};
    EXPECT_GE(error.meanSquared(grid), least * 0.9999);
  }
}
