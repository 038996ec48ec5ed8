//===- Report.h - What a compilation did, and how good it is ----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_REPORT_REPORT_H
#define QUANTC_REPORT_REPORT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace quantc {

/// What is known about one compiled model. What was not measured is absent:
/// null in JSON and left out, or "-", on the terminal. docs/Report.md describes
/// every field.
struct ModelReport {
  /// Milliseconds of one inference on one core.
  struct Latency {
    double median = 0, p10 = 0, p90 = 0;
    int64_t runs = 0;
  };

  /// One layer of the model, in the order of execution.
  struct Layer {
    std::string name;
    std::string kind;        // "conv2d", "add", ...
    std::string weights;     // "i8 per axis"; empty without weights.
    std::string activations; // "u8", "f32".
    /// The layer's output against the float model's, in dB; infinite if equal.
    std::optional<double> sqnrDb;
    std::optional<double> cosine;
    bool inFloat = false;
    std::string reason; // Why it stays in float, or anything else to know.
    bool given = false; // The formats are the model's own.
    /// Microseconds; of what became one kernel, the first layer has them all.
    std::optional<double> predictedUs = std::nullopt;
    /// How many weights, and the bits that they are stored in, with all scales,
    /// zero points and tables.
    std::optional<int64_t> weightCount, weightBits;
    /// In integers and in float, on the CPU that decisions are made for.
    std::optional<double> integerUs, floatUs;
  };

  /// Milliseconds that were predicted on the CPU that decisions are made for:
  /// with all layers in integers that can be, all in float, and as compiled.
  struct Decision {
    double integers = 0, real = 0, chosen = 0;
  };

  /// What --tune has measured, of the kernels that have schedules.
  struct Tuning {
    std::string level, file;
    int64_t kernels = 0;             ///< Of different shape.
    int64_t known = 0, measured = 0; ///< Before, and by this run.
    /// Milliseconds in those two, of one inference.
    double defaultMs = 0, tunedMs = 0;
  };

  struct Stage {
    std::string name; // "import", "calibrate", ...
    double seconds = 0;
  };

  struct Remark {
    std::string layer; // Empty if it is about the whole model.
    std::string text;
  };

  std::string compiler; // "quantc 0.1.0"
  std::string model;
  std::string inputFile;
  std::string outputFile;
  std::string target;

  /// Bytes.
  std::optional<int64_t> inputFileBytes, outputFileBytes, arenaBytes;
  std::optional<int64_t> liveBytes; ///< Of the arena, the most at a time.
  std::optional<int64_t> floatWeightBytes, quantizedWeightBytes;

  /// On the samples of --eval. Fractions from 0 to 1; top-1 needs labels.
  int64_t samples = 0;
  std::optional<double> floatTop1, quantizedTop1;
  std::optional<double> agreement; // Same largest output in both.
  /// Of language models; agreement is then that of their next tokens.
  std::optional<double> floatPerplexity, quantizedPerplexity;
  std::optional<int64_t> tokens; // That were predicted.
  /// The quantized outputs against the float ones.
  std::optional<double> outputMse, outputSqnrDb, outputCosine;

  std::optional<Latency> floatLatency, quantizedLatency;
  /// Milliseconds, before anything is run.
  std::optional<double> predictedLatency;
  std::optional<Decision> decision;
  std::optional<Tuning> tuning;
  /// This machine, as the prediction has it: prices in nanoseconds by name.
  std::vector<std::pair<std::string, double>> machine;
  std::vector<Stage> stages;
  std::vector<Layer> layers;
  std::vector<Remark> remarks;

  /// What the layers' weights take in their formats, rounded up to bytes for
  /// each layer; none if no layer has any.
  std::optional<int64_t> storedWeightBytes() const;
};

/// The report as docs/Report.md defines it, with "schema_version": 1. What is
/// infinite or not a number becomes null.
llvm::json::Value toJson(const ModelReport &report);

/// A readable table for the terminal.
void printReport(const ModelReport &report, llvm::raw_ostream &os);

/// Writes `folder`/report.json, completely or not at all; creates the folder.
llvm::Error writeReport(const ModelReport &report, llvm::StringRef folder);

} // namespace quantc

#endif // QUANTC_REPORT_REPORT_H
