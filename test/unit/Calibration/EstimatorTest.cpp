//===- EstimatorTest.cpp - From statistics to a range ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Calibration/Estimator.h"

#include "Random.h"
#include "gtest/gtest.h"
#include <algorithm>

using namespace quantc;
using llvm::StringRef;

static RealRange estimate(const Sketch &sketch, StringRef text) {
  return llvm::cantFail(
      estimateRange(sketch, llvm::cantFail(parseEstimator(text)), "site"));
}

static std::string errorOf(StringRef text) {
  llvm::Expected<Estimator> estimator = parseEstimator(text);
  return estimator ? "" : llvm::toString(estimator.takeError());
}

static std::string errorAt(const Sketch &sketch) {
  llvm::Expected<RealRange> range = estimateRange(sketch, {}, "conv1");
  return range ? "" : llvm::toString(range.takeError());
}

TEST(Estimator, Names) {
  EXPECT_EQ(llvm::cantFail(parseEstimator("minmax")).kind,
            Estimator::Kind::MinMax);
  EXPECT_EQ(llvm::cantFail(parseEstimator("moving")).kind,
            Estimator::Kind::Moving);
  EXPECT_EQ(llvm::cantFail(parseEstimator("mse")).kind, Estimator::Kind::Mse);
  Estimator percentile = llvm::cantFail(parseEstimator("percentile:99.9"));
  EXPECT_EQ(percentile.kind, Estimator::Kind::Percentile);
  EXPECT_EQ(percentile.cutPerBillion, 1000000);
}

TEST(Estimator, BadNames) {
  EXPECT_EQ(errorOf("median"), "calibration 'median' is unknown; expected "
                               "minmax, moving, percentile:P or mse");
  EXPECT_EQ(errorOf("entropy"),
            "calibration 'entropy' comes with a later release; this one has "
            "minmax, moving, percentile:P and mse");
  EXPECT_NE(errorOf("aciq").find("later release"), std::string::npos);
  EXPECT_NE(errorOf("auto").find("later release"), std::string::npos);
  EXPECT_NE(errorOf("percentile").find("'percentile:99.99'"),
            std::string::npos);
  for (StringRef text :
       {"percentile:", "percentile:50", "percentile:100.1", "percentile:-1",
        "percentile:nan", "percentile:x", "percentile:99,9"})
    EXPECT_NE(errorOf(text).find("expected a percentage above 50"),
              std::string::npos)
        << text.str();
}

TEST(Estimator, NothingSeen) {
  EXPECT_EQ(errorAt({}), "site 'conv1': no values were seen; expected at least "
                         "one sample");
}

TEST(Estimator, NotFinite) {
  Sketch sketch;
  sketch.addSample({1.0f, NAN, INFINITY}, 12);
  EXPECT_EQ(errorAt(sketch),
            "site 'conv1': expected finite values, but got 1 NaN and 1 "
            "infinite ones, the first in sample 12; remove such samples, or "
            "check the model's weights");
}

TEST(Estimator, ConstantActivation) {
  for (float constant : {0.0f, 2.5f, -3.0f}) {
    Sketch sketch;
    sketch.addSample({constant, constant});
    for (StringRef text : {"minmax", "moving", "percentile:99", "mse"})
      EXPECT_EQ(estimate(sketch, text), (RealRange{constant, constant}))
          << text.str();
  }
}

TEST(Estimator, MinMaxAndMoving) {
  Sketch sketch;
  sketch.addSample({-1.0f, 4.0f});
  sketch.addSample({-2.0f, 1.0f});
  sketch.addSample({0.0f, 1.0f});
  EXPECT_EQ(estimate(sketch, "minmax"), (RealRange{-2, 4}));
  EXPECT_EQ(estimate(sketch, "moving"), (RealRange{-1, 2}));
}

/// The largest float that shares a bin with `value`: where the percentile cuts.
static double outer(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  return llvm::bit_cast<float>(bits | 0x7fff);
}

