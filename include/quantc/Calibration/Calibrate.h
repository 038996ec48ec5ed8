//===- Calibrate.h - Run the samples, learn the ranges ----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_CALIBRATION_CALIBRATE_H
#define QUANTC_CALIBRATION_CALIBRATE_H

#include "quantc/Calibration/Collector.h"
#include "quantc/Calibration/Estimator.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <string>

namespace quantc {

/// Runs the program on the samples of `batch`, on the thread numbered `thread`
/// (from 0): each thread has its own context. While it runs, what the program
/// hands to `quantc_observe` goes to that thread's collector.
using RunBatch =
    llvm::function_ref<llvm::Error(const Batch &batch, unsigned thread)>;

struct CalibrateOptions {
  int64_t samples = 0;
  /// Samples that the program takes at a time. The last batch may be padded.
  int64_t batchSize = 1;
  unsigned threads = 1;
  /// Called after each batch, one thread at a time, if given.
  llvm::function_ref<void(int64_t samplesDone, int64_t samples)> progress;
};

/// Runs all samples and returns what every site saw. The result depends on
/// nothing but the samples: neither on batch size nor threads nor timing. If
/// batches fail, the error is that of the first one in the order of samples.
llvm::Expected<Collector>
collect(int64_t siteCount, const CalibrateOptions &options, RunBatch run);

/// A range per site. Fails at the first site in order that has none.
llvm::Expected<llvm::SmallVector<RealRange>>
estimateRanges(const Collector &collector, llvm::ArrayRef<std::string> sites,
               const Estimator &estimator);

} // namespace quantc

#endif // QUANTC_CALIBRATION_CALIBRATE_H
