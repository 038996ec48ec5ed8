//===- RaiseContractions.cpp - linalg convolutions and matmuls become TOSA -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Layout.h"
#include "lib/Frontend/Transforms/RaiseLinalg.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::frontend;

namespace {

/// How a linalg convolution lays out its tensors, as permutations to TOSA's
/// NHWC input and to its weights. Empty: as it is.
struct ConvLayout {
  ArrayRef<int32_t> input, weights, result;
  bool isDepthwise;
};

constexpr int32_t kToLast[] = {0, 2, 3, 1};
constexpr int32_t kToFirst[] = {0, 3, 1, 2};
constexpr int32_t kHwcfToFhwc[] = {3, 0, 1, 2};
constexpr int32_t kFchwToFhwc[] = {0, 2, 3, 1};
constexpr int32_t kChwToHwc[] = {1, 2, 0};

ConvLayout layoutOf(linalg::Conv2DNhwcHwcfOp) {
  return {{}, kHwcfToFhwc, {}, false};
}
ConvLayout layoutOf(linalg::Conv2DNhwcFhwcOp) { return {{}, {}, {}, false}; }
ConvLayout layoutOf(linalg::Conv2DNchwFchwOp) {
  return {kToLast, kFchwToFhwc, kToFirst, false};
}
ConvLayout layoutOf(linalg::DepthwiseConv2DNhwcHwcOp) {
  return {{}, {}, {}, true};
}
ConvLayout layoutOf(linalg::DepthwiseConv2DNhwcHwcmOp) {
  return {{}, {}, {}, true};
}
ConvLayout layoutOf(linalg::DepthwiseConv2DNchwChwOp) {
  return {kToLast, kChwToHwc, kToFirst, true};
}

bool isStaticF32(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() && type.getElementType().isF32();
}

Value permute(PatternRewriter &rewriter, Location location, Value value,
              ArrayRef<int32_t> perms) {
  return perms.empty() ? value : transpose(rewriter, location, value, perms);
}

/// conv(x, w) onto init -> tosa.conv2d(x', w', 0)' + init
template <typename Conv>
struct RaiseConv : OpRewritePattern<Conv> {
  using OpRewritePattern<Conv>::OpRewritePattern;

  LogicalResult matchAndRewrite(Conv op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasPureTensorSemantics() ||
        !llvm::all_of(op->getOperands(), isStaticF32))
      return rewriter.notifyMatchFailure(op, "not f32 tensors of static shape");
    ConvLayout layout = layoutOf(op);
    Location location = op.getLoc();
    Value init = op.getDpsInits().front();
    Value input =
        permute(rewriter, location, op.getDpsInputs()[0], layout.input);
    Value weights =
        permute(rewriter, location, op.getDpsInputs()[1], layout.weights);
    auto weightType = cast<RankedTensorType>(weights.getType());
    SmallVector<int64_t> weightShape(weightType.getShape());
    if (layout.isDepthwise && weightShape.size() == 3)
      weightShape.push_back(1);
    weights = reshape(rewriter, location, weights, weightShape);

    auto initType = cast<RankedTensorType>(init.getType());
    SmallVector<int64_t> shape(initType.getShape());
    if (!layout.result.empty())
      shape = permuted(shape, layout.input);
    if (shape.size() == 5) { // [N, H, W, C, M]
      shape[3] *= shape[4];
      shape.pop_back();
    }
    ArrayRef<int64_t> kernel =
        ArrayRef<int64_t>(weightShape).slice(layout.isDepthwise ? 0 : 1, 2);
    auto strides =
        llvm::to_vector(op.getStrides().template getValues<int64_t>());
    auto dilations =
        llvm::to_vector(op.getDilations().template getValues<int64_t>());
    input = cropToWindows(rewriter, location, input, shape, kernel, strides,
                          dilations);
    Value result =
        createConv(rewriter, location, layout.isDepthwise, input, weights,
                   initType.clone(shape), strides, dilations);
    if (initType.getRank() == 5)
      result = reshape(rewriter, location, result, initType.getShape());
    result = permute(rewriter, location, result, layout.result);
    rewriter.replaceOp(op, addInit(rewriter, location, result, init));
    return success();
  }

private:
  static Value createConv(PatternRewriter &rewriter, Location location,
                          bool isDepthwise, Value input, Value weights,
                          RankedTensorType type, ArrayRef<int64_t> strides,
                          ArrayRef<int64_t> dilations) {
    Value zero = createNumber(rewriter, location, 0.0f);
    auto biasType =
        RankedTensorType::get(type.getShape().back(), rewriter.getF32Type());
    Value bias = tosa::ConstOp::create(rewriter, location, biasType,
                                       DenseElementsAttr::get(biasType, 0.0f));
    int64_t pad[] = {0, 0, 0, 0};
    if (isDepthwise)
      return tosa::DepthwiseConv2DOp::create(
          rewriter, location, type, input, weights, bias, zero, zero, pad,
          strides, dilations, rewriter.getF32Type());
    return tosa::Conv2DOp::create(rewriter, location, type, input, weights,
                                  bias, zero, zero, pad, strides, dilations,
                                  rewriter.getF32Type());
  }
};

/// matmul(a, b) onto init -> tosa.matmul(a, b) + init
template <typename MatMul>
struct RaiseMatMul : OpRewritePattern<MatMul> {
  using OpRewritePattern<MatMul>::OpRewritePattern;

  LogicalResult matchAndRewrite(MatMul op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasPureTensorSemantics() ||
        !llvm::all_of(op->getOperands(), isStaticF32))
      return rewriter.notifyMatchFailure(op, "not f32 tensors of static shape");
    if (op.hasUserDefinedMaps())
      return rewriter.notifyMatchFailure(op, "operands are mapped");
    Location location = op.getLoc();
    Value init = op.getDpsInits().front();
    auto type = cast<RankedTensorType>(init.getType());
    Value a = withBatch(rewriter, op.getDpsInputs()[0]);
    Value b = withBatch(rewriter, op.getDpsInputs()[1]);
    SmallVector<int64_t> shape(type.getShape());
    if (shape.size() == 2)
      shape.insert(shape.begin(), 1);
    Value zero = createNumber(rewriter, location, 0.0f);
    Value product = tosa::MatMulOp::create(rewriter, location,
                                           type.clone(shape), a, b, zero, zero);
    product = reshape(rewriter, location, product, type.getShape());
    rewriter.replaceOp(op, addInit(rewriter, location, product, init));
    return success();
  }

private:
  static Value withBatch(PatternRewriter &rewriter, Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    if (type.getRank() == 3)
      return value;
    return reshape(rewriter, value.getLoc(), value,
                   {1, type.getDimSize(0), type.getDimSize(1)});
  }
};

} // namespace

void frontend::populateRaiseContractions(RewritePatternSet &patterns) {
  patterns.add<
      RaiseConv<linalg::Conv2DNchwFchwOp>, RaiseConv<linalg::Conv2DNhwcFhwcOp>,
      RaiseConv<linalg::Conv2DNhwcHwcfOp>,
      RaiseConv<linalg::DepthwiseConv2DNchwChwOp>,
      RaiseConv<linalg::DepthwiseConv2DNhwcHwcOp>,
      RaiseConv<linalg::DepthwiseConv2DNhwcHwcmOp>,
      RaiseMatMul<linalg::BatchMatmulOp>, RaiseMatMul<linalg::MatmulOp>>(
      patterns.getContext());
}
