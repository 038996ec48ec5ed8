//===- SketchTest.cpp - What calibration remembers of a value -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Calibration/Sketch.h"

#include "Random.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <cfloat>
#include <cmath>

using namespace quantc;
using llvm::ArrayRef;

TEST(Sketch, EmptyOne) {
  Sketch sketch;
  EXPECT_EQ(sketch.valueCount(), 0);
  EXPECT_EQ(sketch.min(), 0.0f);
  EXPECT_EQ(sketch.max(), 0.0f);
  EXPECT_FALSE(sketch.firstBadSample());
}

TEST(Sketch, CountsAndExtrema) {
  Sketch sketch;
  sketch.addSample({1.0f, -2.5f, 0.0f, -0.0f, FLT_TRUE_MIN});
  sketch.addSample({3.0f, 0.5f});
  EXPECT_EQ(sketch.sampleCount(), 2);
  EXPECT_EQ(sketch.valueCount(), 7);
  EXPECT_EQ(sketch.zeroCount(), 2);
  EXPECT_EQ(sketch.min(), -2.5f);
  EXPECT_EQ(sketch.max(), 3.0f);
  EXPECT_EQ(sketch.meanMin(), -1.0); // (-2.5 + 0.5) / 2
  EXPECT_EQ(sketch.meanMax(), 2.0);  // (1 + 3) / 2
}

TEST(Sketch, NotFinite) {
  Sketch sketch;
  sketch.addSample({1.0f}, 0);
  sketch.addSample({NAN, 2.0f, -INFINITY, INFINITY}, 7);
  sketch.addSample({NAN, NAN}, 5);
  EXPECT_EQ(sketch.nanCount(), 3);
  EXPECT_EQ(sketch.infinityCount(), 2);
  EXPECT_EQ(sketch.valueCount(), 7);
  EXPECT_EQ(sketch.finiteCount(), 2);
  EXPECT_EQ(sketch.firstBadSample(), 5);
  EXPECT_EQ(sketch.min(), 1.0f);
  EXPECT_EQ(sketch.max(), 2.0f);
  EXPECT_EQ(sketch.meanMin(), 1.5); // The last sample has no extrema.
}

TEST(Sketch, BinsAreSortedAndNarrow) {
  std::mt19937_64 engine(1);
  std::vector<float> values(5000);
  for (float &value : values)
    value = test::anyFloat(engine);
  values.insert(values.end(), {0.0f, -0.0f, FLT_MAX, -FLT_MAX});
  Sketch sketch;
  sketch.addSample(values);
  std::sort(values.begin(), values.end());

  size_t next = 0;
  float previous = -INFINITY;
  sketch.forEachBin([&](Sketch::Bin bin) {
    EXPECT_LE(previous, bin.low);
    double magnitude = std::min(std::fabs(bin.low), std::fabs(bin.high));
    EXPECT_LE(static_cast<double>(bin.high) - bin.low,
              std::max(magnitude / 256, 0x1p-134));
    for (uint64_t i = 0; i != bin.count; ++i, ++next) {
      EXPECT_LE(bin.low, values[next]);
      EXPECT_GE(bin.high, values[next]);
    }
    previous = bin.high;
  });
  EXPECT_EQ(next, values.size());
}

/// Samples of different lengths and scales, some of them longer than a block.
static std::vector<std::vector<float>> makeSamples() {
  std::mt19937_64 engine(3);
  std::vector<std::vector<float>> samples;
  for (int i = 0; i != 40; ++i) {
    std::vector<float> sample = test::normal(1 + engine() % 9000, engine());
    for (float &value : sample)
      value = std::max(value * std::ldexp(1.0f, i % 9 - 4), -0.0f);
    if (i % 13 == 5)
      sample[0] = NAN;
    samples.push_back(std::move(sample));
  }
  return samples;
}

TEST(Sketch, MergeIsAssociativeAndCommutative) {
  std::vector<std::vector<float>> samples = makeSamples();
  Sketch whole;
  for (size_t i = 0; i != samples.size(); ++i)
    whole.addSample(samples[i], i);

  std::mt19937_64 engine(4);
  for (int round = 0; round != 10; ++round) {
    // Shuffled order, random partition, random order of merging.
    std::vector<size_t> order(samples.size());
    for (size_t i = 0; i != order.size(); ++i)
      order[i] = i;
    std::shuffle(order.begin(), order.end(), engine);
    std::vector<Sketch> parts(1 + engine() % 6);
    for (size_t index : order) {
      std::vector<float> sample = samples[index];
      std::shuffle(sample.begin(), sample.end(), engine);
      parts[engine() % parts.size()].addSample(sample, index);
    }
    while (parts.size() > 1) {
      size_t from = engine() % parts.size();
      size_t to = (from + 1 + engine() % (parts.size() - 1)) % parts.size();
      parts[to].merge(parts[from]);
      parts.erase(parts.begin() + from);
    }
    EXPECT_TRUE(parts[0] == whole);
    EXPECT_EQ(parts[0].meanMax(), whole.meanMax());
  }
}

TEST(Sketch, EqualityNoticesOneBit) {
  std::vector<float> values = test::normal(100, 1);
  Sketch before, after;
  before.addSample(values);
  values[17] = -values[17];
  after.addSample(values);
  EXPECT_FALSE(before == after);
}

TEST(Sketch, MemoryStaysBounded) {
  Sketch typical;
  for (int i = 0; i != 20; ++i)
    typical.addSample(test::normal(50000, i));
  EXPECT_LT(typical.memoryBytes(), 150000u);

  Sketch worst;
  std::mt19937_64 engine(5);
  std::vector<float> values(200000);
  for (float &value : values)
    value = test::anyFloat(engine);
  worst.addSample(values);
  EXPECT_LT(worst.memoryBytes(), 1100000u);
}
