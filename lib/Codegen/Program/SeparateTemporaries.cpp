//===- SeparateTemporaries.cpp - Memory of its own for each result --------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Codegen/Program/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_SEPARATETEMPORARIES
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;

namespace {

/// Whether the owner writes what it gets here, in the block where that is made.
bool isWritten(OpOperand &use, Operation *op) {
  auto owner = dyn_cast<DestinationStyleOpInterface>(use.getOwner());
  return owner && owner.isDpsInit(&use) && owner->getBlock() == op->getBlock();
}

/// Gives each operation that writes the result but one a copy of `op`:
/// f(x), g(x) -> f(x), g(x')
void cloneForWriters(RewriterBase &rewriter, Operation *op) {
  SmallVector<OpOperand *> uses;
  for (OpOperand &use : op->getResult(0).getUses())
    if (isWritten(use, op))
      uses.push_back(&use);
  if (op->hasOneUse())
    return;
  for (OpOperand *use : uses) {
    rewriter.setInsertionPoint(use->getOwner());
    Operation *copy = rewriter.clone(*op);
    rewriter.modifyOpInPlace(use->getOwner(),
                             [&] { use->set(copy->getResult(0)); });
  }
  if (op->use_empty())
    rewriter.eraseOp(op);
}

struct SeparateTemporaries
    : quantc::codegen::impl::SeparateTemporariesBase<SeparateTemporaries> {
  void runOnOperation() override {
    // Empty memory in another form is empty memory of that form.
    RewritePatternSet patterns(&getContext());
    tensor::populateFoldTensorEmptyPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    // What is filled with one number comes first: it uses the others.
    SmallVector<Operation *> fills, empties;
    getOperation().walk([&](linalg::FillOp op) {
      if (op->getNumResults() == 1)
        fills.push_back(op);
    });
    for (Operation *op : fills)
      cloneForWriters(rewriter, op);
    getOperation().walk([&](tensor::EmptyOp op) { empties.push_back(op); });
    for (Operation *op : empties)
      cloneForWriters(rewriter, op);
  }
};

} // namespace
