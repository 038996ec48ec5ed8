//===- Calibrate.cpp - Ranges from samples --------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Pipelines/Calibrate.h"

#include "dialects/Calib/Transforms/Passes.h"
#include "quantc/Pipelines/Pipelines.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace quantc;

void quantc::buildCalibratePipeline(OpPassManager &manager,
                                    const CalibrateStageOptions &options) {
  calib::InsertObserversOptions insert;
  insert.products = options.products;
  manager.addPass(calib::createInsertObservers(insert));
  ObserveSamplesOptions observe;
  observe.samples = options.samples;
  observe.calibration = options.calibration;
  observe.threads = options.threads;
  observe.quiet = options.quiet;
  manager.addPass(createObserveSamples(observe));
  manager.addPass(calib::createUnifyRanges());
  MarkStageOptions calibrated;
  calibrated.stage = "calibrated";
  manager.addPass(createMarkStage(calibrated));
  VerifyStageOptions verify;
  verify.stage = "calibrated";
  manager.addPass(createVerifyStage(verify));
}

void quantc::registerCalibratePipeline() {
  PassPipelineRegistration<CalibrateStageOptions>(
      "calibrate", "Observe the float program over samples",
      buildCalibratePipeline);
}
