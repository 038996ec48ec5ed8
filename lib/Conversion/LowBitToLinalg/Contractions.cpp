//===- Contractions.cpp - Convolutions and products of codes --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "Windows.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbittolinalg;

namespace {

/// acc + (x - zx) * (w - zw), with one rounding nowhere: all of it is int32.
/// Arguments: x, w, zw if it differs by channel, acc.
Value multiplyAdd(OpBuilder &builder, Location loc, ValueRange arguments,
                  const lowbit::Format &input, const lowbit::Format &weights) {
  Value weight =
      arguments.size() == 4
          ? arith::SubIOp::create(builder, loc,
                                  widen(builder, loc, arguments[1], weights),
                                  arguments[2])
          : centre(builder, loc, arguments[1], weights);
  Value product = arith::MulIOp::create(
      builder, loc, centre(builder, loc, arguments[0], input), weight);
  return arith::AddIOp::create(builder, loc, arguments.back(), product);
}

/// bias + sum of (x - zx) * (w - zw) over the last `reductions` loops, where
/// `channel` is the loop over output channels.
template <typename Op>
Value accumulate(OpBuilder &builder, Op op, Value bias, Input x, Input w,
                 AffineExpr channel, unsigned reductions) {
  Location loc = op.getLoc();
  lowbit::Format input = formatOf(op.getInput());
  lowbit::Format weights = formatOf(op.getWeights());
  SmallVector<Input> inputs = {x, w};
  if (!llvm::all_equal(weights.zeroPoints)) {
    SmallVector<int32_t> zeroPoints(weights.zeroPoints.begin(),
                                    weights.zeroPoints.end());
    inputs.push_back({constantVector(builder, loc, zeroPoints),
                      AffineMap::get(x.map.getNumDims(), 0, channel)});
  }
  Value init =
      broadcastVector(builder, loc, bias, op.getOutput().getType().getShape());
  return reduce(builder, loc, init, inputs, reductions,
                [&](OpBuilder &b, Location nested, ValueRange arguments) {
                  return multiplyAdd(b, nested, arguments, input, weights);
                });
}

/// round_to_code(f32(acc) * m[n]), or f32(acc) * f32(sx * sw[n]) for a result
/// of reals. Channels lie in the last dimension.
template <typename Op>
Value finish(OpBuilder &builder, const TypeConverter *converter,
             const lowbit::Format &input, const lowbit::Format &weights, Op op,
             Value accumulators) {
  auto type =
      converter->convertType<RankedTensorType>(op.getOutput().getType());
  std::optional<lowbit::Format> output;
  if (auto code = dyn_cast<quant::QuantizedType>(
          op.getOutput().getType().getElementType()))
    output.emplace(code);
  SmallVector<float> factors;
  for (float scale : weights.scales)
    factors.push_back(lowbit::multiplier(input.scale(), scale,
                                         output ? output->scale() : 1.0f));

  int64_t rank = type.getRank();
  SmallVector<Input> inputs = {
      {accumulators, builder.getMultiDimIdentityMap(rank)}};
  if (weights.axis)
    inputs.push_back(
        {constantVector(builder, op.getLoc(), factors),
         AffineMap::get(rank, 0, builder.getAffineDimExpr(rank - 1))});
  return elementwise(
      builder, op.getLoc(), type, inputs,
      [&](OpBuilder &b, Location loc, ValueRange arguments) -> Value {
        Value real =
            arith::SIToFPOp::create(b, loc, b.getF32Type(), arguments[0]);
        Value factor =
            weights.axis ? arguments[1] : constantF32(b, loc, factors[0]);
        real = arith::MulFOp::create(b, loc, real, factor);
        return output ? roundToCode(b, loc, real, *output, op.getClamp())
                      : real;
      });
}

/// The input's row or column for an output index and a kernel index.
AffineExpr position(AffineExpr output, AffineExpr kernel, int64_t stride,
                    int64_t dilation) {
  return output * stride + kernel * dilation;
}

template <typename Op>
Value finish(OpBuilder &builder, const TypeConverter *converter, Op op,
             Value accumulators) {
  return finish(builder, converter, formatOf(op.getInput()),
                formatOf(op.getWeights()), op, accumulators);
}

/// conv2d(x, w, b) -> acc = b[o] + sum over (kh, kw, c); finish
struct ConvertConv2D : OpConversionPattern<lowbit::Conv2DOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::Conv2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value image = padImage(rewriter, op.getLoc(), adaptor.getInput(),
                           op.getPad(), formatOf(op.getInput()).zeroPoint());
    AffineExpr n, oh, ow, o, kh, kw, c;
    bindDims(getContext(), n, oh, ow, o, kh, kw, c);
    ArrayRef<int64_t> stride = op.getStride(), dilation = op.getDilation();
    AffineMap imageMap =
        AffineMap::get(7, 0,
                       {n, position(oh, kh, stride[0], dilation[0]),
                        position(ow, kw, stride[1], dilation[1]), c},
                       getContext());
    AffineMap weightMap = AffineMap::get(7, 0, {o, kh, kw, c}, getContext());
    Value accumulators =
        accumulate(rewriter, op, adaptor.getBias(), {image, imageMap},
                   {adaptor.getWeights(), weightMap}, o, 3);
    rewriter.replaceOp(op,
                       finish(rewriter, getTypeConverter(), op, accumulators));
    return success();
  }
};

