//===- Rounds.h - Contestants take turns ----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TEST_BENCHMARK_RUNNER_ROUNDS_H
#define QUANTC_TEST_BENCHMARK_RUNNER_ROUNDS_H

#include "Contestant.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/JSON.h"

#include <memory>

namespace quantc::benchmark {

struct Protocol {
  /// Quiet rounds to measure, and all rounds at most.
  int64_t rounds = 15, most = 45;
  /// How long a contestant runs in its turn, in seconds. At least one run.
  double slice = 0.002;
  /// Caches hold nothing of the contestant when a run begins.
  bool cold = false;
  /// The probes of a quiet round differ by no more than this share.
  double tolerance = 0.03;
};

/// Round after round: probe, every contestant in turn, every contestant again,
/// probe. The probe is the int8 peak at that moment, so it sees the clock of
/// the core change and others take its units. One object for each round:
///   {"probe": [GOPS, GOPS], "quiet": bool,
///    "cpu": {name: [seconds, seconds]}, "wall": {name: [seconds, seconds]}}
llvm::Expected<llvm::json::Array>
measureRounds(llvm::ArrayRef<std::unique_ptr<Contestant>> contestants,
              const Protocol &protocol);

} // namespace quantc::benchmark

#endif // QUANTC_TEST_BENCHMARK_RUNNER_ROUNDS_H
