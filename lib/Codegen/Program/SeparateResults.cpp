//===- SeparateResults.cpp - One buffer for each result -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Codegen/Program/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_SEPARATERESULTS
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;

namespace {

/// return x, x -> return x, copy(x)
void separate(RewriterBase &rewriter, func::ReturnOp op) {
  llvm::SmallPtrSet<Value, 4> seen;
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = operand.get();
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (seen.insert(value).second || !type || !type.hasStaticShape())
      continue;
    rewriter.setInsertionPoint(op);
    Value copy = bufferization::AllocTensorOp::create(
        rewriter, op.getLoc(), type, ValueRange(), value);
    rewriter.modifyOpInPlace(op, [&] { operand.set(copy); });
  }
}

struct SeparateResults
    : quantc::codegen::impl::SeparateResultsBase<SeparateResults> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](func::ReturnOp exit) { separate(rewriter, exit); });
  }
};

} // namespace
