//===- FlattenConstants.cpp - Constants as one row of numbers -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Codegen/Program/Passes.h"
#include "quantc/Support/Constants.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_FLATTENCONSTANTS
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;

namespace {

struct FlattenConstants
    : quantc::codegen::impl::FlattenConstantsBase<FlattenConstants> {
  void runOnOperation() override {
    for (auto global : getOperation().getOps<LLVM::GlobalOp>())
      flatten(global);
  }

private:
  /// The address of the first element is the same, and nothing but the address
  /// is ever taken.
  static void flatten(LLVM::GlobalOp global) {
    auto outer = dyn_cast<LLVM::LLVMArrayType>(global.getGlobalType());
    auto values = dyn_cast_or_null<ElementsAttr>(global.getValueOrNull());
    if (!outer || !values || !isa<LLVM::LLVMArrayType>(outer.getElementType()))
      return;
    int64_t count = values.getNumElements();
    Type element = values.getElementType();
    ElementsAttr flat = quantc::reshapeElements(
        values, RankedTensorType::get({count}, element));
    if (!flat)
      return;
    global.setGlobalType(LLVM::LLVMArrayType::get(element, count));
    global.setValueAttr(flat);
  }
};

} // namespace
