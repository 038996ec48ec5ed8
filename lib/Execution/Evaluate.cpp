//===- Evaluate.cpp - Run a model over samples ----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Execution/Evaluate.h"
#include "quantc/Execution/Session.h"

#include "quantc/Support/Failure.h"
#include "quantc/Support/Progress.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/thread.h"
#include <atomic>
#include <cstring>

using namespace llvm;
using namespace quantc;

static_assert(int32_t(ElementType::F32) == QUANTC_F32 &&
              int32_t(ElementType::F64) == QUANTC_F64 &&
              int32_t(ElementType::I8) == QUANTC_I8 &&
              int32_t(ElementType::U8) == QUANTC_U8 &&
              int32_t(ElementType::I16) == QUANTC_I16 &&
              int32_t(ElementType::U16) == QUANTC_U16 &&
              int32_t(ElementType::I32) == QUANTC_I32 &&
              int32_t(ElementType::U32) == QUANTC_U32 &&
              int32_t(ElementType::I64) == QUANTC_I64 &&
              int32_t(ElementType::U64) == QUANTC_U64 &&
              int32_t(ElementType::Bool) == QUANTC_BOOL &&
              int32_t(ElementType::F16) == QUANTC_F16 &&
              int32_t(ElementType::BF16) == QUANTC_BF16 &&
              int32_t(ElementType::String) == QUANTC_STRING);

static Expected<std::vector<TensorInfo>>
tensorsOf(const Model &model, ArrayRef<quantc_tensor> tensors) {
  std::vector<TensorInfo> result;
  for (const quantc_tensor &tensor : tensors) {
    std::optional<ElementType> type = elementTypeFrom(tensor.type);
    ArrayRef<int64_t> shape(tensor.shape, size_t(tensor.rank));
    std::string where = (Twine("model '") + model.descriptor().name +
                         "', tensor '" + tensor.name + "'")
                            .str();
    if (!type)
      return failure(where,
                     "has the unknown element type " + Twine(tensor.type),
                     "compile the model again");
    Expected<int64_t> bytes = Array::bytesOf(*type, shape);
    if (!bytes)
      return failure(where, toString(bytes.takeError()),
                     "compile the model again");
    if (*bytes != tensor.bytes)
      return failure(where,
                     "expects " + Twine(*bytes) + " bytes for " +
                         nameOf(*type) + " of shape " + shapeText(shape) +
                         ", but the library says " + Twine(tensor.bytes),
                     "compile the model again");
    result.push_back({tensor.name, *type, SmallVector<int64_t>(shape)});
  }
  return std::move(result);
}

Expected<std::vector<TensorInfo>> quantc::inputsOf(const Model &model) {
  const quantc_model &entry = model.descriptor();
  return tensorsOf(model, {entry.inputs, size_t(entry.input_count)});
}

Expected<std::vector<TensorInfo>> quantc::outputsOf(const Model &model) {
  const quantc_model &entry = model.descriptor();
  return tensorsOf(model, {entry.outputs, size_t(entry.output_count)});
}

/// The array that collects an output over all samples.
static Expected<NamedArray> collector(const SampleSet &samples,
                                      const TensorInfo &output) {
  ArrayRef<int64_t> each = output.shape;
  // The bytes of a string are no samples.
  size_t least = output.type == ElementType::String ? 2 : 1;
  bool leads = each.size() >= least && each[0] == samples.batch();
  if (!leads && samples.batch() > 1)
    return failure("output '" + output.name + "'",
                   "expects " + Twine(samples.batch()) +
                       " results, one for each sample of a run, but its shape "
                       "is " +
                       shapeText(each),
                   "compile the model with batch 1");
  if (leads)
    each = each.drop_front();
  SmallVector<int64_t> shape = {samples.size()};
  append_range(shape, each);
  Expected<Array> array = Array::create(output.type, shape);
  if (!array)
    return failure("output '" + output.name + "'", toString(array.takeError()));
  return NamedArray{output.name, std::move(*array)};
}

/// Runs and stores the valid part of the results.
static void runOn(const SampleSet &samples, int64_t number, Session &session,
                  MutableArrayRef<NamedArray> results) {
  samples.gather(number, session.inputs.pointers());
  session.run();
  int64_t valid = samples.validIn(number);
  for (auto [index, result] : enumerate(results)) {
    MutableArrayRef<char> all = result.array.bytes();
    int64_t each = int64_t(all.size()) / samples.size();
    if (each != 0)
      std::memcpy(all.data() + number * samples.batch() * each,
                  session.outputs[index].bytes().data(), size_t(valid * each));
  }
}

Expected<std::vector<NamedArray>>
quantc::evaluate(const Model &model, const SampleSet &samples,
                 const EvaluateOptions &options) {
  Expected<std::vector<TensorInfo>> outputs = outputsOf(model);
  if (!outputs)
    return outputs.takeError();
  std::vector<NamedArray> results;
  for (const TensorInfo &output : *outputs) {
    Expected<NamedArray> array = collector(samples, output);
    if (!array)
      return array.takeError();
    results.push_back(std::move(*array));
  }

  std::vector<Session> workers;
  int64_t all = std::max(1u, options.threads);
  int64_t count = std::clamp<int64_t>(samples.runs(), 1, all);
  for (int64_t i = 0; i < count; ++i) {
    Expected<Session> worker = Session::create(model, options.level);
    if (!worker)
      return worker.takeError();
    // What has no threads inside still has samples side by side.
    if (model.threadSetter())
      if (Error error = worker->context.setThreads(unsigned(all / count)))
        return std::move(error);
    workers.push_back(std::move(*worker));
  }

  std::atomic<int64_t> next{0};
  auto work = [&](Session &worker) {
    for (int64_t run; (run = next++) < samples.runs();) {
      runOn(samples, run, worker, results);
      if (options.progress)
        options.progress->advance(samples.validIn(run));
    }
  };
  std::vector<llvm::thread> threads;
  for (Session &worker : drop_begin(workers))
    threads.emplace_back([&] { work(worker); });
  work(workers.front());
  for (llvm::thread &thread : threads)
    thread.join();
  return std::move(results);
}
