//===- TosaToKernel.cpp - f32 contractions and pools as kernels -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Behind.h"

#include "dialects/Kernel/IR/Build.h"
#include "quantc/Conversion/TosaToKernel/Passes.h"
#include "quantc/Support/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc {
#define GEN_PASS_DEF_CONVERTTOSATOKERNEL
#include "lib/Conversion/TosaToKernel/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;
using namespace quantc::tosatokernel;

namespace {

/// Replaces `last`, and with it the ops in front of it that it alone uses.
void replace(PatternRewriter &rewriter, Operation *root, Operation *last,
             Value result) {
  rewriter.replaceOp(last, result);
  if (root != last)
    rewriter.eraseOp(root);
}

bool isFloat(Value value) { return tensorType(value).getElementType().isF32(); }

struct Convolution : OpRewritePattern<tosa::Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = tensorType(op.getWeight()).getShape();
    auto weights = constantFloats(op.getWeight());
    auto bias = perChannel(op.getBias(), shape[0]);
    if (!weights || !bias || !isFloat(op.getInput()))
      return rewriter.notifyMatchFailure(op,
                                         "weights or bias are not constant");
    Operation *last = op;
    kernel::EpilogueSpec epilogue = epilogueBehind(last);
    rewriter.setInsertionPoint(last);
    Value result = kernel::buildConvolution(
        rewriter, op.getLoc(), op.getInput(),
        kernel::FloatWeights{*weights, *bias},
        {shape.slice(1, 2), op.getStride(), op.getDilation(), op.getPad()},
        epilogue);
    replace(rewriter, op, last, result);
    return success();
  }
};

struct Depthwise : OpRewritePattern<tosa::DepthwiseConv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::DepthwiseConv2DOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = tensorType(op.getWeight()).getShape();
    if (shape[3] != 1)
      return rewriter.notifyMatchFailure(op, "has a channel multiplier");
    auto weights = constantFloats(op.getWeight());
    auto bias = perChannel(op.getBias(), shape[2]);
    if (!weights || !bias || !isFloat(op.getInput()))
      return rewriter.notifyMatchFailure(op,
                                         "weights or bias are not constant");
    Operation *last = op;
    kernel::EpilogueSpec epilogue = epilogueBehind(last);
    rewriter.setInsertionPoint(last);
    Value input = kernel::pad(rewriter, op.getLoc(), op.getInput(), op.getPad(),
                              rewriter.getF32FloatAttr(0));
    Value result = kernel::buildDepthwise(
        rewriter, op.getLoc(), input, kernel::FloatWeights{*weights, *bias},
        {shape.take_front(2), op.getStride(), op.getDilation()}, epilogue);
    replace(rewriter, op, last, result);
    return success();
  }
};

/// matmul([1,M,K], constant [1,K,N]) -> a 1x1 convolution over one row of
/// pixels
struct Matmul : OpRewritePattern<tosa::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MatMulOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = tensorType(op.getB()).getShape();
    auto columns = constantFloats(op.getB());
    if (!columns || shape[0] != 1 || !isFloat(op.getA()))
      return rewriter.notifyMatchFailure(op, "right side is not one constant");
    int64_t depth = shape[1], outputs = shape[2];
    int64_t rows = tensorType(op.getA()).getDimSize(1);
    SmallVector<float> weights(columns->size());
    for (int64_t k = 0; k < depth; ++k)
      for (int64_t n = 0; n < outputs; ++n)
        weights[n * depth + k] = (*columns)[k * outputs + n];

    Operation *root = op, *last = op;
    SmallVector<float> bias =
        biasBehind(last, outputs).value_or(SmallVector<float>(outputs, 0.0f));
    Operation *add = last;
    kernel::EpilogueSpec epilogue = epilogueBehind(last);
    rewriter.setInsertionPoint(last);
    Value input =
        kernel::reshape(rewriter, op.getLoc(), op.getA(), {1, 1, rows, depth});
    SmallVector<int64_t> ones = {1, 1};
    Value result = kernel::buildConvolution(rewriter, op.getLoc(), input,
                                            kernel::FloatWeights{weights, bias},
                                            {ones, ones, ones}, epilogue);
    result = kernel::reshape(rewriter, op.getLoc(), result,
                             tensorType(op.getOutput()).getShape());
    rewriter.replaceOp(last, result);
    if (add != last)
      rewriter.eraseOp(add);
    if (root != add)
      rewriter.eraseOp(root);
    return success();
  }
};

/// x * s, with one factor s for each row of x.
struct ScaledRows {
  Value rows, factors, shift;
};

