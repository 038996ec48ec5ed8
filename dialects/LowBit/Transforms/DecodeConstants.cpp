//===- DecodeConstants.cpp - Constant codes as the reals they stand for ---===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Coded.h"
#include "dialects/LowBit/Transforms/Constants.h"
#include "dialects/LowBit/Transforms/ExpandBlocks.h"
#include "dialects/LowBit/Transforms/IntegerWeights.h"
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

/// decode(packed constant) -> constant reals or constant codes
struct DecodeCoded : OpRewritePattern<DecodeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DecodeOp op,
                                PatternRewriter &rewriter) const override {
    auto constant = op.getInput().getDefiningOp<CodedConstantOp>();
    if (!constant)
      return rewriter.notifyMatchFailure(op, "weights are not constant");
    auto type = cast<RankedTensorType>(op.getType());
    auto codes = dyn_cast<quant::QuantizedType>(type.getElementType());
    if (!codes) {
      rewriter.replaceOpWithNewOp<arith::ConstantOp>(
          op, type,
          cast<TypedAttr>(
              createElements(type, ArrayRef<float>(decodeReals(constant)))));
      return success();
    }
    bool isLast = constant.getAxis() != 0;
    std::optional<IntegerWeights> weights =
        integerWeights(op.getOutput(), isLast);
    if (!weights)
      return rewriter.notifyMatchFailure(op, "weights are on no grid");
    rewriter.replaceOp(op, createCodes(rewriter, op.getLoc(), type.getShape(),
                                       codes, weights->codes));
    return success();
  }
};

struct DecodeConstants : lowbit::impl::DecodeConstantsBase<DecodeConstants> {
  using DecodeConstantsBase::DecodeConstantsBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<DecodeCoded>(&getContext());
    if (codedOnly)
      populateExpandBlocks(patterns);
    else
      patterns.add<DecodeConstant>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
