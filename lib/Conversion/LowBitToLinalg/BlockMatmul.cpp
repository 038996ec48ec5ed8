//===- BlockMatmul.cpp - Products of packed weights, block by block -------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "Windows.h"

#include "dialects/LowBit/IR/BlockWeights.h"
#include "quantc/Support/Constants.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbittolinalg;

namespace {

using lowbit::BlockWeights;

/// A constant of a shape.
template <typename T>
Value constant(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
               Type element, ArrayRef<T> values) {
  auto type = RankedTensorType::get(shape, element);
  return arith::ConstantOp::create(
      builder, loc, type, cast<TypedAttr>(createElements(type, values)));
}

/// [N, blocks, block], 0 where there is no weight.
Value valuesByBlock(OpBuilder &builder, Location loc,
                    const BlockWeights &weights) {
  int64_t blocks = weights.blocks();
  SmallVector<int8_t> values;
  for (int64_t n = 0; n < weights.outputs; ++n)
    for (int64_t k = 0; k < blocks * weights.block; ++k)
      values.push_back(k < weights.depth ? weights.values[n * weights.depth + k]
                                         : int8_t(0));
  return constant<int8_t>(builder, loc,
                          {weights.outputs, blocks, weights.block},
                          builder.getI8Type(), values);
}

/// The input with as many columns as all blocks have, [M, blocks * block].
Value wholeBlocks(OpBuilder &builder, Location loc, Value input,
                  const BlockWeights &weights) {
  int64_t missing = weights.blocks() * weights.block - weights.depth;
  if (missing == 0)
    return input;
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<OpFoldResult> low(2, builder.getIndexAttr(0)), high = low;
  high[1] = builder.getIndexAttr(missing);
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getI8IntegerAttr(0));
  return tensor::PadOp::create(
      builder, loc,
      RankedTensorType::get({type.getDimSize(0), type.getDimSize(1) + missing},
                            type.getElementType()),
      input, low, high, zero);
}

/// dot[b,m,n] = sum over k of u(x[m, b * block + k]) * v[n,b,k]
Value dots(OpBuilder &builder, Location loc, Value input, bool isSigned,
           const BlockWeights &weights) {
  int64_t rows = cast<RankedTensorType>(input.getType()).getDimSize(0);
  AffineExpr b, m, n, k;
  bindDims(builder.getContext(), b, m, n, k);
  Value zeros = fill(builder, loc, {weights.blocks(), rows, weights.outputs},
                     builder.getI32IntegerAttr(0));
  AffineMap inputMap =
      AffineMap::get(4, 0, {m, b * weights.block + k}, builder.getContext());
  AffineMap weightMap = AffineMap::get(4, 0, {n, b, k}, builder.getContext());
  return reduce(
      builder, loc, zeros,
      {{wholeBlocks(builder, loc, input, weights), inputMap},
       {valuesByBlock(builder, loc, weights), weightMap}},
      1, [&](OpBuilder &nested, Location at, ValueRange arguments) -> Value {
        Type i32 = nested.getI32Type();
        Value x =
            isSigned ? arith::AddIOp::create(nested, at,
                                             arith::ExtSIOp::create(
                                                 nested, at, i32, arguments[0]),
                                             constantI32(nested, at, 128))
                           .getResult()
                     : arith::ExtUIOp::create(nested, at, i32, arguments[0])
                           .getResult();
        Value v = arith::ExtSIOp::create(nested, at, i32, arguments[1]);
        Value product = arith::MulIOp::create(nested, at, x, v);
        return arith::AddIOp::create(nested, at, arguments[2], product);
      });
}

/// acc[m,n] = start[n] +. f32(dot[0,m,n]) *. s[n,0] +. ..., in this order.
Value sumBlocks(OpBuilder &builder, Location loc, Value dots, Value starts,
                const BlockWeights &weights) {
  MLIRContext *context = builder.getContext();
  int64_t rows = cast<RankedTensorType>(dots.getType()).getDimSize(1);
  AffineExpr b, m, n;
  bindDims(context, b, m, n);
  Value scales =
      constant<float>(builder, loc, {weights.outputs, weights.blocks()},
                      builder.getF32Type(), weights.scales);
  Value init = broadcastVector(builder, loc, starts, {rows, weights.outputs});
  SmallVector<AffineMap> maps = {AffineMap::get(3, 0, {b, m, n}, context),
                                 AffineMap::get(3, 0, {n, b}, context),
                                 AffineMap::get(3, 0, {m, n}, context)};
  SmallVector<utils::IteratorType> iterators = {utils::IteratorType::reduction,
                                                utils::IteratorType::parallel,
                                                utils::IteratorType::parallel};
  auto generic = linalg::GenericOp::create(
      builder, loc, init.getType(), ValueRange{dots, scales}, init, maps,
      iterators, [](OpBuilder &nested, Location at, ValueRange arguments) {
        Value dot = arith::SIToFPOp::create(nested, at, nested.getF32Type(),
                                            arguments[0]);
        Value part = arith::MulFOp::create(nested, at, dot, arguments[1]);
        Value sum = arith::AddFOp::create(nested, at, arguments[2], part);
        linalg::YieldOp::create(nested, at, sum);
      });
  return generic.getResult(0);
}

