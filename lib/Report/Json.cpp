//===- Json.cpp - The report for programs ---------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Report/Report.h"

#include "quantc/Support/AtomicFile.h"
#include "quantc/Support/Failure.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include <cmath>

using namespace llvm;
using namespace quantc;

static json::Value number(std::optional<double> value) {
  if (!value || !std::isfinite(*value)) // JSON has no infinity.
    return nullptr;
  return *value;
}

static json::Value integer(std::optional<int64_t> value) {
  return value ? json::Value(*value) : json::Value(nullptr);
}

/// Names come from the user's model and may be anything.
static json::Value text(StringRef value) { return json::fixUTF8(value); }

static json::Value toJson(const std::optional<ModelReport::Latency> &latency) {
  if (!latency)
    return nullptr;
  return json::Object{{"median", number(latency->median)},
                      {"p10", number(latency->p10)},
                      {"p90", number(latency->p90)},
                      {"runs", latency->runs}};
}

static json::Value
toJson(const std::optional<ModelReport::Decision> &decision) {
  if (!decision)
    return nullptr;
  return json::Object{{"integer_ms", number(decision->integers)},
                      {"float_ms", number(decision->real)},
                      {"chosen_ms", number(decision->chosen)}};
}

static json::Value toJson(const std::optional<ModelReport::Tuning> &tuning) {
  if (!tuning)
    return nullptr;
  return json::Object{{"level", text(tuning->level)},
                      {"file", text(tuning->file)},
                      {"kernels", tuning->kernels},
                      {"known", tuning->known},
                      {"measured", tuning->measured},
                      {"default_ms", number(tuning->defaultMs)},
                      {"tuned_ms", number(tuning->tunedMs)}};
}

static json::Value
machineJson(const std::vector<std::pair<std::string, double>> &prices) {
  if (prices.empty())
    return nullptr;
  json::Object object;
  for (const auto &[name, price] : prices)
    object[name] = number(price);
  return std::move(object);
}

static json::Value toJson(const ModelReport::Layer &layer) {
  return json::Object{{"name", text(layer.name)},
                      {"kind", text(layer.kind)},
                      {"weights", text(layer.weights)},
                      {"weight_count", integer(layer.weightCount)},
                      {"weight_bits", integer(layer.weightBits)},
                      {"activations", text(layer.activations)},
                      {"sqnr_db", number(layer.sqnrDb)},
                      {"cosine", number(layer.cosine)},
                      {"in_float", layer.inFloat},
                      {"given", layer.given},
                      {"predicted_us", number(layer.predictedUs)},
                      {"integer_us", number(layer.integerUs)},
                      {"float_us", number(layer.floatUs)},
                      {"reason", text(layer.reason)}};
}

static json::Value toJson(const ModelReport::Stage &stage) {
  return json::Object{{"stage", text(stage.name)},
                      {"seconds", number(stage.seconds)}};
}

static json::Value toJson(const ModelReport::Remark &remark) {
  return json::Object{{"layer", text(remark.layer)},
                      {"text", text(remark.text)}};
}

template <typename T>
static json::Value toJson(const std::vector<T> &list) {
  json::Array array;
  for (const T &entry : list)
    array.push_back(::toJson(entry));
  return std::move(array);
}

json::Value quantc::toJson(const ModelReport &report) {
  return json::Object{
      {"schema_version", 1},
      {"compiler", text(report.compiler)},
      {"model", text(report.model)},
      {"input_file", text(report.inputFile)},
      {"output_file", text(report.outputFile)},
      {"target", text(report.target)},
      {"bytes",
       json::Object{{"input_file", integer(report.inputFileBytes)},
                    {"output_file", integer(report.outputFileBytes)},
                    {"arena", integer(report.arenaBytes)},
                    {"arena_lower_bound", integer(report.liveBytes)},
                    {"float_weights", integer(report.floatWeightBytes)},
                    {"quantized_weights", integer(report.quantizedWeightBytes)},
                    {"stored_weights", integer(report.storedWeightBytes())}}},
      {"accuracy",
       json::Object{
           {"samples", report.samples},
           {"float_top1", number(report.floatTop1)},
           {"quantized_top1", number(report.quantizedTop1)},
           {"agreement", number(report.agreement)},
           {"tokens", integer(report.tokens)},
           {"float_perplexity", number(report.floatPerplexity)},
           {"quantized_perplexity", number(report.quantizedPerplexity)},
           {"output_mse", number(report.outputMse)},
           {"output_sqnr_db", number(report.outputSqnrDb)},
           {"output_cosine", number(report.outputCosine)}}},
      {"latency_ms",
       json::Object{{"float", ::toJson(report.floatLatency)},
                    {"quantized", ::toJson(report.quantizedLatency)},
                    {"predicted", number(report.predictedLatency)}}},
      {"decision", ::toJson(report.decision)},
      {"tuning", ::toJson(report.tuning)},
      {"machine_ns", machineJson(report.machine)},
      {"compile_seconds", ::toJson(report.stages)},
      {"layers", ::toJson(report.layers)},
      {"remarks", ::toJson(report.remarks)}};
}

Error quantc::writeReport(const ModelReport &report, StringRef folder) {
  if (std::error_code code = sys::fs::create_directories(folder))
    return failure(folder, "cannot create the folder: " + code.message(),
                   "choose another place");
  SmallString<256> path(folder);
  sys::path::append(path, "report.json");
  return writeFile(path, formatv("{0:2}\n", toJson(report)).str());
}
