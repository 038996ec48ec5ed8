//===- Jit.cpp - An imported program as code in this process --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Pipelines/Jit.h"

#include "Program.h"
#include "Target.h"
#include "quantc/Pipelines/Lower.h"
#include "quantc/Pipelines/Pipelines.h"
#include "quantc/Target/Object.h"

using namespace mlir;
using namespace quantc;

llvm::Expected<std::unique_ptr<Model>> quantc::compileHere(ModuleOp module,
                                                           StringRef level) {
  LowerOptions options;
  options.levels = {level.empty() ? bestLevelHere() : level.str()};
  if (llvm::Error error =
          runStage(module, "import", buildImportCleanupPipeline))
    return std::move(error);
  if (llvm::Error error =
          runStage(module, "lower", [&](OpPassManager &manager) {
            buildLowerPipeline(manager, options);
          }))
    return std::move(error);
  ObjectOptions quick;
  quick.optLevel = 1;
  quick.vectorize = false;
  auto object = compileObject(module, quick);
  if (!object)
    return object.takeError();
  return Model::link(std::move(*object));
}
