//===- ExpandBlocks.cpp - Products of packed weights as float layers ------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/ExpandBlocks.h"

#include "dialects/LowBit/IR/Coded.h"
#include "dialects/LowBit/Transforms/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// Ops on reals at the place of one block_matmul.
class Expansion {
public:
  Expansion(RewriterBase &rewriter, BlockMatmulOp op, CodedConstantOp weights)
      : rewriter(rewriter), loc(op.getLoc()), op(op), weights(weights),
        rows(op.getType().getDimSize(0)), outputs(op.getType().getDimSize(1)) {}

  Value run();

private:
  Value convolution(PatchesOp patches);
  Value product();
  Value finish(Value reals);
  Value zero() { return constant({1}, 0.0f); }
  Value constant(ArrayRef<int64_t> shape, float value) {
    auto type = RankedTensorType::get(shape, rewriter.getF32Type());
    return arith::ConstantOp::create(rewriter, loc, type,
                                     DenseElementsAttr::get(type, value));
  }
  Value reals(Value codes) {
    return DequantizeOp::create(
        rewriter, loc, tensorType(codes).clone(rewriter.getF32Type()), codes);
  }
  Value decoded(ArrayRef<int64_t> shape, int64_t axis) {
    CodedConstantOp clone = cloneCoded(rewriter, weights, shape, axis);
    return DecodeOp::create(
        rewriter, loc, clone.getType().clone(rewriter.getF32Type()), clone);
  }
  Value reshape(Value value, ArrayRef<int64_t> shape) {
    if (tensorType(value).getShape() == shape)
      return value;
    return tosa::ReshapeOp::create(rewriter, loc,
                                   tensorType(value).clone(shape), value,
                                   constantShape(rewriter, loc, shape));
  }

  RewriterBase &rewriter;
  Location loc;
  BlockMatmulOp op;
  CodedConstantOp weights;
  int64_t rows, outputs;
};

Value Expansion::run() {
  auto patches = op.getInput().getDefiningOp<PatchesOp>();
  return finish(patches && !op.getRowScales() ? convolution(patches)
                                              : product());
}

/// conv2d(dequantize(x), decode(w), bias) as rows
Value Expansion::convolution(PatchesOp patches) {
  ArrayRef<int64_t> in = patches.getInput().getType().getShape();
  ArrayRef<int64_t> kernel = patches.getKernel(), pad = patches.getPad();
  SmallVector<int64_t> shape = {in[0]};
  for (int i = 0; i < 2; ++i)
    shape.push_back((in[1 + i] + pad[2 * i] + pad[2 * i + 1] -
                     patches.getDilation()[i] * (kernel[i] - 1) - 1) /
                        patches.getStride()[i] +
                    1);
  shape.push_back(outputs);
  Value bias = op.getBias() ? op.getBias() : constant({outputs}, 0.0f);
  Type real = rewriter.getF32Type();
  Value result = tosa::Conv2DOp::create(
      rewriter, loc, RankedTensorType::get(shape, real),
      reals(patches.getInput()),
      decoded({outputs, kernel[0], kernel[1], in[3]}, /*axis=*/0), bias, zero(),
      zero(), pad, patches.getStride(), patches.getDilation(), real);
  return reshape(result, {rows, outputs});
}

/// [row_scales *] matmul(dequantize(x), decode(w)) + bias
Value Expansion::product() {
  int64_t depth = weights.getType().getDimSize(1);
  Value input = reshape(reals(op.getInput()), {1, rows, depth});
  Value weight = decoded({1, depth, outputs}, /*axis=*/2);
  auto type = RankedTensorType::get({1, rows, outputs}, rewriter.getF32Type());
  Value result = tosa::MatMulOp::create(rewriter, loc, type, input, weight,
                                        zero(), zero());
  if (op.getRowScales()) {
    auto shift = RankedTensorType::get({1}, rewriter.getI8Type());
    Value none = arith::ConstantOp::create(
        rewriter, loc, shift, DenseElementsAttr::get(shift, int8_t(0)));
    result =
        tosa::MulOp::create(rewriter, loc, type, result,
                            reshape(op.getRowScales(), {1, rows, 1}), none);
  }
  if (op.getBias())
    result = tosa::AddOp::create(rewriter, loc, type, result,
                                 reshape(op.getBias(), {1, 1, outputs}));
  return reshape(result, {rows, outputs});
}

/// quantize(clamp(reals)), or the reals themselves
Value Expansion::finish(Value result) {
  auto element = dyn_cast<quant::QuantizedType>(op.getType().getElementType());
  if (!element)
    return result;
  if (std::optional<ArrayRef<int64_t>> clamp = op.getClamp()) {
    Format format(element);
    auto bound = [&](int64_t code) {
      return rewriter.getF32FloatAttr(dequantize(code, format));
    };
    result = tosa::ClampOp::create(rewriter, loc, result.getType(), result,
                                   bound((*clamp)[0]), bound((*clamp)[1]));
  }
  return QuantizeOp::create(rewriter, loc, op.getType(), result);
}

/// block_matmul(x, constant) -> quantize(clamp(layer(dequantize(x),
/// decode(w))))
struct ExpandBlockMatmul : OpRewritePattern<BlockMatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(BlockMatmulOp op,
                                PatternRewriter &rewriter) const override {
    auto weights = op.getWeights().getDefiningOp<CodedConstantOp>();
    if (!weights)
      return rewriter.notifyMatchFailure(op, "weights are not constant");
    rewriter.replaceOp(op, Expansion(rewriter, op, weights).run());
    return success();
  }
};

} // namespace

void lowbit::populateExpandBlocks(RewritePatternSet &patterns) {
  patterns.add<ExpandBlockMatmul>(patterns.getContext());
}