/// acc *. row_scales[m] +. bias[n]
Value scaleRows(OpBuilder &builder, Location loc, Value sums, Value rowScales,
                Value bias) {
  auto type = cast<RankedTensorType>(sums.getType());
  AffineExpr m, n;
  bindDims(builder.getContext(), m, n);
  SmallVector<Input> inputs = {{sums, builder.getMultiDimIdentityMap(2)},
                               {rowScales, AffineMap::get(2, 0, m)}};
  if (bias)
    inputs.push_back({bias, AffineMap::get(2, 0, n)});
  return elementwise(
      builder, loc, type, inputs,
      [](OpBuilder &nested, Location at, ValueRange arguments) -> Value {
        Value real =
            arith::MulFOp::create(nested, at, arguments[0], arguments[1]);
        if (arguments.size() < 3)
          return real;
        return arith::AddFOp::create(nested, at, real, arguments[2]);
      });
}

/// code(acc *. f32(sx / sy)), or acc *. sx for a result of reals.
Value finish(OpBuilder &builder, lowbit::BlockMatmulOp op,
             RankedTensorType type, Value sums) {
  std::optional<lowbit::Format> output;
  if (!op.getOutput().getType().getElementType().isF32())
    output = formatOf(op.getOutput());
  float input = formatOf(op.getInput()).scale();
  float factor = output ? lowbit::ratio(input, output->scale()) : input;
  return elementwise(
      builder, op.getLoc(), type, {{sums, builder.getMultiDimIdentityMap(2)}},
      [&](OpBuilder &nested, Location at, ValueRange arguments) -> Value {
        Value real = arith::MulFOp::create(nested, at, arguments[0],
                                           constantF32(nested, at, factor));
        return output ? roundToCode(nested, at, real, *output, op.getClamp())
                      : real;
      });
}

/// block_matmul(x, constant) -> dots of blocks; their sum in f32; finish
struct ConvertBlockMatmul : OpConversionPattern<lowbit::BlockMatmulOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::BlockMatmulOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto coded = op.getWeights().getDefiningOp<lowbit::CodedConstantOp>();
    if (!coded)
      return rewriter.notifyMatchFailure(op, "weights are not constant");
    std::optional<SmallVector<float>> bias = SmallVector<float>();
    if (op.getBias() && !op.getRowScales())
      bias = constantFloats(op.getBias());
    std::optional<BlockWeights> weights = lowbit::blockWeights(coded);
    if (!bias || !weights)
      return rewriter.notifyMatchFailure(op, "bias is not constant");

    Location loc = op.getLoc();
    lowbit::Format input = formatOf(op.getInput());
    int64_t zero = input.zeroPoint() + (input.isSigned ? 128 : 0);
    Value starts = constantVector(
        rewriter, loc,
        lowbit::blockStarts(*weights, *bias, input.scale(), zero));
    Value sums =
        dots(rewriter, loc, adaptor.getInput(), input.isSigned, *weights);
    sums = sumBlocks(rewriter, loc, sums, starts, *weights);
    auto type = getTypeConverter()->convertType<RankedTensorType>(op.getType());
    rewriter.replaceOp(op, op.getRowScales()
                               ? scaleRows(rewriter, loc, sums,
                                           adaptor.getRowScales(),
                                           adaptor.getBias())
                               : finish(rewriter, op, type, sums));
    return success();
  }
};

/// patches(x) -> every tap of every window, copied
struct ConvertPatches : OpConversionPattern<lowbit::PatchesOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::PatchesOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value image = padImage(rewriter, loc, adaptor.getInput(), op.getPad(),
                           formatOf(op.getInput()).zeroPoint());
    auto padded = cast<RankedTensorType>(image.getType());
    ArrayRef<int64_t> kernel = op.getKernel(), stride = op.getStride(),
                      dilation = op.getDilation();
    SmallVector<int64_t> shape = {padded.getDimSize(0)};
    for (int i = 0; i < 2; ++i)
      shape.push_back(
          (padded.getDimSize(1 + i) - dilation[i] * (kernel[i] - 1) - 1) /
              stride[i] +
          1);
    shape.append({kernel[0], kernel[1], padded.getDimSize(3)});
    AffineExpr n, oh, ow, kh, kw, c;
    bindDims(getContext(), n, oh, ow, kh, kw, c);
    AffineMap map = AffineMap::get(6, 0,
                                   {n, oh * stride[0] + kh * dilation[0],
                                    ow * stride[1] + kw * dilation[1], c},
                                   getContext());
    Value windows = elementwise(
        rewriter, loc, RankedTensorType::get(shape, padded.getElementType()),
        {{image, map}}, [](OpBuilder &, Location, ValueRange arguments) {
          return arguments[0];
        });
    SmallVector<ReassociationIndices> groups = {{0, 1, 2}, {3, 4, 5}};
    rewriter.replaceOpWithNewOp<tensor::CollapseShapeOp>(op, windows, groups);
    return success();
  }
};

} // namespace

void lowbittolinalg::populateBlockMatmul(const TypeConverter &converter,
                                         RewritePatternSet &patterns) {
  patterns.add<ConvertBlockMatmul, ConvertPatches>(converter,
                                                   patterns.getContext());
}
