//===- DropQdq.cpp - Remove rounding that no integer op needs -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/Fusion.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::lowbit {
#define GEN_PASS_DEF_DROPQDQ
#include "dialects/LowBit/Transforms/Passes.h.inc"
} // namespace quantc::lowbit

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

/// dequantize(quantize(x)) -> x
struct DropPair : OpRewritePattern<DequantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DequantizeOp op,
                                PatternRewriter &rewriter) const override {
    Operation *quantize = op.getInput().getDefiningOp();
    if (!isa_and_nonnull<QuantizeOp, BinarizeOp>(quantize))
      return rewriter.notifyMatchFailure(op, "codes come from elsewhere");
    if (isGiven(quantize))
      return rewriter.notifyMatchFailure(op, "the model rounds here");
    rewriter.replaceOp(op, quantize->getOperand(0));
    return success();
  }
};

struct DropQdq : lowbit::impl::DropQdqBase<DropQdq> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<DropPair>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
