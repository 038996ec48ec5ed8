//===- EvaluateTest.cpp - Samples through a model, and the clock ----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Execution/Evaluate.h"

#include "quantc/Support/Progress.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "gtest/gtest.h"

using namespace quantc;

namespace {

/// y[n] = 10 x[n] + 1 for a batch of 4, written by hand; z is a scalar.
class Hand : public Model {
public:
  Hand(bool withScalar = false) {
    entry.abi_version = QUANTC_ABI_VERSION;
    entry.level_count = 1;
    entry.name = "hand";
    entry.input_count = 1;
    entry.output_count = withScalar ? 2 : 1;
    entry.inputs = &x;
    entry.outputs = outputs;
    entry.levels = levels;
    entry.best_level = [] { return int32_t(0); };
    entry.init = [](void *, int32_t) {
      return reinterpret_cast<quantc_context *>(new int);
    };
    entry.run = [](quantc_context *, const void *const *in, void *const *out) {
      for (int n = 0; n < 4; ++n)
        static_cast<float *>(out[0])[n] =
            10 * static_cast<const float *>(in[0])[n] + 1;
      return int32_t(QUANTC_OK);
    };
    entry.free = [](quantc_context *context) {
      delete reinterpret_cast<int *>(context);
    };
    model = &entry;
  }

  int64_t xShape[2] = {4, 1}, yShape[2] = {4, 1};
  quantc_tensor x = {"x", QUANTC_F32, 2, xShape, 16};
  quantc_tensor outputs[2] = {{"y", QUANTC_F32, 2, yShape, 16},
                              {"z", QUANTC_F32, 0, nullptr, 4}};
  const char *levels[1] = {"only"};
  quantc_model entry = {};
};

/// The samples 0, 1, 2, ...
SampleSet samplesFor(const Model &model, int64_t count) {
  llvm::SmallString<128> path;
  EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("quantc", "npy", path));
  llvm::FileRemover remover(path);
  Array array = llvm::cantFail(Array::create(ElementType::F32, {count, 1}));
  for (int64_t i = 0; i < count; ++i)
    array.as<float>()[i] = float(i);
  llvm::cantFail(writeNpy(path, array));
  return llvm::cantFail(SampleSet::load(path, llvm::cantFail(inputsOf(model))));
}

} // namespace

TEST(Evaluate, KeepsTheOrderAtAnyNumberOfThreads) {
  Hand model;
  SampleSet samples = samplesFor(model, 4001);
  for (unsigned threads : {1, 2, 7}) {
    EvaluateOptions options;
    options.threads = threads;
    auto outputs = llvm::cantFail(evaluate(model, samples, options));
    ASSERT_EQ(outputs.size(), 1u);
    EXPECT_EQ(outputs[0].name, "y");
    EXPECT_EQ(outputs[0].array.shape(), llvm::ArrayRef<int64_t>({4001, 1}));
    for (int64_t i = 0; i < 4001; ++i)
      ASSERT_EQ(outputs[0].array.number(i), 10.0 * double(i) + 1) << i;
  }
}

TEST(Evaluate, CountsEverySampleOnce) {
  Hand model;
  std::string text;
  llvm::raw_string_ostream os(text);
  {
    Progress progress("running", 5, Progress::Style::Lines, os,
                      [] { return 0.0; });
    EvaluateOptions options;
    options.progress = &progress;
    llvm::cantFail(evaluate(model, samplesFor(model, 5), options));
  }
  EXPECT_EQ(text, "running: 5 in 0 ms\n");
}

TEST(Evaluate, RefusesAnOutputWithoutTheBatch) {
  Hand model(/*withScalar=*/true);
  auto outputs = evaluate(model, samplesFor(model, 5));
  EXPECT_EQ(llvm::toString(outputs.takeError()),
            "output 'z': expects 4 results, one for each sample of a run, but "
            "its shape is scalar; compile the model with batch 1");
}

TEST(Evaluate, RefusesANonsensicalModel) {
  Hand model;
  model.outputs[0].type = 99;
  EXPECT_EQ(llvm::toString(outputsOf(model).takeError()),
            "model 'hand', tensor 'y': has the unknown element type 99; "
            "compile the model again");
  model.outputs[0].type = QUANTC_F64;
  EXPECT_EQ(llvm::toString(outputsOf(model).takeError()),
            "model 'hand', tensor 'y': expects 32 bytes for float64 of shape "
            "4x1, but the library says 16; compile the model again");
}

TEST(Latency, Percentiles) {
  // 1 .. 11 in any order: the values at 1, 5 and 9 of 0 .. 10 steps.
  Latency latency = latencyOf({11, 1, 10, 2, 9, 3, 8, 4, 7, 5, 6});
  EXPECT_DOUBLE_EQ(latency.p10, 2);
  EXPECT_DOUBLE_EQ(latency.median, 6);
  EXPECT_DOUBLE_EQ(latency.p90, 10);
  EXPECT_EQ(latency.runs, 11);
  EXPECT_DOUBLE_EQ(latencyOf({1, 2}).median, 1.5);
  EXPECT_DOUBLE_EQ(latencyOf({3}).p90, 3);
}

TEST(Latency, RunsAsOftenAsAsked) {
  Hand model;
  SampleSet samples = samplesFor(model, 5);
  EXPECT_EQ(llvm::cantFail(measureLatency(model, samples, "", 7)).runs, 7);
  Latency latency = llvm::cantFail(measureLatency(model, samples, "only"));
  EXPECT_GE(latency.runs, 30);
  EXPECT_LE(latency.p10, latency.median);
  EXPECT_LE(latency.median, latency.p90);
}
