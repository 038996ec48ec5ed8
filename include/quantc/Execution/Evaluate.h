//===- Evaluate.h - Run a model over samples --------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_EXECUTION_EVALUATE_H
#define QUANTC_EXECUTION_EVALUATE_H

#include "quantc/Execution/Model.h"
#include "quantc/Support/Npy.h"
#include "quantc/Support/SampleSet.h"

namespace quantc {

class Progress;

/// The inputs or outputs of a compiled model. Fails on an element type, shape
/// or size that makes no sense.
llvm::Expected<std::vector<TensorInfo>> inputsOf(const Model &model);
llvm::Expected<std::vector<TensorInfo>> outputsOf(const Model &model);

struct EvaluateOptions {
  /// A level of the model; empty means the best.
  std::string level;
  /// As many contexts run samples side by side; if there are fewer samples,
  /// their inferences share the threads that are left.
  unsigned threads = 1;
  /// Advances once per sample.
  Progress *progress = nullptr;
};

/// Runs every sample. Gives an array per output, under its name, whose first
/// axis counts samples: [N, ...] takes the place of the model's batch axis, or
/// of a leading 1, or stands before the shape if there is neither. The order is
/// that of the samples at any number of threads.
llvm::Expected<std::vector<NamedArray>>
evaluate(const Model &model, const SampleSet &samples,
         const EvaluateOptions &options = {});

/// Wall-clock milliseconds of one inference.
struct Latency {
  double median = 0, p10 = 0, p90 = 0;
  int64_t runs = 0;
};

/// Median, 10th and 90th percentile, interpolated linearly between neighbours.
/// Expects at least one time.
Latency latencyOf(std::vector<double> milliseconds);

/// Measures one context on `threads` threads. One alone stays on one core
/// meanwhile.
/// After a warm-up, runs the samples in turn `repeat` times, or, if that is 0,
/// at least 30 times and for at least half a second.
llvm::Expected<Latency> measureLatency(const Model &model,
                                       const SampleSet &samples,
                                       llvm::StringRef level = "",
                                       int64_t repeat = 0,
                                       unsigned threads = 1);

} // namespace quantc

#endif // QUANTC_EXECUTION_EVALUATE_H
