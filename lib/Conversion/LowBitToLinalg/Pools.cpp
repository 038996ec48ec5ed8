//===- Pools.cpp - Means and maxima over windows --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "Windows.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbittolinalg;

namespace {

/// The map that reads element (kh, kw) of a window; loops (n, oh, ow, c, kh,
/// kw).
AffineMap windowMap(MLIRContext *context, ArrayRef<int64_t> stride) {
  AffineExpr n, oh, ow, c, kh, kw;
  bindDims(context, n, oh, ow, c, kh, kw);
  return AffineMap::get(6, 0, {n, oh * stride[0] + kh, ow * stride[1] + kw, c},
                        context);
}

/// A window's size, as a tensor that is never read: it only says how long the
/// loops over the kernel are.
Input kernelLoops(OpBuilder &builder, Location loc, ArrayRef<int64_t> kernel) {
  AffineExpr kh = builder.getAffineDimExpr(4), kw = builder.getAffineDimExpr(5);
  return {tensor::EmptyOp::create(builder, loc, kernel, builder.getI8Type()),
          AffineMap::get(6, 0, {kh, kw}, builder.getContext())};
}

/// How many of a window's elements lie inside the input, along one dimension.
int64_t inside(int64_t output, int64_t stride, int64_t before, int64_t kernel,
               int64_t size) {
  int64_t begin = output * stride - before;
  return std::min(begin + kernel, size) - std::max<int64_t>(begin, 0);
}

/// max_pool2d(x) -> acc = lowest; acc = max(acc, x)
struct ConvertMaxPool : OpConversionPattern<lowbit::MaxPool2DOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::MaxPool2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    lowbit::Format format = formatOf(op.getInput());
    Value image =
        padImage(rewriter, loc, adaptor.getInput(), op.getPad(), format.lowest);
    IntegerType storage = rewriter.getIntegerType(format.bits);
    Value init =
        fill(rewriter, loc, op.getOutput().getType().getShape(),
             IntegerAttr::get(storage,
                              APInt(format.bits, format.lowest, true, true)));
    rewriter.replaceOp(
        op, reduce(rewriter, loc, init,
                   {{image, windowMap(getContext(), op.getStride())},
                    kernelLoops(rewriter, loc, op.getKernel())},
                   2,
                   [&](OpBuilder &b, Location nested,
                       ValueRange arguments) -> Value {
                     if (format.isSigned)
                       return arith::MaxSIOp::create(b, nested, arguments[0],
                                                     arguments[2]);
                     return arith::MaxUIOp::create(b, nested, arguments[0],
                                                   arguments[2]);
                   }));
    return success();
  }
};

/// avg_pool2d(x) -> acc = sum (x - zx); round_to_code(f32(acc) * m[oh, ow])
struct ConvertAvgPool : OpConversionPattern<lowbit::AvgPool2DOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(lowbit::AvgPool2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    lowbit::Format from = formatOf(op.getInput()),
                   to = formatOf(op.getOutput());
    auto type = getTypeConverter()->convertType<RankedTensorType>(
        op.getOutput().getType());
    // A border of the code of 0 adds nothing to the sum.
    Value image = padImage(rewriter, loc, adaptor.getInput(), op.getPad(),
                           from.zeroPoint());
    Value init =
        fill(rewriter, loc, type.getShape(), rewriter.getI32IntegerAttr(0));
    Value sums = reduce(
        rewriter, loc, init,
        {{image, windowMap(getContext(), op.getStride())},
         kernelLoops(rewriter, loc, op.getKernel())},
        2, [&](OpBuilder &b, Location nested, ValueRange arguments) {
          return arith::AddIOp::create(
              b, nested, centre(b, nested, arguments[0], from), arguments[2]);
        });
    AffineExpr oh = rewriter.getAffineDimExpr(1);
    AffineExpr ow = rewriter.getAffineDimExpr(2);
    rewriter.replaceOp(
        op,
        elementwise(rewriter, loc, type,
                    {{sums, rewriter.getMultiDimIdentityMap(4)},
                     {factors(rewriter, op, from, to),
                      AffineMap::get(4, 0, {oh, ow}, getContext())}},
                    [&](OpBuilder &b, Location nested, ValueRange arguments) {
                      Value real = arith::SIToFPOp::create(
                          b, nested, b.getF32Type(), arguments[0]);
                      real =
                          arith::MulFOp::create(b, nested, real, arguments[1]);
                      return roundToCode(b, nested, real, to, op.getClamp());
                    }));
    return success();
  }

private:
  /// f32(sx / (sy * count)) for every window, as [OH, OW].
  static Value factors(OpBuilder &builder, lowbit::AvgPool2DOp op,
                       const lowbit::Format &from, const lowbit::Format &to) {
    ArrayRef<int64_t> in = op.getInput().getType().getShape();
    ArrayRef<int64_t> out = op.getOutput().getType().getShape();
    ArrayRef<int64_t> pad = op.getPad(), kernel = op.getKernel();
    SmallVector<float> values;
    for (int64_t row = 0; row < out[1]; ++row)
      for (int64_t column = 0; column < out[2]; ++column) {
        int64_t count =
            inside(row, op.getStride()[0], pad[0], kernel[0], in[1]) *
            inside(column, op.getStride()[1], pad[2], kernel[1], in[2]);
        values.push_back(
            lowbit::meanMultiplier(from.scale(), to.scale(), count));
      }
    auto type = RankedTensorType::get({out[1], out[2]}, builder.getF32Type());
    return arith::ConstantOp::create(
        builder, op.getLoc(),
        DenseElementsAttr::get(type, ArrayRef<float>(values)));
  }
};

} // namespace

void lowbittolinalg::populatePools(const TypeConverter &converter,
                                   RewritePatternSet &patterns) {
  patterns.add<ConvertAvgPool, ConvertMaxPool>(converter,
                                               patterns.getContext());
}
