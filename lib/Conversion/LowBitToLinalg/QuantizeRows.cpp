//===- QuantizeRows.cpp - Formats that a program chooses itself -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "Scalars.h"
#include "Windows.h"

#include "dialects/LowBit/IR/LowBit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/bit.h"
#include <limits>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbittolinalg;

namespace {

int32_t bitsOf(float value) { return llvm::bit_cast<int32_t>(value); }

/// A row whose largest magnitude is less has the scale 1, and zeros.
constexpr float kLeast = 0x1p-100f;

Value choose(OpBuilder &builder, Location loc, arith::CmpIPredicate predicate,
             Value bits, int32_t limit, int32_t otherwise) {
  Value is = arith::CmpIOp::create(builder, loc, predicate, bits,
                                   constantI32(builder, loc, limit));
  return arith::SelectOp::create(builder, loc, is, bits,
                                 constantI32(builder, loc, otherwise));
}

/// max over k of |x[m,k]| as bits, which are ordered as the numbers are; NaN
/// counts as 0, and infinity as the largest number.
Value largestBits(OpBuilder &builder, Location loc, Value input) {
  auto type = cast<RankedTensorType>(input.getType());
  Type i32 = builder.getI32Type();
  AffineExpr m, k;
  bindDims(builder.getContext(), m, k);
  AffineMap map = AffineMap::get(2, 0, {m, k}, builder.getContext());
  Value zeros =
      fill(builder, loc, {type.getDimSize(0)}, builder.getI32IntegerAttr(0));
  Value largest = reduce(
      builder, loc, zeros, {{input, map}}, 1,
      [&](OpBuilder &b, Location at, ValueRange arguments) -> Value {
        Value bits = arith::BitcastOp::create(b, at, i32, arguments[0]);
        bits =
            arith::AndIOp::create(b, at, bits, constantI32(b, at, 0x7FFFFFFF));
        float infinity = std::numeric_limits<float>::infinity();
        bits =
            choose(b, at, arith::CmpIPredicate::sle, bits, bitsOf(infinity), 0);
        return arith::MaxSIOp::create(b, at, bits, arguments[1]);
      });
  AffineMap row = builder.getMultiDimIdentityMap(1);
  float most = std::numeric_limits<float>::max();
  return elementwise(
      builder, loc, cast<RankedTensorType>(largest.getType()), {{largest, row}},
      [&](OpBuilder &b, Location at, ValueRange arguments) -> Value {
        return arith::MinSIOp::create(b, at, arguments[0],
                                      constantI32(b, at, bitsOf(most)));
      });
}

/// ratio(a), or 1 for rows of almost nothing.
template <typename Ratio>
Value ofRows(OpBuilder &builder, Location loc, Value bits, Ratio ratio) {
  auto type = cast<RankedTensorType>(bits.getType());
  return elementwise(
      builder, loc, type.clone(builder.getF32Type()),
      {{bits, builder.getMultiDimIdentityMap(1)}},
      [&](OpBuilder &b, Location at, ValueRange arguments) -> Value {
        // The bits of 127 stand in for those of an empty row.
        Value some = choose(b, at, arith::CmpIPredicate::sge, arguments[0],
                            bitsOf(kLeast), bitsOf(127.0f));
        return ratio(b, at,
                     arith::BitcastOp::create(b, at, b.getF32Type(), some),
                     constantF32(b, at, 127.0f));
      });
}

/// quantize_rows(x) -> a reduction, two numbers for each row, and the codes
struct ConvertQuantizeRows : OpConversionPattern<lowbit::QuantizeRowsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::QuantizeRowsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value bits = largestBits(rewriter, loc, adaptor.getInput());
    Value scales = ofRows(rewriter, loc, bits,
                          [](OpBuilder &b, Location at, Value a, Value most) {
                            return arith::DivFOp::create(b, at, a, most);
                          });
    Value factors = ofRows(rewriter, loc, bits,
                           [](OpBuilder &b, Location at, Value a, Value most) {
                             return arith::DivFOp::create(b, at, most, a);
                           });
    auto type = getTypeConverter()->convertType<RankedTensorType>(
        op.getCodes().getType());
    lowbit::Format format = formatOf(op.getCodes());
    AffineExpr m, k;
    bindDims(rewriter.getContext(), m, k);
    AffineMap row = AffineMap::get(2, 0, {m}, rewriter.getContext());
    Value codes = elementwise(
        rewriter, loc, type,
        {{adaptor.getInput(), rewriter.getMultiDimIdentityMap(2)},
         {factors, row}},
        [&](OpBuilder &b, Location at, ValueRange arguments) {
          Value real = arith::MulFOp::create(b, at, arguments[0], arguments[1]);
          return roundToCode(b, at, real, format);
        });
    rewriter.replaceOp(op, {codes, scales});
    return success();
  }
};

/// scale_rows(x, s, b) -> x * s[m] + b[n]
struct ConvertScaleRows : OpConversionPattern<lowbit::ScaleRowsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::ScaleRowsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    auto rank = static_cast<unsigned>(type.getRank());
    AffineMap row = AffineMap::get(rank, 0, rewriter.getAffineDimExpr(0));
    AffineMap channel =
        AffineMap::get(rank, 0, rewriter.getAffineDimExpr(rank - 1));
    rewriter.replaceOp(
        op, elementwise(
                rewriter, op.getLoc(), type,
                {{adaptor.getInput(), rewriter.getMultiDimIdentityMap(rank)},
                 {adaptor.getScales(), row},
                 {adaptor.getBias(), channel}},
                [](OpBuilder &b, Location at, ValueRange arguments) -> Value {
                  Value product =
                      arith::MulFOp::create(b, at, arguments[0], arguments[1]);
                  return arith::AddFOp::create(b, at, product, arguments[2]);
                }));
    return success();
  }
};

} // namespace

void lowbittolinalg::populateQuantizeRows(const TypeConverter &converter,
                                          RewritePatternSet &patterns) {
  patterns.add<ConvertQuantizeRows, ConvertScaleRows>(converter,
                                                      patterns.getContext());
}
