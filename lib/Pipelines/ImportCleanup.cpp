//===- ImportCleanup.cpp - From any imported module to the imported stage -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/Passes.h"
#include "quantc/Frontend/Transforms.h"
#include "quantc/Pipelines/Pipelines.h"

#include "mlir/Conversion/TosaToSCF/TosaToSCF.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void quantc::buildImportCleanupPipeline(OpPassManager &manager) {
  manager.addPass(createCheckEntry());
  manager.addPass(createNameBoundary());
  manager.addPass(createInlinerPass());
  manager.addPass(createSymbolDCEPass());

  // One spelling for everything.
  OpPassManager &spelling = manager.nest<func::FuncOp>();
  spelling.addPass(createTosaToSCFPass());
  spelling.addPass(tosa::createTosaArithConstantToTosaConstPass());
  spelling.addPass(frontend::createRaiseLinalgToTosa());
  spelling.addPass(frontend::createFoldConstants());
  manager.addPass(lowbit::createFoldConstants());
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createCanonicalizerPass());
  // What a loop need not repeat; nothing below looks across its border.
  function.addPass(createLoopInvariantCodeMotionPass());

  // Channels last from the first convolution to the last.
  function.addPass(frontend::createSinkTransposes());
  function.addPass(frontend::createSinkReshapes());
  // Ops that are now in front of their reshape may be behind a transposition.
  function.addPass(frontend::createSinkTransposes());
  function.addPass(frontend::createFoldTransposeIntoMatmul());

  // What inference does not need as an op of its own.
  function.addPass(frontend::createFoldPad());
  function.addPass(frontend::createFoldAffineIntoWeights());
  function.addPass(frontend::createFormClamp());
  function.addPass(createCanonicalizerPass());
  function.addPass(createCSEPass());

  MarkStageOptions imported;
  imported.stage = "imported";
  manager.addPass(createMarkStage(imported));
  VerifyStageOptions verify;
  verify.stage = "imported";
  manager.addPass(createVerifyStage(verify));
}