/// depthwise_conv2d(x, w, b) -> acc = b[o] + sum over (kh, kw) of channel
/// o / M; finish
struct ConvertDepthwise : OpConversionPattern<lowbit::DepthwiseConv2DOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::DepthwiseConv2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value image = padImage(rewriter, op.getLoc(), adaptor.getInput(),
                           op.getPad(), formatOf(op.getInput()).zeroPoint());
    int64_t outputs = op.getWeights().getType().getDimSize(2);
    int64_t channels = op.getInput().getType().getDimSize(3);
    AffineExpr n, oh, ow, o, kh, kw;
    bindDims(getContext(), n, oh, ow, o, kh, kw);
    ArrayRef<int64_t> stride = op.getStride(), dilation = op.getDilation();
    AffineMap imageMap =
        AffineMap::get(6, 0,
                       {n, position(oh, kh, stride[0], dilation[0]),
                        position(ow, kw, stride[1], dilation[1]),
                        o.floorDiv(outputs / channels)},
                       getContext());
    AffineMap weightMap = AffineMap::get(6, 0, {kh, kw, o}, getContext());
    Value accumulators =
        accumulate(rewriter, op, adaptor.getBias(), {image, imageMap},
                   {adaptor.getWeights(), weightMap}, o, 2);
    rewriter.replaceOp(op,
                       finish(rewriter, getTypeConverter(), op, accumulators));
    return success();
  }
};

/// matmul(x, w, b) -> acc = b[n] + sum over k; finish
struct ConvertMatmul : OpConversionPattern<lowbit::MatmulOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::MatmulOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    // Loops: the result's dimensions, then k.
    int64_t rank = op.getOutput().getType().getRank();
    SmallVector<AffineExpr> row;
    for (int64_t i = 0; i + 1 < rank; ++i)
      row.push_back(rewriter.getAffineDimExpr(i));
    AffineExpr column = rewriter.getAffineDimExpr(rank - 1);
    AffineExpr k = rewriter.getAffineDimExpr(rank);
    row.push_back(k);
    AffineMap inputMap = AffineMap::get(rank + 1, 0, row, getContext());
    AffineMap weightMap =
        AffineMap::get(rank + 1, 0, {column, k}, getContext());
    Value accumulators = accumulate(
        rewriter, op, adaptor.getBias(), {adaptor.getInput(), inputMap},
        {adaptor.getWeights(), weightMap}, column, 1);
    rewriter.replaceOp(op,
                       finish(rewriter, getTypeConverter(), op, accumulators));
    return success();
  }
};

/// batch_matmul(a, b) -> acc = sum over k of (a - za) * (b - zb); finish
struct ConvertBatchMatmul : OpConversionPattern<lowbit::BatchMatmulOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::BatchMatmulOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    lowbit::Format lhs = formatOf(op.getLhs()), rhs = formatOf(op.getRhs());
    AffineExpr b, m, n, k;
    bindDims(getContext(), b, m, n, k);
    Value zeros = fill(rewriter, loc, op.getOutput().getType().getShape(),
                       rewriter.getI32IntegerAttr(0));
    Value accumulators = reduce(
        rewriter, loc, zeros,
        {{adaptor.getLhs(), AffineMap::get(4, 0, {b, m, k}, getContext())},
         {adaptor.getRhs(), AffineMap::get(4, 0, {b, k, n}, getContext())}},
        1, [&](OpBuilder &nested, Location at, ValueRange arguments) -> Value {
          Value product = arith::MulIOp::create(
              nested, at, centre(nested, at, arguments[0], lhs),
              centre(nested, at, arguments[1], rhs));
          return arith::AddIOp::create(nested, at, arguments[2], product);
        });
    rewriter.replaceOp(
        op, finish(rewriter, getTypeConverter(), lhs, rhs, op, accumulators));
    return success();
  }
};

} // namespace

void lowbittolinalg::populateContractions(const TypeConverter &converter,
                                          RewritePatternSet &patterns) {
  patterns
      .add<ConvertBatchMatmul, ConvertConv2D, ConvertDepthwise, ConvertMatmul>(
          converter, patterns.getContext());
}
