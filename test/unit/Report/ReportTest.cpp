//===- ReportTest.cpp - The report, for programs and for people -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Report/Report.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace llvm;
using namespace quantc;

static ModelReport example() {
  ModelReport report;
  report.compiler = "quantc 0.1.0";
  report.model = "resnet8";
  report.inputFile = "resnet8.onnx";
  report.outputFile = "resnet8.so";
  report.target = "x86-64";
  report.inputFileBytes = 318000;
  report.outputFileBytes = 120400;
  report.arenaBytes = 65536;
  report.liveBytes = 61440;
  report.floatWeightBytes = 312000;
  report.quantizedWeightBytes = 79560;
  report.samples = 500;
  report.floatTop1 = 0.89;
  report.quantizedTop1 = 0.886;
  report.agreement = 0.984;
  report.outputMse = 0.00125;
  report.outputSqnrDb = 31.5;
  report.outputCosine = 0.99975;
  report.floatLatency = {1.25, 1.2, 1.4, 400};
  report.quantizedLatency = {0.5, 0.45, 0.75, 1000};
  report.predictedLatency = 0.52;
  report.stages = {{"import", 0.05}, {"calibrate", 2}};
  report.layers.push_back(
      {"conv1", "conv2d", "i8 per axis", "u8", 38.25, 0.99991, false, ""});
  report.layers.back().predictedUs = 12.5;
  report.layers.back().weightCount = 432;
  report.layers.back().weightBits = 432 * 8 + 16 * 32;
  report.layers.back().integerUs = 12;
  report.layers.back().floatUs = 40;
  report.decision = ModelReport::Decision{0.5, 1.25, 0.5};
  report.layers.push_back({"softmax", "softmax", "", "f32", INFINITY, 1.0, true,
                           "no integer form"});
  report.remarks = {{"conv1", "3 dead channels"}, {"", "samples are few"}};
  return report;
}

TEST(Report, ForPeople) {
  std::string text;
  raw_string_ostream os(text);
  printReport(example(), os);
  EXPECT_EQ(text, R"(resnet8, from resnet8.onnx, for x86-64, by quantc 0.1.0

                      float  quantized
  ---------------  --------  ---------  --------------
  top-1             89.00 %    88.60 %    -0.40 points
  weights            312 kB    79.6 kB          25.5 %
  latency, median  1.250 ms   0.500 ms  2.50 x as fast
  latency, p10     1.200 ms   0.450 ms
  latency, p90     1.400 ms   0.750 ms

  agreement     98.40 % of 500 samples
  outputs       SQNR 31.50 dB, cosine 0.999750, MSE 0.00125
  weights       496 B in their formats
  model file    318 kB
  output file   120 kB
  arena         65.5 kB, largest live set 61.4 kB
  latency       0.520 ms, predicted
  decided by    0.500 ms in integers, 1.250 ms in float, 0.500 ms as compiled, predicted
  compile time  import 50 ms, calibrate 2.0 s, together 2.0 s

  layer    op       weights      activations  weight bits  SQNR dB   cosine  note
  -------  -------  -----------  -----------  -----------  -------  -------  -------------------------
  conv1    conv2d   i8 per axis  u8                  9.19    38.25  0.99991
  softmax  softmax  -            f32                    -      inf  1.00000  in float: no integer form

Remarks
  conv1: 3 dead channels
  samples are few
)");
}

TEST(Report, LanguageModels) {
  ModelReport report;
  report.model = "stories";
  report.samples = 43;
  report.tokens = 10965;
  report.agreement = 0.965;
  report.floatPerplexity = 4;
  report.quantizedPerplexity = 4.05;
  std::string text;
  raw_string_ostream os(text);
  printReport(report, os);
  EXPECT_EQ(text, R"(stories

               float  quantized
  ----------  ------  ---------  -------
  perplexity  4.0000     4.0500  +1.25 %

  agreement     96.50 % of 10965 tokens in 43 samples
)");
  json::Value value = toJson(report);
  const json::Object &accuracy = *value.getAsObject()->getObject("accuracy");
  EXPECT_EQ(accuracy.getNumber("quantized_perplexity"), 4.05);
  EXPECT_EQ(accuracy.getInteger("tokens"), 10965);
  EXPECT_TRUE(accuracy.getNull("float_top1"));
}

