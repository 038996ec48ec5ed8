//===- Program.cpp - A module as code in this process ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Program.h"

#include "quantc/Support/Failure.h"
#include "quantc/Target/Object.h"

using namespace mlir;
using namespace quantc;

llvm::Error quantc::runStage(ModuleOp module, StringRef stage,
                             function_ref<void(OpPassManager &)> build) {
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  build(manager);
  if (succeeded(manager.run(module)))
    return llvm::Error::success();
  return failure("stage " + stage, "did not succeed",
                 "the message above names the layer");
}

llvm::Expected<OwningOpRef<ModuleOp>>
quantc::lowered(ModuleOp module, const LowerOptions &options) {
  OwningOpRef<ModuleOp> copy = module.clone();
  llvm::Error error = runStage(*copy, "lower", [&](OpPassManager &manager) {
    buildLowerPipeline(manager, options);
  });
  if (error)
    return error;
  return copy;
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
quantc::objectOf(ModuleOp lowered, const LowerOptions &options) {
  ObjectOptions object;
  // The reference stays scalar: it is there to be obvious.
  object.vectorize = options.levels != std::vector<std::string>{"reference"};
  return compileObject(lowered, object);
}

llvm::Expected<std::unique_ptr<Model>>
quantc::loadProgram(ModuleOp module, const LowerOptions &options,
                    ArrayRef<Model::Symbol> symbols) {
  llvm::Expected<OwningOpRef<ModuleOp>> code = lowered(module, options);
  if (!code)
    return code.takeError();
  auto object = objectOf(**code, options);
  if (!object)
    return object.takeError();
  return Model::link(std::move(*object), symbols);
}

Model::Symbol quantc::observedBy(Observe observe) {
  return {"quantc_observe", reinterpret_cast<void *>(observe)};
}
