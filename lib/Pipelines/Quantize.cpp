//===- Quantize.cpp - The quantize stage ----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Pipelines/Quantize.h"

#include "dialects/LowBit/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "quantc/Pipelines/Pipelines.h"

using namespace mlir;
using namespace quantc;

void quantc::buildQuantizePipeline(OpPassManager &manager,
                                   const QuantizeOptions &options) {
  lowbit::InsertQdqOptions insert;
  insert.activations = options.activations;
  insert.weights = options.weights;
  insert.perAxis = options.perAxis;
  insert.formatFor.assign(options.formatFor.begin(), options.formatFor.end());
  insert.rules.assign(options.rules.begin(), options.rules.end());
  manager.addPass(lowbit::createInsertQdq(std::move(insert)));
  manager.addPass(lowbit::createFuseQdq());
  manager.addPass(lowbit::createDropQdq());
  manager.addPass(createCSEPass());
  manager.addPass(lowbit::createExplainFloat());
  manager.addPass(lowbit::createProveAccumulators());
  MarkStageOptions quantized;
  quantized.stage = "quantized";
  manager.addPass(createMarkStage(quantized));
  VerifyStageOptions verify;
  verify.stage = "quantized";
  manager.addPass(createVerifyStage(verify));
}

void quantc::registerQuantizePipeline() {
  PassPipelineRegistration<QuantizeOptions>(
      "quantize", "From ranges to arithmetic on codes", buildQuantizePipeline);
}