TEST(Report, ForPeopleWithoutMeasurements) {
  ModelReport report;
  report.model = "net";
  std::string text;
  raw_string_ostream os(text);
  printReport(report, os);
  EXPECT_EQ(text, "net\n\n");
}

TEST(Report, ForPrograms) {
  json::Value value = toJson(example());
  const json::Object &root = *value.getAsObject();
  EXPECT_EQ(root.getInteger("schema_version"), 1);
  EXPECT_EQ(root.getString("model"), "resnet8");
  EXPECT_EQ(root.getObject("bytes")->getInteger("quantized_weights"), 79560);
  EXPECT_EQ(root.getObject("bytes")->getInteger("stored_weights"), 496);
  const json::Object &first = *(*root.getArray("layers"))[0].getAsObject();
  EXPECT_EQ(first.getInteger("weight_count"), 432);
  EXPECT_EQ(first.getInteger("weight_bits"), 3968);
  EXPECT_EQ(root.getObject("accuracy")->getNumber("quantized_top1"), 0.886);
  EXPECT_EQ(root.getObject("latency_ms")->getObject("float")->getNumber("p90"),
            1.4);
  const json::Object &stage =
      *(*root.getArray("compile_seconds"))[1].getAsObject();
  EXPECT_EQ(stage.getString("stage"), "calibrate");
  EXPECT_EQ(stage.getNumber("seconds"), 2);
  const json::Object &layer = *(*root.getArray("layers"))[1].getAsObject();
  EXPECT_EQ(layer.getBoolean("in_float"), true);
  EXPECT_TRUE(layer.getNull("sqnr_db")); // Infinity.
  EXPECT_EQ(root.getArray("remarks")->size(), 2u);
}

/// The names in a value, without the numbers: what a schema is about.
static std::string namesIn(const json::Value &value) {
  if (const json::Array *array = value.getAsArray())
    return "[" + (array->empty() ? "" : namesIn(array->front())) + "]";
  const json::Object *object = value.getAsObject();
  if (!object)
    return "";
  std::vector<std::string> names;
  for (const auto &[name, field] : *object)
    names.push_back(StringRef(name).str() + namesIn(field));
  llvm::sort(names);
  return "{" + llvm::join(names, " ") + "}";
}

TEST(Report, IsWhatTheDocumentationSays) {
  auto buffer = MemoryBuffer::getFile(QUANTC_DOCS "/Report.md");
  ASSERT_TRUE(bool(buffer));
  StringRef text = (*buffer)->getBuffer().split("```json\n").second;
  auto documented = json::parse(text.split("```").first);
  ASSERT_TRUE(bool(documented)) << toString(documented.takeError());
  EXPECT_EQ(namesIn(*documented), namesIn(toJson(example())));
}

TEST(Report, UnknownsAreNull) {
  json::Value value = toJson(ModelReport());
  const json::Object &root = *value.getAsObject();
  for (const auto &[name, field] : *root.getObject("bytes"))
    EXPECT_TRUE(field.getAsNull().has_value()) << StringRef(name).str();
  EXPECT_TRUE(root.getObject("latency_ms")->getNull("float"));
}

TEST(Report, AnyNameIsValidJson) {
  ModelReport report;
  report.model = "a\"b\\\n\xff";
  auto parsed = json::parse(formatv("{0:2}", toJson(report)).str());
  ASSERT_TRUE(bool(parsed)) << toString(parsed.takeError());
}

TEST(Report, WritesAFile) {
  SmallString<128> folder;
  sys::fs::createUniqueDirectory("quantc", folder);
  SmallString<128> nested = folder, path = folder;
  sys::path::append(nested, "a", "b");
  sys::path::append(path, "a", "b", "report.json");
  EXPECT_FALSE(errorToBool(writeReport(example(), nested)));
  auto buffer = MemoryBuffer::getFile(path);
  ASSERT_TRUE(bool(buffer));
  auto parsed = json::parse((*buffer)->getBuffer());
  ASSERT_TRUE(bool(parsed)) << toString(parsed.takeError());
  EXPECT_EQ(*parsed, toJson(example()));
  // A file is in the way of the folder.
  Error error = writeReport(example(), path);
  EXPECT_NE(toString(std::move(error)).find("Not a directory"),
            std::string::npos);
  sys::fs::remove_directories(folder);
}
