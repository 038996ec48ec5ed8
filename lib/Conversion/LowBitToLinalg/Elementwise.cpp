//===- Elementwise.cpp - Numbers and elementwise ops on codes -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "Scalars.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbittolinalg;

namespace {

RankedTensorType resultType(const TypeConverter *converter, Value result) {
  return converter->convertType<RankedTensorType>(result.getType());
}

/// quantize(x) -> round_to_code(x / scale)
struct ConvertQuantize : OpConversionPattern<lowbit::QuantizeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::QuantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = resultType(getTypeConverter(), op.getOutput());
    lowbit::Format format = formatOf(op.getOutput());
    SmallVector<Input> inputs = {
        {adaptor.getInput(), rewriter.getMultiDimIdentityMap(type.getRank())}};
    if (format.axis)
      appendChannels(rewriter, op.getLoc(), format, type.getRank(), inputs);
    rewriter.replaceOp(
        op,
        elementwise(
            rewriter, op.getLoc(), type, inputs,
            [&](OpBuilder &b, Location loc, ValueRange arguments) {
              Value scale = format.axis ? arguments[1]
                                        : constantF32(b, loc, format.scale());
              Value real = arith::DivFOp::create(b, loc, arguments[0], scale);
              if (!format.axis)
                return roundToCode(b, loc, real, format);
              CodeLimits limits = {arguments[2], arguments[3], arguments[4]};
              return roundToCode(b, loc, real, limits, format.bits);
            }));
    return success();
  }

private:
  /// Scale, limits and offset of each channel.
  static void appendChannels(OpBuilder &builder, Location loc,
                             const lowbit::Format &format, int64_t rank,
                             SmallVectorImpl<Input> &inputs) {
    SmallVector<float> low, high;
    SmallVector<int32_t> offset;
    for (int64_t zeroPoint : format.zeroPoints) {
      low.push_back(static_cast<float>(format.lowest - zeroPoint));
      high.push_back(static_cast<float>(format.highest - zeroPoint));
      offset.push_back(static_cast<int32_t>(magicBits - zeroPoint));
    }
    AffineMap channel =
        AffineMap::get(rank, 0, builder.getAffineDimExpr(*format.axis));
    inputs.push_back({constantVector(builder, loc, format.scales), channel});
    inputs.push_back({constantVector(builder, loc, low), channel});
    inputs.push_back({constantVector(builder, loc, high), channel});
    inputs.push_back({constantVector(builder, loc, offset), channel});
  }
};

/// binarize(x) -> x >= 0 ? 1 : -1
struct ConvertBinarize : OpConversionPattern<lowbit::BinarizeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::BinarizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = resultType(getTypeConverter(), op.getOutput());
    SmallVector<Input> inputs = {
        {adaptor.getInput(), rewriter.getMultiDimIdentityMap(type.getRank())}};
    auto sign = [&](OpBuilder &b, Location loc, ValueRange arguments) -> Value {
      Value isOne =
          arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGE, arguments[0],
                                constantF32(b, loc, 0.0f));
      auto code = [&](int64_t value) {
        return arith::ConstantOp::create(
            b, loc, b.getIntegerAttr(type.getElementType(), value));
      };
      return arith::SelectOp::create(b, loc, isOne, code(1), code(-1));
    };
    rewriter.replaceOp(op,
                       elementwise(rewriter, op.getLoc(), type, inputs, sign));
    return success();
  }
};

/// dequantize(q) -> f32(q - zero_point) * scale
struct ConvertDequantize : OpConversionPattern<lowbit::DequantizeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::DequantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    lowbit::Format format = formatOf(op.getInput());
    SmallVector<Input> inputs = {
        {adaptor.getInput(), rewriter.getMultiDimIdentityMap(type.getRank())}};
    if (format.axis) {
      AffineMap channel = AffineMap::get(
          type.getRank(), 0, rewriter.getAffineDimExpr(*format.axis));
      SmallVector<int32_t> zeroPoints(format.zeroPoints.begin(),
                                      format.zeroPoints.end());
      inputs.push_back(
          {constantVector(rewriter, op.getLoc(), format.scales), channel});
      inputs.push_back(
          {constantVector(rewriter, op.getLoc(), zeroPoints), channel});
    }
    rewriter.replaceOp(
        op, elementwise(
                rewriter, op.getLoc(), type, inputs,
                [&](OpBuilder &b, Location loc, ValueRange arguments) -> Value {
                  Value code =
                      format.axis
                          ? arith::SubIOp::create(
                                b, loc, widen(b, loc, arguments[0], format),
                                arguments[2])
                          : centre(b, loc, arguments[0], format);
                  Value real =
                      arith::SIToFPOp::create(b, loc, b.getF32Type(), code);
                  Value scale = format.axis
                                    ? arguments[1]
                                    : constantF32(b, loc, format.scale());
                  return arith::MulFOp::create(b, loc, real, scale);
                }));
    return success();
  }
};

/// f32(code - zero_point) * factor
Value scaled(OpBuilder &builder, Location loc, Value code,
             const lowbit::Format &format, float factor) {
  Value real = arith::SIToFPOp::create(builder, loc, builder.getF32Type(),
                                       centre(builder, loc, code, format));
  return arith::MulFOp::create(builder, loc, real,
                               constantF32(builder, loc, factor));
}