/// Matches a left operand of a product, also through a reshape that keeps rows.
std::optional<ScaledRows> scaledRows(Value left) {
  Value value = left;
  auto reshape = value.getDefiningOp<tosa::ReshapeOp>();
  if (reshape && value.hasOneUse() &&
      tensorType(reshape.getInput1()).getRank() > 0)
    value = reshape.getInput1();
  auto mul = value.getDefiningOp<tosa::MulOp>();
  if (!mul || !value.hasOneUse())
    return std::nullopt;
  ArrayRef<int64_t> shape = tensorType(value).getShape();
  if (shape.empty() || shape.back() != tensorType(left).getShape().back())
    return std::nullopt;
  SmallVector<int64_t> perRow(shape);
  perRow.back() = 1;
  Value rows = mul.getInput1(), factors = mul.getInput2();
  if (tensorType(rows).getShape() != shape)
    std::swap(rows, factors);
  if (tensorType(rows).getShape() != shape ||
      tensorType(factors).getShape() != ArrayRef(perRow))
    return std::nullopt;
  return ScaledRows{rows, factors, mul.getShift()};
}

/// matmul(x * s, b) -> matmul(x, b) * s, one factor for each row of x: the
/// normalization of a softmax, on the product's columns instead of its depth.
struct SinkRowFactors : OpRewritePattern<tosa::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MatMulOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> left = tensorType(op.getA()).getShape();
    if (!isFloat(op.getA()) || constantFloats(op.getB()) ||
        op.getType().getDimSize(2) > left[2])
      return rewriter.notifyMatchFailure(op, "has more columns than depth");
    std::optional<ScaledRows> scaled = scaledRows(op.getA());
    if (!scaled)
      return rewriter.notifyMatchFailure(op, "rows have no factor");
    Location loc = op.getLoc();
    Value rows = kernel::reshape(rewriter, loc, scaled->rows, left);
    Value factors =
        kernel::reshape(rewriter, loc, scaled->factors, {left[0], left[1], 1});
    Value product = tosa::MatMulOp::create(rewriter, loc, op.getType(), rows,
                                           op.getB(), op.getAZp(), op.getBZp());
    rewriter.replaceOpWithNewOp<tosa::MulOp>(op, op.getType(), product, factors,
                                             scaled->shift);
    return success();
  }
};

/// matmul([B,M,K], [B,K,N]) of what is computed while the program runs -> a
/// product with its right operand packed. Single rows are not worth packing.
struct Product : OpRewritePattern<tosa::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MatMulOp op,
                                PatternRewriter &rewriter) const override {
    constexpr int64_t fewestRows = 4;
    if (!isFloat(op.getA()) || constantFloats(op.getB()))
      return rewriter.notifyMatchFailure(op, "right side is constant");
    if (tensorType(op.getA()).getDimSize(1) < fewestRows)
      return rewriter.notifyMatchFailure(op, "has too few rows");
    Operation *root = op, *last = op;
    kernel::EpilogueSpec epilogue = epilogueBehind(last);
    rewriter.setInsertionPoint(last);
    Value result = kernel::buildProduct(rewriter, op.getLoc(), op.getA(),
                                        op.getB(), std::nullopt, epilogue);
    replace(rewriter, root, last, result);
    return success();
  }
};

struct MaxPool : OpRewritePattern<tosa::MaxPool2dOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MaxPool2dOp op,
                                PatternRewriter &rewriter) const override {
    if (!isFloat(op.getInput()))
      return rewriter.notifyMatchFailure(op, "is not f32");
    auto lowest = APFloat::getInf(APFloat::IEEEsingle(), /*Negative=*/true);
    Value input = kernel::pad(rewriter, op.getLoc(), op.getInput(), op.getPad(),
                              FloatAttr::get(rewriter.getF32Type(), lowest));
    SmallVector<int64_t> ones = {1, 1};
    rewriter.replaceOp(
        op, kernel::buildPool(rewriter, op.getLoc(), input,
                              {op.getKernel(), op.getStride(), ones},
                              {kernel::PoolKind::Max, false, 0, {}, 0, {}}));
    return success();
  }
};

struct AveragePool : OpRewritePattern<tosa::AvgPool2dOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::AvgPool2dOp op,
                                PatternRewriter &rewriter) const override {
    if (!isFloat(op.getInput()) ||
        llvm::any_of(op.getPad(), [](int64_t p) { return p != 0; }))
      return rewriter.notifyMatchFailure(op, "windows have different sizes");
    float count = op.getKernel()[0] * op.getKernel()[1];
    Value input =
        kernel::pad(rewriter, op.getLoc(), op.getInput(), {0, 0, 0, 0}, {});
    SmallVector<int64_t> ones = {1, 1};
    rewriter.replaceOp(
        op, kernel::buildPool(
                rewriter, op.getLoc(), input,
                {op.getKernel(), op.getStride(), ones},
                {kernel::PoolKind::Average, false, 0, 1.0f / count, 0, {}}));
    return success();
  }
};

struct ConvertTosaToKernel
    : quantc::impl::ConvertTosaToKernelBase<ConvertTosaToKernel> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<AveragePool, Convolution, Depthwise, Matmul, MaxPool, Product>(
        &getContext());
    patterns.add<SinkRowFactors>(&getContext(), /*benefit=*/2);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
