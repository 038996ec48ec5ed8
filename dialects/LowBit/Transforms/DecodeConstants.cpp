//===- DecodeConstants.cpp - Constant codes as the reals they stand for ---===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/Constants.h"
#include "dialects/LowBit/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::lowbit {
#define GEN_PASS_DEF_DECODECONSTANTS
#include "dialects/LowBit/Transforms/Passes.h.inc"
} // namespace quantc::lowbit

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

/// dequantize(constant codes) -> constant reals
struct DecodeConstant : OpRewritePattern<DequantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DequantizeOp op,
                                PatternRewriter &rewriter) const override {
    auto constant = op.getInput().getDefiningOp<ConstantOp>();
    if (!constant)
      return rewriter.notifyMatchFailure(op, "codes are not constant");
    std::optional<SmallVector<float>> reals = decode(constant);
    if (!reals)
      return rewriter.notifyMatchFailure(op, "codes are of no known format");
    auto type = cast<RankedTensorType>(op.getType());
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(
        op, type,
        cast<TypedAttr>(createElements(type, ArrayRef<float>(*reals))));
    return success();
  }
};

struct DecodeConstants : lowbit::impl::DecodeConstantsBase<DecodeConstants> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<DecodeConstant>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