/// requantize(x) -> round_to_code(f32(x - zx) * f32(sx / sy))
struct ConvertRequantize : OpConversionPattern<lowbit::RequantizeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::RequantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = resultType(getTypeConverter(), op.getOutput());
    lowbit::Format from = formatOf(op.getInput()),
                   to = formatOf(op.getOutput());
    float factor = lowbit::ratio(from.scale(), to.scale());
    AffineMap identity = rewriter.getMultiDimIdentityMap(type.getRank());
    rewriter.replaceOp(
        op, elementwise(
                rewriter, op.getLoc(), type, {{adaptor.getInput(), identity}},
                [&](OpBuilder &b, Location loc, ValueRange arguments) {
                  Value real = scaled(b, loc, arguments[0], from, factor);
                  return roundToCode(b, loc, real, to, op.getClamp());
                }));
    return success();
  }
};

/// The two operands of a broadcasting op.
template <typename Op>
SmallVector<Input> operands(Op op, typename Op::Adaptor adaptor,
                            ArrayRef<int64_t> shape) {
  MLIRContext *context = op.getContext();
  return {{adaptor.getLhs(),
           broadcastMap(context, op.getLhs().getType().getShape(), shape)},
          {adaptor.getRhs(),
           broadcastMap(context, op.getRhs().getType().getShape(), shape)}};
}

/// add(a, b) -> round_to_code(f32(a - za) * f32(sa / sy)
///                            + f32(b - zb) * f32(sb / sy))
struct ConvertAdd : OpConversionPattern<lowbit::AddOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::AddOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = resultType(getTypeConverter(), op.getOutput());
    lowbit::Format lhs = formatOf(op.getLhs()), rhs = formatOf(op.getRhs());
    lowbit::Format to = formatOf(op.getOutput());
    rewriter.replaceOp(
        op,
        elementwise(rewriter, op.getLoc(), type,
                    operands(op, adaptor, type.getShape()),
                    [&](OpBuilder &b, Location loc, ValueRange arguments) {
                      Value l = scaled(b, loc, arguments[0], lhs,
                                       lowbit::ratio(lhs.scale(), to.scale()));
                      Value r = scaled(b, loc, arguments[1], rhs,
                                       lowbit::ratio(rhs.scale(), to.scale()));
                      Value sum = arith::AddFOp::create(b, loc, l, r);
                      return roundToCode(b, loc, sum, to, op.getClamp());
                    }));
    return success();
  }
};

/// mul(a, b) -> round_to_code(f32((a - za) * (b - zb)) * f32(sa * sb / sy))
struct ConvertMul : OpConversionPattern<lowbit::MulOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::MulOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = resultType(getTypeConverter(), op.getOutput());
    lowbit::Format lhs = formatOf(op.getLhs()), rhs = formatOf(op.getRhs());
    lowbit::Format to = formatOf(op.getOutput());
    float factor = lowbit::multiplier(lhs.scale(), rhs.scale(), to.scale());
    rewriter.replaceOp(
        op, elementwise(rewriter, op.getLoc(), type,
                        operands(op, adaptor, type.getShape()),
                        [&](OpBuilder &b, Location loc, ValueRange arguments) {
                          Value product = arith::MulIOp::create(
                              b, loc, centre(b, loc, arguments[0], lhs),
                              centre(b, loc, arguments[1], rhs));
                          Value real = arith::SIToFPOp::create(
                              b, loc, b.getF32Type(), product);
                          real = arith::MulFOp::create(
                              b, loc, real, constantF32(b, loc, factor));
                          return roundToCode(b, loc, real, to, op.getClamp());
                        }));
    return success();
  }
};

/// table(x) -> table[x - storage_lowest]
struct ConvertTable : OpConversionPattern<lowbit::TableOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::TableOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = resultType(getTypeConverter(), op.getOutput());
    lowbit::Format from = formatOf(op.getInput());
    AffineMap identity = rewriter.getMultiDimIdentityMap(type.getRank());
    rewriter.replaceOp(
        op, elementwise(
                rewriter, op.getLoc(), type, {{adaptor.getInput(), identity}},
                [&](OpBuilder &b, Location loc, ValueRange arguments) -> Value {
                  Value offset = arith::SubIOp::create(
                      b, loc, widen(b, loc, arguments[0], from),
                      constantI32(b, loc, from.storageLowest));
                  Value index = arith::IndexCastOp::create(
                      b, loc, b.getIndexType(), offset);
                  return tensor::ExtractOp::create(b, loc, adaptor.getTable(),
                                                   index);
                }));
    return success();
  }
};

/// constant(codes) -> arith.constant(codes)
struct ConvertConstant : OpConversionPattern<lowbit::ConstantOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::ConstantOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(
        op, cast<TypedAttr>(op.getCodes()));
    return success();
  }
};

} // namespace

void lowbittolinalg::populateElementwise(const TypeConverter &converter,
                                         RewritePatternSet &patterns) {
  patterns.add<ConvertBinarize, ConvertAdd, ConvertConstant, ConvertDequantize,
               ConvertMul, ConvertQuantize, ConvertRequantize, ConvertTable>(
      converter, patterns.getContext());
}
