//===- Predict.cpp - How long a program will take -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Predict.h"

#include "Program.h"
#include "quantc/Pipelines/Lower.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace quantc;

llvm::Expected<codegen::ProgramWork>
quantc::workOf(ModuleOp module, const LowerOptions &options) {
  LowerOptions fastest = options;
  fastest.levels = {options.levels.back()};
  OwningOpRef<ModuleOp> copy = module.clone();
  llvm::Error error = runStage(*copy, "predict", [&](OpPassManager &manager) {
    buildLoopPipeline(manager, fastest);
    // What code generation drops or shares must not count.
    auto &function = manager.nest<func::FuncOp>();
    function.addPass(createLoopInvariantCodeMotionPass());
    function.addPass(createCanonicalizerPass());
    function.addPass(createCSEPass());
  });
  if (error)
    return error;
  return codegen::countWork(*copy, fastest.levels.front());
}
