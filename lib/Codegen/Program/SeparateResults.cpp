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
#include "mlir/Dialect/Tensor/IR/Tensor.h"
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

/// a(empty), b(empty) -> a(empty), b(another empty)
void separate(RewriterBase &rewriter, tensor::EmptyOp op) {
  for (OpOperand &use :
       llvm::make_early_inc_range(llvm::drop_begin(op->getUses()))) {
    Operation *user = use.getOwner();
    rewriter.setInsertionPoint(user);
    Value other = rewriter.clone(*op)->getResult(0);
    rewriter.modifyOpInPlace(user, [&] { use.set(other); });
  }
}

struct SeparateResults
    : quantc::codegen::impl::SeparateResultsBase<SeparateResults> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<tensor::EmptyOp> places;
    getOperation().walk([&](Operation *op) {
      if (auto exit = dyn_cast<func::ReturnOp>(op))
        separate(rewriter, exit);
      else if (auto place = dyn_cast<tensor::EmptyOp>(op))
        places.push_back(place);
    });
    for (tensor::EmptyOp place : places)
      separate(rewriter, place);
  }
};

} // namespace
