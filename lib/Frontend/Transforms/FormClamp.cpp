//===- FormClamp.cpp - max and min with a constant become clamp -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Constants.h"
#include "quantc/Frontend/Transforms.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <limits>

namespace quantc::frontend {
#define GEN_PASS_DEF_FORMCLAMP
#include "lib/Frontend/Transforms/Passes.h.inc"
} // namespace quantc::frontend

using namespace mlir;
using namespace quantc;
using namespace quantc::frontend;

namespace {

/// max(x, c) -> clamp(x, c, inf);  min(x, c) -> clamp(x, -inf, c)
template <typename Op, bool isMaximum>
struct ExtremumToClamp : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    Value input = op.getInput1();
    std::optional<float> bound = splatOf(op.getInput2());
    if (!bound) {
      input = op.getInput2();
      bound = splatOf(op.getInput1());
    }
    if (!bound)
      return rewriter.notifyMatchFailure(op, "no side is one constant number");
    if (std::isnan(*bound))
      return rewriter.notifyMatchFailure(op, "the constant is not a number");
    if (input.getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "the constant broadcasts");
    constexpr float infinity = std::numeric_limits<float>::infinity();
    rewriter.replaceOpWithNewOp<tosa::ClampOp>(
        op, op.getType(), input,
        rewriter.getF32FloatAttr(isMaximum ? *bound : -infinity),
        rewriter.getF32FloatAttr(isMaximum ? infinity : *bound),
        op.getNanMode());
    return success();
  }
};

/// clamp(max_pool2d(x)) -> max_pool2d(clamp(x))
///
/// Both keep the order of numbers, and padding never wins. In this order the
/// clamp is part of the contraction in front of the pool.
struct ClampBeforePool : OpRewritePattern<tosa::ClampOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::ClampOp op,
                                PatternRewriter &rewriter) const override {
    auto pool = op.getInput().getDefiningOp<tosa::MaxPool2dOp>();
    if (!pool || !pool->hasOneUse())
      return rewriter.notifyMatchFailure(op, "is not the only use of a pool");
    auto clamp = tosa::ClampOp::create(
        rewriter, op.getLoc(), pool.getInput().getType(), pool.getInput(),
        op.getMinValAttr(), op.getMaxValAttr(), op.getNanMode());
    IRMapping mapping;
    mapping.map(pool.getInput(), clamp.getResult());
    rewriter.replaceOp(op, rewriter.clone(*pool, mapping)->getResults());
    rewriter.eraseOp(pool);
    return success();
  }
};

/// clamp(concat(conv...)) -> concat(clamp(conv)...)
///
/// The groups of a convolution: each takes in its part of the clamp.
struct ClampBeforeConcat : OpRewritePattern<tosa::ClampOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::ClampOp op,
                                PatternRewriter &rewriter) const override {
    auto concat = op.getInput().getDefiningOp<tosa::ConcatOp>();
    if (!concat || !concat->hasOneUse())
      return rewriter.notifyMatchFailure(op, "is not the only use of a concat");
    auto isGroup = [](Value part) {
      return part.hasOneUse() && part.getDefiningOp<tosa::Conv2DOp>();
    };
    if (!llvm::all_of(concat.getInput1(), isGroup))
      return rewriter.notifyMatchFailure(op, "a part is no convolution");
    SmallVector<Value> parts;
    for (Value part : concat.getInput1())
      parts.push_back(tosa::ClampOp::create(
          rewriter, op.getLoc(), part.getType(), part, op.getMinValAttr(),
          op.getMaxValAttr(), op.getNanMode()));
    rewriter.replaceOpWithNewOp<tosa::ConcatOp>(op, op.getType(), parts,
                                                concat.getAxisAttr());
    rewriter.eraseOp(concat);
    return success();
  }
};

struct FormClamp : frontend::impl::FormClampBase<FormClamp> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ClampBeforeConcat, ClampBeforePool,
                 ExtremumToClamp<tosa::MaximumOp, true>,
                 ExtremumToClamp<tosa::MinimumOp, false>>(&getContext());
    tosa::ClampOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
