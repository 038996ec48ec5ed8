//===- DecodeConstants.cpp - Constant codes as the reals they stand for ---===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/LowBit.h"
#include "dialects/LowBit/IR/Numerics.h"
#include "dialects/LowBit/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
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
    auto codes = dyn_cast<DenseElementsAttr>(constant.getCodes());
    auto type = cast<RankedTensorType>(op.getInput().getType());
    if (!codes || !isFormat(type.getElementType()))
      return rewriter.notifyMatchFailure(op, "codes are not held inline");
    Format format(cast<quant::QuantizedType>(type.getElementType()));
    // How many elements one step of the axis takes, and how many steps it has.
    int64_t inner = 1, channels = 1;
    if (format.axis) {
      channels = type.getDimSize(*format.axis);
      for (int64_t size : type.getShape().drop_front(*format.axis + 1))
        inner *= size;
    }
    SmallVector<float> reals;
    reals.reserve(type.getNumElements());
    for (const APInt &code : codes.getValues<APInt>()) {
      int64_t channel = int64_t(reals.size()) / inner % channels;
      int64_t value =
          format.isSigned ? code.getSExtValue() : int64_t(code.getZExtValue());
      reals.push_back(dequantize(value, format, channel));
    }
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(
        op, DenseElementsAttr::get(cast<ShapedType>(op.getType()),
                                   ArrayRef<float>(reals)));
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
