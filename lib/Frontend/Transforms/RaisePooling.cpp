//===- RaisePooling.cpp - linalg pooling becomes TOSA ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Layout.h"
#include "lib/Frontend/Transforms/RaiseLinalg.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"

#include <limits>

using namespace mlir;
using namespace quantc;
using namespace quantc::frontend;

namespace {

constexpr int32_t kToLast[] = {0, 2, 3, 1};
constexpr int32_t kToFirst[] = {0, 3, 1, 2};

bool isStaticF32(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() && type.getElementType().isF32();
}

/// What a pooling reads and makes, channels last.
struct Window {
  Value input;
  RankedTensorType type;
  SmallVector<int64_t> kernel, strides;
};

template <typename Pool>
FailureOr<Window> readWindow(Pool op, bool isChannelsFirst,
                             PatternRewriter &rewriter) {
  if (!op.hasPureTensorSemantics() ||
      !llvm::all_of(op->getOperands(), isStaticF32))
    return rewriter.notifyMatchFailure(op, "not f32 tensors of static shape");
  auto dilations = op.getDilations().template getValues<int64_t>();
  if (!llvm::all_of(dilations, [](int64_t d) { return d == 1; }))
    return rewriter.notifyMatchFailure(op, "windows are dilated");
  Window window;
  window.type = cast<RankedTensorType>(op.getDpsInits().front().getType());
  window.kernel = llvm::to_vector(
      cast<RankedTensorType>(op.getDpsInputs()[1].getType()).getShape());
  window.strides =
      llvm::to_vector(op.getStrides().template getValues<int64_t>());
  window.input = op.getDpsInputs()[0];
  if (isChannelsFirst) {
    window.type = window.type.clone(permuted(window.type.getShape(), kToLast));
    window.input = transpose(rewriter, op.getLoc(), window.input, kToLast);
  }
  window.input =
      cropToWindows(rewriter, op.getLoc(), window.input, window.type.getShape(),
                    window.kernel, window.strides, {1, 1});
  return window;
}

/// pooling_max(x) onto -inf -> tosa.max_pool2d(x)
template <typename Pool, bool isChannelsFirst>
struct RaiseMaxPool : OpRewritePattern<Pool> {
  using OpRewritePattern<Pool>::OpRewritePattern;

  LogicalResult matchAndRewrite(Pool op,
                                PatternRewriter &rewriter) const override {
    Value init = op.getDpsInits().front();
    if (!isFilledWith(init, -std::numeric_limits<float>::infinity()) &&
        !isFilledWith(init, -std::numeric_limits<float>::max()))
      return rewriter.notifyMatchFailure(op, "does not start at the lowest");
    FailureOr<Window> window = readWindow(op, isChannelsFirst, rewriter);
    if (failed(window))
      return failure();
    Value result = tosa::MaxPool2dOp::create(
        rewriter, op.getLoc(), window->type, window->input, window->kernel,
        window->strides, ArrayRef<int64_t>{0, 0, 0, 0});
    if (isChannelsFirst)
      result = transpose(rewriter, op.getLoc(), result, kToFirst);
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// The op that does nothing but divide `sum`, which it alone uses, by `size`;
/// null if there is none.
linalg::GenericOp divisionBy(Value sum, float size) {
  if (!sum.hasOneUse())
    return {};
  auto generic = dyn_cast<linalg::GenericOp>(*sum.user_begin());
  if (!generic || generic.getNumDpsInputs() != 1 ||
      generic.getDpsInputs()[0] != sum || generic.getNumResults() != 1 ||
      !generic.getMatchingIndexingMap(generic.getDpsInputOperand(0))
           .isIdentity() ||
      !generic.getMatchingIndexingMap(generic.getDpsInitOperand(0))
           .isIdentity())
    return {};
  Block &body = generic.getRegion().front();
  auto division =
      body.getTerminator()->getOperand(0).getDefiningOp<arith::DivFOp>();
  APFloat divisor(0.0f);
  if (!division || division.getLhs() != body.getArgument(0) ||
      !matchPattern(division.getRhs(), m_ConstantFloat(&divisor)) ||
      divisor.convertToDouble() != size)
    return {};
  return generic;
}

/// pooling_sum(x) onto 0, / size -> tosa.avg_pool2d(x)
/// pooling_sum(x) onto 0 -> tosa.avg_pool2d(x) * size
template <typename Pool, bool isChannelsFirst>
struct RaiseSumPool : OpRewritePattern<Pool> {
  using OpRewritePattern<Pool>::OpRewritePattern;

  LogicalResult matchAndRewrite(Pool op,
                                PatternRewriter &rewriter) const override {
    if (!isFilledWith(op.getDpsInits().front(), 0.0f))
      return rewriter.notifyMatchFailure(op, "does not start at zero");
    FailureOr<Window> window = readWindow(op, isChannelsFirst, rewriter);
    if (failed(window))
      return failure();
    Location location = op.getLoc();
    Value zero = createNumber(rewriter, location, 0.0f);
    Value mean = tosa::AvgPool2dOp::create(
        rewriter, location, window->type, window->input, zero, zero,
        window->kernel, window->strides, ArrayRef<int64_t>{0, 0, 0, 0},
        rewriter.getF32Type());
    float count = window->kernel[0] * window->kernel[1];
    if (linalg::GenericOp division = divisionBy(op->getResult(0), count)) {
      if (isChannelsFirst)
        mean = transpose(rewriter, location, mean, kToFirst);
      rewriter.replaceOp(division, mean);
      rewriter.eraseOp(op);
      return success();
    }
    auto shiftType = RankedTensorType::get({1}, rewriter.getI8Type());
    Value shift =
        tosa::ConstOp::create(rewriter, location, shiftType,
                              DenseElementsAttr::get(shiftType, int8_t(0)));
    Value size = createNumber(rewriter, location, count, 4);
    Value sum = tosa::MulOp::create(rewriter, location, window->type, mean,
                                    size, shift);
    if (isChannelsFirst)
      sum = transpose(rewriter, location, sum, kToFirst);
    rewriter.replaceOp(op, sum);
    return success();
  }
};

} // namespace

void frontend::populateRaisePooling(RewritePatternSet &patterns) {
  patterns.add<RaiseMaxPool<linalg::PoolingNchwMaxOp, true>,
               RaiseMaxPool<linalg::PoolingNhwcMaxOp, false>,
               RaiseSumPool<linalg::PoolingNchwSumOp, true>,
               RaiseSumPool<linalg::PoolingNhwcSumOp, false>>(
      patterns.getContext());
}
