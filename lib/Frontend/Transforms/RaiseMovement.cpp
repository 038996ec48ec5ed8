//===- RaiseMovement.cpp - Data movement of tensor and linalg becomes TOSA -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Layout.h"
#include "lib/Frontend/Transforms/RaiseLinalg.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::frontend;

namespace {

RankedTensorType staticType(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() ? type : RankedTensorType();
}

/// collapse_shape(x), expand_shape(x) -> tosa.reshape(x)
template <typename Op>
struct RaiseReshape : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType type = staticType(op.getResult());
    if (!type || !staticType(op.getSrc()))
      return rewriter.notifyMatchFailure(op, "shape is not static");
    rewriter.replaceOp(
        op, reshape(rewriter, op.getLoc(), op.getSrc(), type.getShape()));
    return success();
  }
};

/// linalg.transpose(x) -> tosa.transpose(x)
struct RaiseTranspose : OpRewritePattern<linalg::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType type = staticType(op.getInput());
    if (!op.hasPureTensorSemantics() || !type || type.getRank() == 0)
      return rewriter.notifyMatchFailure(op, "not a tensor of static shape");
    SmallVector<int32_t> perms(op.getPermutation());
    rewriter.replaceOp(op,
                       transpose(rewriter, op.getLoc(), op.getInput(), perms));
    return success();
  }
};

/// linalg.broadcast(x) -> 0 + tosa.reshape(x)
struct RaiseBroadcast : OpRewritePattern<linalg::BroadcastOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::BroadcastOp op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType from = staticType(op.getInput());
    RankedTensorType to = staticType(op.getInit());
    if (!op.hasPureTensorSemantics() || !from || !to ||
        !to.getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "not f32 of static shape");
    SmallVector<int64_t> shape(to.getShape());
    for (int64_t dimension : op.getDimensions())
      shape[dimension] = 1;
    Value spread = reshape(rewriter, op.getLoc(), op.getInput(), shape);
    Value zeros = tosa::ConstOp::create(rewriter, op.getLoc(), to,
                                        DenseElementsAttr::get(to, 0.0f));
    rewriter.replaceOpWithNewOp<tosa::AddOp>(op, to, zeros, spread);
    return success();
  }
};

/// tensor.pad(x, constant) -> tosa.pad(x)
struct RaisePad : OpRewritePattern<tensor::PadOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::PadOp op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType type = staticType(op.getResult());
    APFloat number(0.0f);
    Value value = op.getConstantPaddingValue();
    if (!type || !staticType(op.getSource()) ||
        !type.getElementType().isF32() || type.getRank() == 0)
      return rewriter.notifyMatchFailure(op, "not f32 of static shape");
    if (!value || !matchPattern(value, m_ConstantFloat(&number)))
      return rewriter.notifyMatchFailure(op,
                                         "padding is not a constant number");
    SmallVector<int64_t> padding;
    for (auto [low, high] :
         llvm::zip_equal(op.getStaticLow(), op.getStaticHigh())) {
      if (ShapedType::isDynamic(low) || ShapedType::isDynamic(high))
        return rewriter.notifyMatchFailure(op, "padding is not constant");
      padding.append({low, high});
    }
    rewriter.replaceOpWithNewOp<tosa::PadOp>(
        op, type, op.getSource(),
        tosa::getTosaConstShape(rewriter, op.getLoc(), padding),
        createNumber(rewriter, op.getLoc(), number.convertToFloat()));
    return success();
  }
};

/// tensor.extract_slice(x) of step one -> tosa.slice(x)
struct RaiseSlice : OpRewritePattern<tensor::ExtractSliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::ExtractSliceOp op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType type = staticType(op.getResult());
    RankedTensorType from = staticType(op.getSource());
    auto isDynamic = [](int64_t value) { return ShapedType::isDynamic(value); };
    if (!type || !from || from.getRank() == 0 ||
        llvm::any_of(op.getStaticOffsets(), isDynamic))
      return rewriter.notifyMatchFailure(op, "shape is not static");
    if (!llvm::all_of(op.getStaticStrides(), [](int64_t s) { return s == 1; }))
      return rewriter.notifyMatchFailure(op, "leaves elements out");
    Location location = op.getLoc();
    Value slice = tosa::SliceOp::create(
        rewriter, location, from.clone(op.getStaticSizes()), op.getSource(),
        tosa::getTosaConstShape(rewriter, location, op.getStaticOffsets()),
        tosa::getTosaConstShape(rewriter, location, op.getStaticSizes()));
    rewriter.replaceOp(op, reshape(rewriter, location, slice, type.getShape()));
    return success();
  }
};

} // namespace

void frontend::populateRaiseMovement(RewritePatternSet &patterns) {
  patterns.add<RaiseBroadcast, RaisePad, RaiseReshape<tensor::CollapseShapeOp>,
               RaiseReshape<tensor::ExpandShapeOp>, RaiseSlice, RaiseTranspose>(
      patterns.getContext());
}