// 1000 distinct bins: 2^0 .. 2^9, 100 in each octave.
TEST(Estimator, PercentileCutsByRank) {
  Sketch sketch;
  std::vector<float> values;
  for (int i = 0; i != 1000; ++i)
    values.push_back(std::ldexp(1.0f + (i % 100) / 128.0f, i / 100));
  sketch.addSample(values);
  double smallest = values.front();
  EXPECT_EQ(estimate(sketch, "percentile:100"),
            (RealRange{smallest, values[999]}));
  // One-sided: all of the cut is at the top.
  EXPECT_EQ(estimate(sketch, "percentile:99.9"),
            (RealRange{smallest, outer(values[998])}));
  EXPECT_EQ(estimate(sketch, "percentile:99"),
            (RealRange{smallest, outer(values[989])}));
  // 9.99 values may go: 9 do.
  EXPECT_EQ(estimate(sketch, "percentile:99.001"),
            (RealRange{smallest, outer(values[990])}));
  EXPECT_EQ(estimate(sketch, "percentile:99.99"),
            (RealRange{smallest, values[999]}));

  Sketch negative;
  for (float &value : values)
    value = -value;
  negative.addSample(values);
  EXPECT_EQ(estimate(negative, "percentile:99"),
            (RealRange{-outer(-values[989]), -smallest}));
}

TEST(Estimator, PercentileIsTwoSidedWhereSignsDiffer) {
  Sketch sketch;
  std::vector<float> values;
  for (int i = 0; i != 500; ++i) {
    values.push_back(std::ldexp(1.0f + (i % 50) / 64.0f, i / 50));
    values.push_back(-values.back() / 4);
  }
  sketch.addSample(values);
  std::sort(values.begin(), values.end());
  // 1 % of 1000: five values at each end.
  EXPECT_EQ(estimate(sketch, "percentile:99"),
            (RealRange{-outer(-values[5]), outer(values[994])}));
}

// What the definition promises: at least P percent are kept, and not one bin
// more than that takes.
TEST(Estimator, PercentileAgreesWithSorting) {
  for (uint64_t seed = 0; seed != 5; ++seed) {
    std::vector<float> values = test::normal(20011, seed);
    Sketch sketch;
    sketch.addSample(values);
    std::sort(values.begin(), values.end());
    RealRange range = estimate(sketch, "percentile:99.5");
    size_t cut = 50; // floor(20011 * 0.005 / 2)
    EXPECT_LE(range.min, values[cut]);
    EXPECT_GE(range.min, values[cut] * (1 + 1.0 / 256));
    EXPECT_GE(range.max, values[values.size() - 1 - cut]);
    EXPECT_LE(range.max, values[values.size() - 1 - cut] * (1 + 1.0 / 256));
  }
}

TEST(Estimator, MseClipsAnOutlier) {
  std::vector<float> values = test::normal(100000, 1);
  for (float &value : values)
    value = std::max(value, 0.0f);
  values[0] = 40.0f;
  Sketch sketch;
  sketch.addSample(values);
  RealRange range = estimate(sketch, "mse");
  EXPECT_EQ(range.min, 0.0);
  EXPECT_GT(range.max, 3.0);
  EXPECT_LT(range.max, 39.0);
}

TEST(Estimator, MostOfTheValues) {
  // 1 .. 100, of which 5 are below 6 and 5 above 95, among zeros and an
  // outlier that does not change what most of them are.
  std::vector<float> values(1000, 0.0f);
  for (int i = 1; i <= 100; ++i)
    values.push_back(float(i));
  values.push_back(-1e6f);
  Sketch sketch;
  sketch.addSample(values);
  RealRange bulk = bulkOf(sketch);
  EXPECT_NEAR(bulk.min, 5, 5.0 / 256);
  EXPECT_NEAR(bulk.max, 95, 95.0 / 256);

  Sketch zeros;
  zeros.addSample({0.0f, -0.0f});
  EXPECT_EQ(bulkOf(zeros).min, 0);
  EXPECT_EQ(bulkOf(zeros).max, 0);
  Sketch one;
  one.addSample({0.0f, 3.0f});
  EXPECT_EQ(bulkOf(one).min, 3);
  EXPECT_EQ(bulkOf(one).max, 3);
}
