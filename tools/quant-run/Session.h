//===- Session.h - What quant-run does --------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef TOOLS_QUANT_RUN_SESSION_H
#define TOOLS_QUANT_RUN_SESSION_H

#include "quantc/Execution/Evaluate.h"
#include "quantc/Support/Compare.h"
#include "tools/quant-run/OnnxTest.h"
#include "llvm/Support/JSON.h"
#include <variant>

namespace quantc {

/// The command line.
struct RunOptions {
  std::string library;
  std::string input;   // Samples; empty if only the self-test is wanted.
  std::string output;  // An .npz file to write, or empty.
  std::string labels;  // Integer .npy, or empty.
  std::string against; // Another library, or expected outputs, or empty.
  std::string level;   // Empty means the best.
  /// Inferences to time: none if 0; chosen by the clock without a value.
  std::optional<int64_t> repeat;
  unsigned threads = 1;
  bool selftest = false;
  bool json = false;
  bool quiet = false;
};

/// What came out; what was not asked for is absent.
struct RunResult {
  std::string model, compiler, level;
  int64_t fileBytes = 0, weightBytes = 0, arenaBytes = 0;
  int64_t samples = 0, batch = 1;
  double seconds = 0; // For all samples on all threads.
  std::optional<Latency> latency;
  std::optional<int64_t> correct;   // Samples whose label was predicted.
  std::optional<double> perplexity; // Of a language model, for each token.
  int64_t tokens = 0;               // That were predicted.
  std::optional<Comparison> against;
  std::optional<int32_t> selftestFailures;
};

/// Reads the command line; says what is wrong with it on stderr.
std::optional<std::variant<RunOptions, OnnxTestOptions>>
parseRunOptions(int argc, char **argv);

/// Runs, measures, compares and writes the outputs.
llvm::Expected<RunResult> runModel(const RunOptions &options);

/// For people.
void printSummary(const RunOptions &options, const RunResult &result,
                  llvm::raw_ostream &os);

/// For programs. What is infinite or not a number is null.
llvm::json::Value toJson(const RunOptions &options, const RunResult &result);

} // namespace quantc

#endif // TOOLS_QUANT_RUN_SESSION_H
