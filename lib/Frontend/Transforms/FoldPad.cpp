//===- FoldPad.cpp - Padding with minus infinity is what max_pool2d does --===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Constants.h"
#include "lib/Frontend/Transforms/Layout.h"
#include "quantc/Frontend/Transforms.h"

#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::frontend {
#define GEN_PASS_DEF_FOLDPAD
#include "lib/Frontend/Transforms/Passes.h.inc"
} // namespace quantc::frontend

using namespace mlir;
using namespace quantc;
using namespace quantc::frontend;

namespace {

/// max_pool2d(pad(x, lowest)) -> max_pool2d(x) {pad}
struct FoldPadIntoMaxPool : OpRewritePattern<tosa::MaxPool2dOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MaxPool2dOp op,
                                PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<tosa::PadOp>();
    if (!pad)
      return rewriter.notifyMatchFailure(op, "input is not padded");
    std::optional<float> value = splatOf(pad.getPadConst());
    if (!value || *value > -std::numeric_limits<float>::max())
      return rewriter.notifyMatchFailure(op, "padding may win");
    SmallVector<int64_t> padding;
    if (!pad.getPadding().getDefiningOp() ||
        !tosa::getConstShapeValues(pad.getPadding().getDefiningOp(), padding))
      return rewriter.notifyMatchFailure(op, "padding is not constant");
    if (padding[0] != 0 || padding[1] != 0 || padding[6] != 0 ||
        padding[7] != 0)
      return rewriter.notifyMatchFailure(op, "batch or channels are padded");
    SmallVector<int64_t> sum(op.getPad());
    for (int64_t i = 0; i < 4; ++i) {
      sum[i] += padding[2 + i];
      if (sum[i] >= op.getKernel()[i / 2])
        return rewriter.notifyMatchFailure(op, "padding as wide as the window");
    }
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(pad.getInput1());
      op.setPad(sum);
    });
    return success();
  }
};

/// transpose(pad(x)) -> pad(transpose(x))   in front of convolutions and pools
struct HoistTranspose : OpRewritePattern<tosa::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto pad = op.getInput1().getDefiningOp<tosa::PadOp>();
    if (!pad || !pad->hasOneUse())
      return rewriter.notifyMatchFailure(op, "input is not just padded");
    if (!llvm::all_of(op->getUsers(), [](Operation *user) {
          return isa<tosa::Conv2DOp, tosa::DepthwiseConv2DOp,
                     tosa::MaxPool2dOp>(user);
        }))
      return rewriter.notifyMatchFailure(op, "no use takes the padding");
    auto type = dyn_cast<RankedTensorType>(pad.getInput1().getType());
    SmallVector<int64_t> padding, moved;
    if (!type || !pad.getPadding().getDefiningOp() ||
        !tosa::getConstShapeValues(pad.getPadding().getDefiningOp(), padding))
      return rewriter.notifyMatchFailure(op, "padding is not constant");
    for (int32_t p : op.getPerms())
      moved.append({padding[2 * p], padding[2 * p + 1]});
    Value inner = tosa::TransposeOp::create(
        rewriter, op.getLoc(),
        type.clone(permuted(type.getShape(), op.getPerms())), pad.getInput1(),
        op.getPerms());
    rewriter.replaceOpWithNewOp<tosa::PadOp>(
        op, op.getType(), inner,
        tosa::getTosaConstShape(rewriter, pad.getLoc(), moved),
        pad.getPadConst());
    return success();
  }
};

struct FoldPad : frontend::impl::FoldPadBase<FoldPad> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldPadIntoMaxPool, HoistTranspose>(&getContext());
    tosa::Conv2DOp::getCanonicalizationPatterns(patterns, &getContext());
    tosa::DepthwiseConv2DOp::getCanonicalizationPatterns(patterns,
                                                         &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
