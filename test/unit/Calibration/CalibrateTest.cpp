//===- CalibrateTest.cpp - Run the samples, learn the ranges --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Calibration/Calibrate.h"

#include "Random.h"
#include "gtest/gtest.h"
#include <atomic>
#include <chrono>
#include <thread>

using namespace quantc;
using llvm::Error;

/// A program with two sites: it passes on its input and twice its input.
static constexpr int64_t valuesPerSample = 50;
static constexpr int64_t sampleCount = 37;

static llvm::Expected<Collector>
calibrate(int64_t batchSize, unsigned threads,
          llvm::function_ref<void(int64_t, int64_t)> progress = nullptr) {
  std::vector<float> data = test::normal(sampleCount * valuesPerSample, 1);
  CalibrateOptions options;
  options.samples = sampleCount;
  options.batchSize = batchSize;
  options.threads = threads;
  options.progress = progress;
  return collect(2, options, [&](const Batch &batch, unsigned) {
    std::vector<float> input(batch.size * valuesPerSample, 1e9f);
    std::copy_n(data.begin() + batch.firstSample * valuesPerSample,
                batch.samples * valuesPerSample, input.begin());
    quantc_observe(0, input.data(), input.size());
    for (float &value : input)
      value *= 2;
    quantc_observe(1, input.data(), input.size());
    return Error::success();
  });
}

TEST(Calibrate, BatchesAndThreadsMakeNoDifference) {
  Collector expected = llvm::cantFail(calibrate(1, 1));
  EXPECT_EQ(expected.sketch(0).valueCount(), sampleCount * valuesPerSample);
  EXPECT_EQ(expected.sketch(1).max(), 2 * expected.sketch(0).max());
  for (int64_t batchSize : {1, 2, 5, 32, 64})
    for (unsigned threads : {1, 2, 5}) {
      Collector collector = llvm::cantFail(calibrate(batchSize, threads));
      for (int64_t site : {0, 1})
        EXPECT_TRUE(collector.sketch(site) == expected.sketch(site))
            << batchSize << " " << threads;
    }
}

TEST(Calibrate, ProgressEndsWithAllSamples) {
  std::vector<int64_t> seen;
  llvm::cantFail(calibrate(8, 3, [&](int64_t done, int64_t samples) {
    EXPECT_EQ(samples, sampleCount);
    seen.push_back(done);
  }));
  EXPECT_EQ(seen.size(), 5u);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(seen.back(), sampleCount);
}

// Sample 7 fails late and sample 8 at once: the error is that of sample 7.
TEST(Calibrate, FirstErrorInTheOrderOfSamples) {
  for (unsigned threads : {1, 2, 4}) {
    std::atomic<bool> hasEightFailed = false;
    CalibrateOptions options;
    options.samples = 20;
    options.threads = threads;
    auto result =
        collect(1, options, [&](const Batch &batch, unsigned) -> Error {
          if (batch.firstSample == 7) {
            for (int i = 0; i != 100 && threads > 1 && !hasEightFailed; ++i)
              std::this_thread::sleep_for(std::chrono::milliseconds(1));
            return llvm::createStringError("sample 7");
          }
          if (batch.firstSample == 8) {
            hasEightFailed = true;
            return llvm::createStringError("sample 8");
          }
          return Error::success();
        });
    ASSERT_FALSE(!!result);
    EXPECT_EQ(llvm::toString(result.takeError()), "sample 7") << threads;
  }
}

TEST(Calibrate, RangesBySite) {
  Collector collector = llvm::cantFail(calibrate(4, 2));
  auto ranges =
      llvm::cantFail(estimateRanges(collector, {"input", "twice"}, {}));
  ASSERT_EQ(ranges.size(), 2u);
  EXPECT_EQ(ranges[0].max, collector.sketch(0).max());
  EXPECT_EQ(ranges[1].max, 2 * ranges[0].max);
}

TEST(Calibrate, SiteThatWasNeverReached) {
  CalibrateOptions options;
  options.samples = 1;
  Collector collector =
      llvm::cantFail(collect(2, options, [](const Batch &, unsigned) -> Error {
        float value = 1;
        quantc_observe(0, &value, 1);
        return Error::success();
      }));
  auto ranges = estimateRanges(collector, {"input", "dead"}, {});
  ASSERT_FALSE(!!ranges);
  EXPECT_EQ(llvm::toString(ranges.takeError()),
            "site 'dead': no values were seen; expected at least one sample");
}
