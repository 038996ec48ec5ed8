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

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace quantc;

/// What a global without an alignment is aligned to at most, in bytes.
static constexpr uint64_t kWidestElement = 8;

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

/// Takes the values of large constants out of a lowered module, as symbols that
/// the linker finds where the values lie: LLVM would hash and copy each of them
/// several times. The context keeps the values.
static std::vector<Model::Symbol> detachConstants(ModuleOp lowered) {
  std::vector<Model::Symbol> symbols;
  for (auto global : lowered.getOps<LLVM::GlobalOp>()) {
    auto value =
        dyn_cast_or_null<DenseResourceElementsAttr>(global.getValueOrNull());
    AsmResourceBlob *blob = value ? value.getRawHandle().getBlob() : nullptr;
    if (!blob || blob->getData().empty())
      continue;
    auto *data = const_cast<char *>(blob->getData().data());
    uint64_t alignment = global.getAlignment().value_or(kWidestElement);
    if (reinterpret_cast<uintptr_t>(data) % alignment != 0)
      continue;
    global.removeValueAttr();
    global.setLinkage(LLVM::Linkage::External);
    global.setDsoLocal(false);
    symbols.push_back({global.getSymName(), data});
  }
  return symbols;
}

llvm::Expected<std::unique_ptr<Model>>
quantc::loadProgram(ModuleOp module, const LowerOptions &options,
                    ArrayRef<Model::Symbol> symbols) {
  llvm::Expected<OwningOpRef<ModuleOp>> code = lowered(module, options);
  if (!code)
    return code.takeError();
  std::vector<Model::Symbol> all = detachConstants(**code);
  all.insert(all.end(), symbols.begin(), symbols.end());
  auto object = objectOf(**code, options);
  if (!object)
    return object.takeError();
  return Model::link(std::move(*object), all);
}

Model::Symbol quantc::observedBy(Observe observe) {
  return {"quantc_observe", reinterpret_cast<void *>(observe)};
}
