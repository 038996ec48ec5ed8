//===- Print.cpp - What quant-run says ------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Failure.h"
#include "quantc/Support/Progress.h"
#include "quantc/Support/Table.h"
#include "tools/quant-run/Session.h"
#include <cmath>

using namespace llvm;
using namespace quantc;

static std::string percent(int64_t part, int64_t whole) {
  return numberText(100 * double(part) / double(whole), 2) + " % (" +
         std::to_string(part) + " of " + std::to_string(whole) + ")";
}

static void printComparison(const RunOptions &options, const Comparison &other,
                            raw_ostream &os) {
  os << "against    " << printableText(options.against) << ": agreement "
     << numberText(100 * other.agreement, 2) << " %, largest difference "
     << significantText(other.largest, 4) << "\n           "
     << other.identicalSamples << " of " << other.samples
     << " samples identical";
  if (other.firstDifferent)
    os << ", the first that differs is " << *other.firstDifferent;
  os << "\n";
}

void quantc::printSummary(const RunOptions &options, const RunResult &result,
                          raw_ostream &os) {
  os << "model      " << printableText(result.model) << ", by "
     << printableText(result.compiler) << ", level "
     << printableText(result.level) << "\n"
     << "size       file " << bytesText(uint64_t(result.fileBytes))
     << ", weights " << bytesText(uint64_t(result.weightBytes)) << ", arena "
     << bytesText(uint64_t(result.arenaBytes)) << "\n";
  if (result.selftestFailures)
    os << "self-test  "
       << (*result.selftestFailures == 0
               ? "passed"
               : std::to_string(*result.selftestFailures) + " outputs differ")
       << "\n";
  if (result.samples == 0)
    return;
  os << "samples    " << result.samples << " in "
     << durationText(result.seconds) << ", " << options.threads
     << (options.threads == 1 ? " thread" : " threads");
  if (result.batch > 1)
    os << ", " << result.batch << " per run";
  os << "\n";
  if (result.latency)
    os << "latency    median " << numberText(result.latency->median, 3)
       << " ms, p10 " << numberText(result.latency->p10, 3) << " ms, p90 "
       << numberText(result.latency->p90, 3) << " ms (" << result.latency->runs
       << " runs on "
       << (options.threads == 1
               ? "one core"
               : std::to_string(options.threads) + " threads each")
       << ")\n";
  if (result.correct)
    os << "top-1      " << percent(*result.correct, result.samples) << "\n";
  if (result.perplexity)
    os << "perplexity " << numberText(*result.perplexity, 4) << " ("
       << result.tokens << " tokens predicted)\n";
  if (result.against)
    printComparison(options, *result.against, os);
  if (!options.output.empty())
    os << "output     " << printableText(options.output) << "\n";
}

/// JSON has no infinity.
static json::Value finiteOrNull(double value) {
  return std::isfinite(value) ? json::Value(value) : json::Value(nullptr);
}

static json::Value toJson(const Comparison &other) {
  json::Array outputs;
  for (const Comparison::Output &output : other.outputs)
    outputs.push_back(json::Object{
        {"name", json::fixUTF8(output.name)},
        {"max_abs_difference", finiteOrNull(output.difference.largest())},
        {"mse", finiteOrNull(output.difference.meanSquaredError())},
        {"sqnr_db", finiteOrNull(output.difference.sqnr())},
        {"cosine", finiteOrNull(output.difference.cosine())}});
  json::Value first = nullptr;
  if (other.firstDifferent)
    first = *other.firstDifferent;
  return json::Object{{"agreement", finiteOrNull(other.agreement)},
                      {"max_abs_difference", finiteOrNull(other.largest)},
                      {"identical_samples", other.identicalSamples},
                      {"first_differing_sample", first},
                      {"outputs", std::move(outputs)}};
}

json::Value quantc::toJson(const RunOptions &options, const RunResult &result) {
  json::Object root{{"schema_version", 1},
                    {"library", json::fixUTF8(options.library)},
                    {"model", json::fixUTF8(result.model)},
                    {"compiler", json::fixUTF8(result.compiler)},
                    {"level", json::fixUTF8(result.level)},
                    {"bytes", json::Object{{"file", result.fileBytes},
                                           {"weights", result.weightBytes},
                                           {"arena", result.arenaBytes}}}};
  if (result.selftestFailures)
    root["selftest_failures"] = *result.selftestFailures;
  if (result.samples == 0)
    return std::move(root);
  root["samples"] = result.samples;
  root["batch"] = result.batch;
  root["threads"] = options.threads;
  root["seconds"] = finiteOrNull(result.seconds);
  if (result.latency)
    root["latency_ms"] =
        json::Object{{"median", finiteOrNull(result.latency->median)},
                     {"p10", finiteOrNull(result.latency->p10)},
                     {"p90", finiteOrNull(result.latency->p90)},
                     {"runs", result.latency->runs}};
  json::Object metrics;
  if (result.correct)
    metrics["top1"] = double(*result.correct) / double(result.samples);
  if (result.perplexity) {
    metrics["perplexity"] = finiteOrNull(*result.perplexity);
    metrics["tokens"] = result.tokens;
  }
  if (result.against)
    metrics["against"] = ::toJson(*result.against);
  root["metrics"] = std::move(metrics);
  return std::move(root);
}
