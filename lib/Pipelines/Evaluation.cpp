//===- Evaluation.cpp - Float against quantized ---------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Evaluation.h"

#include "quantc/Execution/Evaluate.h"
#include "quantc/Execution/Perplexity.h"
#include "quantc/Support/Metrics.h"
#include "quantc/Support/Progress.h"

using namespace quantc;

namespace {

using Outputs = std::vector<NamedArray>;

llvm::Expected<Outputs> outputsFor(const Model &model, const SampleSet &samples,
                                   llvm::StringRef label,
                                   const CompileRequest &request) {
  Progress progress(label, samples.size(),
                    Progress::styleFor(llvm::errs(), request.quiet));
  EvaluateOptions options;
  options.threads = request.threads;
  options.progress = &progress;
  return evaluate(model, samples, options);
}

ModelReport::Latency latencyFor(const Latency &latency) {
  return {latency.median, latency.p10, latency.p90, latency.runs};
}

/// Classes are compared on the first output, if it has a row per sample.
llvm::Error compareClasses(const Outputs &real, const Outputs &quantized,
                           const CompileRequest &request, ModelReport &report) {
  const Array &first = real.front().array;
  if (!isFloat(first.type()) || first.rank() < 2)
    return llvm::Error::success();
  std::vector<int64_t> expected = predictions(first);
  std::vector<int64_t> actual = predictions(quantized.front().array);
  report.agreement = agreement(expected, actual);
  if (request.labels.empty())
    return llvm::Error::success();
  auto labels = readLabels(request.labels, first.shape()[0],
                           first.size() / first.shape()[0]);
  if (!labels)
    return labels.takeError();
  report.floatTop1 = agreement(expected, *labels);
  report.quantizedTop1 = agreement(actual, *labels);
  return llvm::Error::success();
}

/// Of language models: how well they predict the samples, and how often alike.
/// False if this is none.
bool compareTokens(const SampleSet &samples, const Outputs &real,
                   const Outputs &quantized, ModelReport &report) {
  auto expected = scoreNextTokens(samples, real);
  auto actual = scoreNextTokens(samples, quantized);
  if (!expected || !actual)
    return false;
  report.floatPerplexity = expected->perplexity;
  report.quantizedPerplexity = actual->perplexity;
  report.tokens = int64_t(expected->predicted.size());
  report.agreement = agreement(expected->predicted, actual->predicted);
  return true;
}

void compareValues(const Outputs &real, const Outputs &quantized,
                   ModelReport &report) {
  Difference difference;
  for (auto [expected, actual] : llvm::zip_equal(real, quantized))
    if (isFloat(expected.array.type()))
      difference.add(expected.array, actual.array);
  if (difference.count() == 0)
    return;
  report.outputMse = difference.meanSquaredError();
  report.outputSqnrDb = difference.sqnr();
  report.outputCosine = difference.cosine();
}

} // namespace

llvm::Error quantc::evaluateBoth(const Model &real, const Model &quantized,
                                 const CompileRequest &request,
                                 ModelReport &report) {
  auto inputs = inputsOf(real);
  if (!inputs)
    return inputs.takeError();
  auto samples = SampleSet::load(request.eval, *inputs);
  if (!samples)
    return samples.takeError();
  auto expected = outputsFor(real, *samples, "evaluating float", request);
  if (!expected)
    return expected.takeError();
  auto actual =
      outputsFor(quantized, *samples, "evaluating quantized", request);
  if (!actual)
    return actual.takeError();
  report.samples = samples->size();
  if (!compareTokens(*samples, *expected, *actual, report) ||
      !request.labels.empty())
    if (llvm::Error error = compareClasses(*expected, *actual, request, report))
      return error;
  compareValues(*expected, *actual, report);

  auto floatLatency = measureLatency(real, *samples);
  if (!floatLatency)
    return floatLatency.takeError();
  auto latency = measureLatency(quantized, *samples);
  if (!latency)
    return latency.takeError();
  report.floatLatency = latencyFor(*floatLatency);
  report.quantizedLatency = latencyFor(*latency);
  return llvm::Error::success();
}

llvm::Error quantc::measureHere(const Model &quantized, llvm::StringRef samples,
                                ModelReport &report) {
  if (quantized.descriptor().best_level() < 0)
    return llvm::Error::success();
  auto inputs = inputsOf(quantized);
  if (!inputs)
    return inputs.takeError();
  auto set = SampleSet::load(samples, *inputs);
  if (!set)
    return set.takeError();
  auto latency = measureLatency(quantized, *set);
  if (!latency)
    return latency.takeError();
  report.quantizedLatency = latencyFor(*latency);
  return llvm::Error::success();
}
