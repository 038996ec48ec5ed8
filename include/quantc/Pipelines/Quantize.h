//===- Quantize.h - The quantize stage --------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_PIPELINES_QUANTIZE_H
#define QUANTC_PIPELINES_QUANTIZE_H

#include "mlir/Pass/PassOptions.h"
#include <string>

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace quantc {

/// The options of the `quantize` pipeline; those of `lowbit-insert-qdq`.
struct QuantizeOptions : mlir::PassPipelineOptions<QuantizeOptions> {
  Option<std::string> activations{
      *this, "activations",
      llvm::cl::desc("Format of activations: u8, i8, u1 to u4, binary, f32 or "
                     "dynamic"),
      llvm::cl::init("u8")};
  Option<std::string> weights{*this, "weights",
                              llvm::cl::desc("Format of weights"),
                              llvm::cl::init("i8")};
  Option<bool> perAxis{
      *this, "per-axis",
      llvm::cl::desc("One weight scale for each output channel"),
      llvm::cl::init(true)};
  ListOption<std::string> formatFor{
      *this, "format-for",
      llvm::cl::desc("NAME=FORMAT for one layer or calibration site")};
  ListOption<std::string> rules{
      *this, "rules",
      llvm::cl::desc("PATTERN=FORMAT for the layers that a regular expression "
                     "matches")};
};

/// `quantize`: from the stage "calibrated" to the stage "quantized" of
/// docs/Design/0001-spine.md.
void buildQuantizePipeline(mlir::OpPassManager &manager,
                           const QuantizeOptions &options);

/// Makes `quantize{...}` known to pass pipeline parsers.
void registerQuantizePipeline();

} // namespace quantc

#endif // QUANTC_PIPELINES_QUANTIZE_H
