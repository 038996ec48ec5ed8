//===- FoldConstants.cpp - Constant codes that a model brings along -------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Channels.h"
#include "dialects/LowBit/Transforms/Constants.h"
#include "dialects/LowBit/Transforms/Passes.h"

#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::lowbit {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "dialects/LowBit/Transforms/Passes.h.inc"
} // namespace quantc::lowbit

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

quant::QuantizedType formatTypeOf(Value codes) {
  return dyn_cast<quant::QuantizedType>(getElementTypeOrSelf(codes.getType()));
}

/// scast(constant integers) -> constant codes
struct FoldStorageCast : OpRewritePattern<quant::StorageCastOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(quant::StorageCastOp op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<RankedTensorType>(op.getType());
    quant::QuantizedType format = formatTypeOf(op.getResult());
    if (!type || !format || !isFormat(format))
      return rewriter.notifyMatchFailure(op, "result is not codes");
    std::optional<SmallVector<int8_t>> codes = constantBytes(op.getInput());
    if (!codes)
      return rewriter.notifyMatchFailure(op, "input is not constant");
    Format range(format);
    auto isCode = [&](int8_t byte) {
      int64_t code = range.isSigned ? byte : static_cast<uint8_t>(byte);
      return range.lowest <= code && code <= range.highest;
    };
    if (!llvm::all_of(*codes, isCode))
      return rewriter.notifyMatchFailure(op, "an integer is no code");
    rewriter.replaceOp(op, createCodes(rewriter, op.getLoc(), type.getShape(),
                                       format, *codes));
    return success();
  }
};

/// quantize(constant reals) -> constant codes
struct FoldQuantize : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<SmallVector<float>> reals = constantFloats(op.getInput());
    auto type = cast<RankedTensorType>(op.getType());
    quant::QuantizedType formatType = formatTypeOf(op.getOutput());
    if (!reals || !formatType.getStorageType().isInteger(8))
      return rewriter.notifyMatchFailure(op, "input is not constant");
    Format format(formatType);
    ChannelIndex channel(type, format);
    SmallVector<int8_t> codes;
    codes.reserve(reals->size());
    for (auto [i, real] : llvm::enumerate(*reals))
      codes.push_back(
          static_cast<int8_t>(quantize(real, format, channel.of(i))));
    rewriter.replaceOp(op, createCodes(rewriter, op.getLoc(), type.getShape(),
                                       formatType, codes));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Data movement
//===----------------------------------------------------------------------===//

/// What a movement of constant codes gives: element `i` of the result is
/// element `offset + sum of index[d] * strides[d]` of the input.
struct Movement {
  SmallVector<int64_t> shape, strides;
  int64_t offset = 0;
  quant::QuantizedType format;

  template <typename T>
  SmallVector<T> apply(ArrayRef<T> from) const {
    SmallVector<T> to;
    int64_t count = 1;
    for (int64_t size : shape)
      count *= size;
    to.reserve(count);
    SmallVector<int64_t> index(shape.size(), 0);
    int64_t at = offset;
    for (int64_t i = 0; i < count; ++i) {
      to.push_back(from[at]);
      for (int64_t d = shape.size() - 1; d >= 0; --d) {
        at += strides[d];
        if (++index[d] < shape[d])
          break;
        at -= strides[d] * shape[d];
        index[d] = 0;
      }
    }
    return to;
  }
};

SmallVector<int64_t> stridesOf(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t d = int64_t(shape.size()) - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

std::optional<Movement> movementOf(tosa::TransposeOp op,
                                   quant::QuantizedType format) {
  auto from = cast<RankedTensorType>(op.getInput1().getType());
  SmallVector<int64_t> strides = stridesOf(from.getShape());
  Movement result;
  result.format = format;
  for (auto [d, p] : llvm::enumerate(op.getPerms())) {
    result.shape.push_back(from.getDimSize(p));
    result.strides.push_back(strides[p]);
    if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(format);
        perAxis && perAxis.getQuantizedDimension() == p)
      result.format = withAxis(perAxis, d);
  }
  return result;
}

/// A per-axis format survives if one dimension of the result is its axis.
std::optional<Movement> movementOf(tosa::ReshapeOp op,
                                   quant::QuantizedType format) {
  auto from = cast<RankedTensorType>(op.getInput1().getType());
  auto to = cast<RankedTensorType>(op.getType());
  Movement result{SmallVector<int64_t>(to.getShape()), stridesOf(to.getShape()),
                  0, format};
  auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(format);
  if (!perAxis)
    return result;
  int64_t axis = perAxis.getQuantizedDimension();
  int64_t stride = stridesOf(from.getShape())[axis];
  for (int64_t d = 0; d < to.getRank(); ++d)
    if (to.getDimSize(d) == from.getDimSize(axis) &&
        result.strides[d] == stride) {
      result.format = withAxis(perAxis, d);
      return result;
    }
  return std::nullopt;
}

std::optional<Movement> movementOf(tosa::SliceOp op,
                                   quant::QuantizedType format) {
  SmallVector<int64_t> start;
  if (!op.getStart().getDefiningOp() ||
      !tosa::getConstShapeValues(op.getStart().getDefiningOp(), start))
    return std::nullopt;
  auto from = cast<RankedTensorType>(op.getInput1().getType());
  auto to = cast<RankedTensorType>(op.getType());
  Movement result{SmallVector<int64_t>(to.getShape()),
                  stridesOf(from.getShape()), 0, format};
  for (auto [begin, stride] : llvm::zip_equal(start, result.strides))
    result.offset += begin * stride;
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(format)) {
    int64_t axis = perAxis.getQuantizedDimension();
    result.format =
        gatherChannels(perAxis,
                       llvm::to_vector(llvm::seq(
                           start[axis], start[axis] + result.shape[axis])),
                       axis);
  }
  return result;
}

/// Constant codes elsewhere: bytes, or the 32-bit codes of a bias.
Value moveCodes(OpBuilder &builder, ConstantOp constant,
                const Movement &movement) {
  auto apply = [&](auto codes) -> Value {
    return createCodes(builder, constant.getLoc(), movement.shape,
                       movement.format, movement.apply(ArrayRef(codes)));
  };
  if (isBiasFormat(movement.format))
    return apply(biasCodesOf(constant));
  return apply(codesOf(constant));
}

/// move(dequantize(constant codes)) -> dequantize(constant codes)
template <typename Op>
struct FoldMovement : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    auto dequantize = op.getInput1().template getDefiningOp<DequantizeOp>();
    auto constant =
        dequantize ? dequantize.getInput().template getDefiningOp<ConstantOp>()
                   : ConstantOp();
    if (!constant)
      return rewriter.notifyMatchFailure(op, "input is not constant codes");
    std::optional<Movement> movement =
        movementOf(op, formatTypeOf(constant.getOutput()));
    if (!movement)
      return rewriter.notifyMatchFailure(op, "the axis of the scales is lost");
    Value codes = moveCodes(rewriter, constant, *movement);
    auto moved = DequantizeOp::create(rewriter, dequantize.getLoc(),
                                      op.getType(), codes);
    moved->setDiscardableAttrs(dequantize->getDiscardableAttrDictionary());
    rewriter.replaceOp(op, moved);
    return success();
  }
};

struct FoldConstants : lowbit::impl::FoldConstantsBase<FoldConstants> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns
        .add<FoldMovement<tosa::ReshapeOp>, FoldMovement<tosa::SliceOp>,
             FoldMovement<tosa::TransposeOp>, FoldQuantize, FoldStorageCast>(
            &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
