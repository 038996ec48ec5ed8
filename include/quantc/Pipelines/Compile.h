//===- Compile.h - The whole flow of quantc ---------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_PIPELINES_COMPILE_H
#define QUANTC_PIPELINES_COMPILE_H

#include "llvm/Support/Error.h"
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace quantc {

/// What the user asks of quantc; see the command line's help.
struct CompileRequest {
  std::string model;  ///< .onnx, .mlir or .mlirbc
  std::string output; ///< Its suffix picks the artefact; empty for a dry run.

  std::map<std::string, std::vector<int64_t>> shapes; ///< --shape
  std::map<std::string, int64_t> dims;                ///< --dim
  std::optional<int64_t> batch;                       ///< --batch
  std::map<std::string, int64_t> lengths;             ///< --length
  std::vector<std::string> absent;                    ///< --absent
  std::vector<std::string> values;                    ///< --value

  std::string calibrate;              ///< Paths of samples, or empty.
  std::string calibration = "minmax"; ///< The estimator.
  std::string weights = "i8";         ///< A format, or f32.
  std::string activations = "u8";     ///< A format, or f32.
  /// Whether products of two activations are quantized; none: if that is faster
  /// and as good.
  std::optional<bool> products;
  std::vector<std::string> formatFor; ///< NAME=FORMAT
  std::vector<std::string> rules;     ///< PATTERN=FORMAT, from --config
  bool keepIntegers = false; ///< Also where float is predicted to be faster.

  std::string target = "x86-64"; ///< host, reference, x86-64[:LEVEL]

  std::optional<double> tuneSeconds; ///< --tune
  std::string tuneCache;             ///< A file, or empty for the usual one.

  std::string eval;   ///< Paths of held-out samples, or empty.
  std::string labels; ///< Their classes, or empty.

  std::string report;       ///< Folder, or empty.
  std::string saveTemps;    ///< Folder, or empty.
  bool listFormats = false; ///< And nothing else.
  bool dryRun = false;
  bool json = false;
  bool quiet = false;
  unsigned threads = 1;

  bool quantizes() const { return weights != "f32" || activations != "f32"; }
  /// Whether formats of activations are chosen before the program runs.
  bool needsRanges() const {
    return activations != "f32" && activations != "dynamic";
  }
};

/// Fails if an option's value is none that this version knows. Reads no file.
llvm::Error checkUsage(const CompileRequest &request);

/// Compiles, evaluates and reports as asked. What goes wrong with the program
/// itself is printed as it is found; the error says which stage failed.
llvm::Error compile(const CompileRequest &request);

} // namespace quantc

#endif // QUANTC_PIPELINES_COMPILE_H
