//===- Calibrate.h - Ranges from samples ------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_PIPELINES_CALIBRATE_H
#define QUANTC_PIPELINES_CALIBRATE_H

#include "mlir/Pass/PassOptions.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace quantc {

/// The options of the `calibrate` pipeline.
struct CalibrateStageOptions
    : mlir::PassPipelineOptions<CalibrateStageOptions> {
  Option<std::string> samples{
      *this, "samples",
      llvm::cl::desc("Samples: .npz, .npy or a folder of test_data_set_*, "
                     "separated by commas")};
  Option<std::string> calibration{
      *this, "calibration",
      llvm::cl::desc("minmax, moving, percentile:P or mse"),
      llvm::cl::init("minmax")};
  Option<bool> products{
      *this, "products",
      llvm::cl::desc("Quantize products of two activations, too"),
      llvm::cl::init(false)};
  Option<unsigned> threads{*this, "threads",
                           llvm::cl::desc("Threads that run samples"),
                           llvm::cl::init(1)};
  Option<bool> quiet{*this, "quiet", llvm::cl::desc("No progress"),
                     llvm::cl::init(false)};
};

/// `calibrate`: from the stage "imported" to the stage "calibrated".
void buildCalibratePipeline(mlir::OpPassManager &manager,
                            const CalibrateStageOptions &options);

/// Makes `calibrate{...}` known to pass pipeline parsers.
void registerCalibratePipeline();

} // namespace quantc

#endif // QUANTC_PIPELINES_CALIBRATE_H
