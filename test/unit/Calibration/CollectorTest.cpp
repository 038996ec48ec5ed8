//===- CollectorTest.cpp - One sketch per site ----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Calibration/Collector.h"

#include "Random.h"
#include "gtest/gtest.h"
#include <thread>

using namespace quantc;

/// 10 samples of 6 values, fed in batches; the last one is padded.
static Collector feed(int64_t batchSize) {
  std::vector<float> data = test::normal(60, 1);
  data.resize(60 + 6 * batchSize, 1000.0f); // Must not be seen.
  Collector collector(2);
  CollectorScope scope(collector);
  for (int64_t first = 0; first < 10; first += batchSize) {
    collector.beginBatch(
        {first, std::min<int64_t>(batchSize, 10 - first), batchSize});
    quantc_observe(1, data.data() + first * 6, batchSize * 6);
  }
  return collector;
}

TEST(Collector, BatchSizeMakesNoDifference) {
  Collector one = feed(1);
  EXPECT_EQ(one.sketch(1).sampleCount(), 10);
  EXPECT_EQ(one.sketch(1).valueCount(), 60);
  EXPECT_EQ(one.sketch(0).valueCount(), 0);
  for (int64_t batchSize : {2, 3, 4, 10, 16})
    EXPECT_TRUE(feed(batchSize).sketch(1) == one.sketch(1)) << batchSize;
}

TEST(Collector, WhatIsNotBatchedIsOneSample) {
  Collector collector(1);
  collector.beginBatch({0, 4, 4});
  float values[] = {1, 2, 3, 4, 5, 6};
  collector.observe(0, values, 6);
  EXPECT_EQ(collector.sketch(0).sampleCount(), 1);
  EXPECT_EQ(collector.sketch(0).max(), 6.0f);
}

TEST(Collector, BadSampleIsNamed) {
  Collector collector(1);
  float values[] = {1, 2, NAN, 4};
  collector.beginBatch({8, 2, 2});
  collector.observe(0, values, 4);
  EXPECT_EQ(collector.sketch(0).firstBadSample(), 9);
}

TEST(Collector, EachThreadHasItsOwn) {
  float value = 1;
  quantc_observe(0, &value, 1); // Nobody listens.
  Collector outer(1), inner(1), other(1);
  CollectorScope outerScope(outer);
  {
    CollectorScope innerScope(inner);
    quantc_observe(0, &value, 1);
  }
  std::thread([&] {
    quantc_observe(0, &value, 1); // Nobody listens on this thread yet.
    CollectorScope scope(other);
    quantc_observe(0, &value, 1);
    quantc_observe(0, &value, 1);
  }).join();
  quantc_observe(0, &value, 1);
  EXPECT_EQ(inner.sketch(0).valueCount(), 1);
  EXPECT_EQ(other.sketch(0).valueCount(), 2);
  EXPECT_EQ(outer.sketch(0).valueCount(), 1);
  outer.merge(other);
  EXPECT_EQ(outer.sketch(0).valueCount(), 3);
}
