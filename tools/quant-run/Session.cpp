//===- Session.cpp - What quant-run does ----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/quant-run/Session.h"

#include "quantc/Execution/Perplexity.h"
#include "quantc/Support/AtomicFile.h"
#include "quantc/Support/Failure.h"
#include "quantc/Support/Progress.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include <chrono>

using namespace llvm;
using namespace quantc;

/// Finds out before the work whether the output can be written after it.
static Error checkWritable(StringRef path) {
  if (path.empty())
    return Error::success();
  return AtomicFile::create(path).takeError();
}

static Error describe(const RunOptions &options, const Model &model,
                      RunResult &result) {
  const quantc_model &entry = model.descriptor();
  result.model = entry.name;
  result.compiler = entry.compiler;
  result.weightBytes = entry.weight_bytes;
  result.arenaBytes = entry.arena_bytes;
  uint64_t size = 0;
  if (std::error_code code = sys::fs::file_size(options.library, size))
    return failure(options.library, "cannot read the file: " + code.message());
  result.fileBytes = int64_t(size);
  // Fails here if this CPU does not run the level.
  if (Error error = Context::create(model, options.level).takeError())
    return error;
  result.level = options.level;
  if (options.level.empty())
    result.level = entry.levels[entry.best_level()];
  return Error::success();
}

/// Runs all samples through a library.
static Expected<std::vector<NamedArray>>
outputsFor(const RunOptions &options, const Model &model,
           const SampleSet &samples, StringRef label, StringRef level) {
  Progress progress(label, samples.size(),
                    Progress::styleFor(errs(), options.quiet));
  EvaluateOptions how;
  how.level = level.str();
  how.threads = options.threads;
  how.progress = &progress;
  return evaluate(model, samples, how);
}

/// Expected outputs: from a file, or by running another library.
static Expected<std::vector<NamedArray>>
referenceOutputs(const RunOptions &options) {
  StringRef path = options.against;
  if (path.ends_with(".npz"))
    return readNpz(path);
  if (path.ends_with(".npy")) {
    Expected<Array> array = readNpy(path);
    if (!array)
      return array.takeError();
    std::vector<NamedArray> result;
    result.push_back({"", std::move(*array)});
    return std::move(result);
  }
  Expected<std::unique_ptr<Model>> model = Model::open(path);
  if (!model)
    return model.takeError();
  Expected<std::vector<TensorInfo>> inputs = inputsOf(**model);
  if (!inputs)
    return inputs.takeError();
  Expected<SampleSet> samples = SampleSet::load(options.input, *inputs);
  if (!samples)
    return samples.takeError();
  return outputsFor(options, **model, *samples, "running " + path.str(), "");
}

/// Labels for the first output; none if none were given.
static Expected<std::vector<int64_t>> labelsFor(const RunOptions &options,
                                                const SampleSet &samples,
                                                ArrayRef<TensorInfo> outputs) {
  if (options.labels.empty())
    return std::vector<int64_t>();
  if (outputs.empty())
    return failure(options.labels, "the model has no output to score");
  if (outputs.front().type == ElementType::String)
    return failure(options.labels,
                   "expects numbers as the model's first output, the score of "
                   "each class, but output '" +
                       outputs.front().name + "' holds strings");
  int64_t classes = 1;
  for (int64_t dimension : outputs.front().shape)
    classes *= dimension;
  return readLabels(options.labels, samples.size(), classes / samples.batch());
}

static Error writeOutputs(StringRef path, ArrayRef<NamedArray> outputs) {
  std::vector<NamedArrayRef> arrays;
  for (const NamedArray &output : outputs)
    arrays.push_back({output.name, &output.array});
  return writeNpz(path, arrays);
}

static Expected<SampleSet> samplesFor(const RunOptions &options,
                                      ArrayRef<TensorInfo> inputs) {
  if (!options.input.empty())
    return SampleSet::load(options.input, inputs);
  if (inputs.empty())
    return SampleSet::ofNoInputs();
  return failure(options.library,
                 "expects samples for input '" + inputs.front().name +
                     "', but got none",
                 "give them with --input");
}

static Error runSamples(const RunOptions &options, const Model &model,
                        RunResult &result) {
  Expected<std::vector<TensorInfo>> inputs = inputsOf(model);
  if (!inputs)
    return inputs.takeError();
  Expected<std::vector<TensorInfo>> infos = outputsOf(model);
  if (!infos)
    return infos.takeError();
  Expected<SampleSet> samples = samplesFor(options, *inputs);
  if (!samples)
    return samples.takeError();
  Expected<std::vector<int64_t>> labels = labelsFor(options, *samples, *infos);
  if (!labels)
    return labels.takeError();

  auto start = std::chrono::steady_clock::now();
  Expected<std::vector<NamedArray>> outputs =
      outputsFor(options, model, *samples, "running", options.level);
  if (!outputs)
    return outputs.takeError();
  result.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  result.samples = samples->size();
  result.batch = samples->batch();
  if (!labels->empty())
    result.correct = count_if(
        zip_equal(*labels, predictions(outputs->front().array)),
        [](auto pair) { return std::get<0>(pair) == std::get<1>(pair); });
  if (auto score = scoreNextTokens(*samples, *outputs)) {
    result.perplexity = score->perplexity;
    result.tokens = int64_t(score->predicted.size());
  }

  if (!options.against.empty()) {
    Expected<std::vector<NamedArray>> reference = referenceOutputs(options);
    if (!reference)
      return reference.takeError();
    Expected<Comparison> comparison =
        compareOutputs(*reference, *outputs, options.against);
    if (!comparison)
      return comparison.takeError();
    result.against = std::move(*comparison);
  }
  if (options.repeat != 0) {
    Expected<Latency> latency =
        measureLatency(model, *samples, options.level,
                       options.repeat.value_or(0), options.threads);
    if (!latency)
      return latency.takeError();
    result.latency = *latency;
  }
  if (options.output.empty())
    return Error::success();
  return writeOutputs(options.output, *outputs);
}

Expected<RunResult> quantc::runModel(const RunOptions &options) {
  if (Error error = checkWritable(options.output))
    return std::move(error);
  Expected<std::unique_ptr<Model>> model = Model::open(options.library);
  if (!model)
    return model.takeError();
  RunResult result;
  if (Error error = describe(options, **model, result))
    return std::move(error);
  if (options.selftest)
    result.selftestFailures = (*model)->descriptor().selftest();
  if (!options.input.empty() || !options.output.empty())
    if (Error error = runSamples(options, **model, result))
      return std::move(error);
  return std::move(result);
}
