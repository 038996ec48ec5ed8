//===- Calibrate.cpp - Run the samples, learn the ranges ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Calibration/Calibrate.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

using namespace quantc;
using llvm::Error;
using llvm::Expected;

namespace {

/// Hands out batches in ascending order and remembers the first failure. Every
/// batch before a failing one has been handed out before it and is finished,
/// so that the first failure does not depend on timing.
class Schedule {
public:
  explicit Schedule(const CalibrateOptions &options) : options(options) {}

  /// The next batch, or none if all are handed out or one has failed.
  std::optional<Batch> next() {
    std::lock_guard<std::mutex> lock(mutex);
    if (failure || nextSample >= options.samples)
      return std::nullopt;
    Batch batch{nextSample,
                std::min(options.batchSize, options.samples - nextSample),
                options.batchSize};
    nextSample += batch.samples;
    return batch;
  }

  void finish(const Batch &batch, Error error) {
    std::lock_guard<std::mutex> lock(mutex);
    if (error) {
      if (!failure || batch.firstSample < failedSample) {
        if (failure)
          llvm::consumeError(std::move(failure));
        failure = std::move(error);
        failedSample = batch.firstSample;
      } else {
        llvm::consumeError(std::move(error));
      }
      return;
    }
    done += batch.samples;
    if (options.progress)
      options.progress(done, options.samples);
  }

  Error takeFailure() { return std::move(failure); }

private:
  const CalibrateOptions &options;
  std::mutex mutex;
  int64_t nextSample = 0;
  int64_t done = 0;
  Error failure = Error::success();
  int64_t failedSample = 0;
};

} // namespace

static void work(Schedule &schedule, Collector &collector, RunBatch run,
                 unsigned thread) {
  CollectorScope scope(collector);
  while (std::optional<Batch> batch = schedule.next()) {
    collector.beginBatch(*batch);
    schedule.finish(*batch, run(*batch, thread));
  }
}

Expected<Collector> quantc::collect(int64_t siteCount,
                                    const CalibrateOptions &options,
                                    RunBatch run) {
  Schedule schedule(options);
  std::vector<Collector> collectors;
  for (unsigned i = 0; i != std::max(1u, options.threads); ++i)
    collectors.emplace_back(siteCount);

  std::vector<std::thread> others;
  for (unsigned i = 1; i < collectors.size(); ++i)
    others.emplace_back(
        [&, i] { work(schedule, collectors[i], run, /*thread=*/i); });
  work(schedule, collectors[0], run, /*thread=*/0);
  for (std::thread &other : others)
    other.join();

  if (Error failure = schedule.takeFailure())
    return failure;
  for (const Collector &other : llvm::drop_begin(collectors))
    collectors[0].merge(other);
  return std::move(collectors[0]);
}

Expected<llvm::SmallVector<RealRange>>
quantc::estimateRanges(const Collector &collector,
                       llvm::ArrayRef<std::string> sites,
                       const Estimator &estimator) {
  llvm::SmallVector<RealRange> ranges;
  for (auto [index, site] : llvm::enumerate(sites)) {
    Expected<RealRange> range = estimateRange(
        collector.sketch(static_cast<int64_t>(index)), estimator, site);
    if (!range)
      return range.takeError();
    ranges.push_back(*range);
  }
  return ranges;
}
