//===- MoveQdq.cpp - Data movement on codes -------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/Fusion.h"
#include "dialects/LowBit/Transforms/Weights.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "quantc/Support/DataMovement.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

/// Ops whose result has the numbers of operand 0 in other places.
bool isMovement(Operation *op) {
  if (!op || !isDataMovement(op))
    return false;
  return isa_and_nonnull<tosa::TosaDialect>(op->getDialect()) ||
         isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp,
             tensor::ExtractSliceOp>(op);
}

RankedTensorType storageType(RankedTensorType type,
                             quant::QuantizedType format) {
  return type.clone(format.getStorageType());
}

quant::QuantizedType codeType(Value codes) {
  return cast<quant::QuantizedType>(getElementTypeOrSelf(codes.getType()));
}

Value toStorage(OpBuilder &builder, Location loc, Value codes) {
  return quant::StorageCastOp::create(
      builder, loc,
      storageType(cast<RankedTensorType>(codes.getType()), codeType(codes)),
      codes);
}

Value toCodes(OpBuilder &builder, Location loc, Value storage,
              quant::QuantizedType format) {
  auto type = cast<RankedTensorType>(storage.getType());
  return quant::StorageCastOp::create(builder, loc, type.clone(format),
                                      storage);
}

/// The code that stands for the constant a pad fills with; none if there is no
/// exact one.
std::optional<int64_t> padCode(tosa::PadOp pad, quant::QuantizedType type) {
  std::optional<float> value = constantSplat(pad.getPadConst());
  Format format(type);
  if (!value)
    return std::nullopt;
  int64_t code = quantize(*value, format);
  if (dequantize(code, format) != *value)
    return std::nullopt;
  return code;
}

/// Whether `op` can move codes of a format instead of reals.
bool canMove(Operation *op, quant::QuantizedType format) {
  if (!isMovement(op))
    return false;
  auto pad = dyn_cast<tosa::PadOp>(op);
  return !pad || padCode(pad, format).has_value();
}

/// move(codes), on their storage.
Value moveCodes(PatternRewriter &rewriter, Operation *op, Value codes) {
  Location loc = op->getLoc();
  quant::QuantizedType format = codeType(codes);
  auto result =
      storageType(cast<RankedTensorType>(op->getResult(0).getType()), format);
  SmallVector<Value> operands(op->getOperands());
  operands[0] = toStorage(rewriter, loc, codes);
  if (auto pad = dyn_cast<tosa::PadOp>(op)) {
    auto scalar = RankedTensorType::get({1}, format.getStorageType());
    APInt code(format.getStorageTypeIntegralWidth(), *padCode(pad, format),
               /*isSigned=*/true, /*implicitTrunc=*/true);
    operands[2] = tosa::ConstOp::create(
        rewriter, loc, scalar,
        cast<ElementsAttr>(DenseElementsAttr::get(scalar, code)));
  }
  OperationState state(loc, op->getName(), operands, TypeRange(result));
  state.propertiesAttr = op->getPropertiesAsAttribute();
  return toCodes(rewriter, loc, rewriter.create(state)->getResult(0), format);
}

/// Another value in the format of `op`.
Value quantizeLike(PatternRewriter &rewriter, QuantizeOp op, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  auto result = QuantizeOp::create(rewriter, op.getLoc(),
                                   type.clone(codeType(op.getOutput())), value);
  inheritGiven(op, result);
  return result;
}

/// Whether `value` comes from outside the loop or branch that `op` is in.
bool isLessOften(Value value, Operation *op) {
  return value.getParentRegion() != op->getParentRegion();
}

/// move(dequantize(q)) -> dequantize(move(q))
struct SinkDequantize : RewritePattern {
  SinkDequantize(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isMovement(op))
      return failure();
    Value codes = codesBehind(op->getOperand(0));
    if (!codes)
      return rewriter.notifyMatchFailure(op, "input is not dequantized");
    if (codes.getDefiningOp<ConstantOp>())
      return rewriter.notifyMatchFailure(op, "input is constant");
    if (!canMove(op, codeType(codes)))
      return rewriter.notifyMatchFailure(op, "no code for the padding");
    Operation *source = op->getOperand(0).getDefiningOp();
    Value moved = moveCodes(rewriter, op, codes);
    auto result = DequantizeOp::create(rewriter, source->getLoc(),
                                       op->getResult(0).getType(), moved);
    inheritGiven(source, result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// quantize(move(x)) -> move(quantize(x))
struct HoistQuantize : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    Operation *movement = op.getInput().getDefiningOp();
    auto format = codeType(op.getOutput());
    if (!movement || !canMove(movement, format) ||
        !isa<quant::UniformQuantizedType>(format))
      return rewriter.notifyMatchFailure(op, "input is not moved");
    if (!op.getInput().hasOneUse())
      return rewriter.notifyMatchFailure(op, "input has another use");
    if (isLessOften(movement->getOperand(0), op))
      return rewriter.notifyMatchFailure(op,
                                         "a part of what is outside a loop");
    Value codes = quantizeLike(rewriter, op, movement->getOperand(0));
    replaceQuantize(rewriter, op, moveCodes(rewriter, movement, codes));
    return success();
  }
};

/// concat(codes...), on their storage.
Value concatCodes(PatternRewriter &rewriter, tosa::ConcatOp op,
                  ArrayRef<Value> codes) {
  quant::QuantizedType format = codeType(codes[0]);
  SmallVector<Value> operands;
  for (Value operand : codes)
    operands.push_back(toStorage(rewriter, op.getLoc(), operand));
  Value result = tosa::ConcatOp::create(
      rewriter, op.getLoc(),
      storageType(cast<RankedTensorType>(op.getType()), format), operands,
      op.getAxisAttr());
  return toCodes(rewriter, op.getLoc(), result, format);
}

/// concat(dequantize(q)...) -> dequantize(concat(q...))
struct SinkBelowConcat : OpRewritePattern<tosa::ConcatOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::ConcatOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Value> codes;
    for (Value operand : op.getInput1()) {
      codes.push_back(codesBehind(operand));
      if (!codes.back())
        return rewriter.notifyMatchFailure(op, "an input is not dequantized");
      if (codeType(codes.back()) != codeType(codes.front()))
        return rewriter.notifyMatchFailure(op, "formats differ");
    }
    Operation *source = op.getInput1().front().getDefiningOp();
    auto result = DequantizeOp::create(rewriter, op.getLoc(), op.getType(),
                                       concatCodes(rewriter, op, codes));
    inheritGiven(source, result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// quantize(concat(x...)) -> concat(quantize(x)...)
struct HoistAboveConcat : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    auto concat = op.getInput().getDefiningOp<tosa::ConcatOp>();
    auto format = codeType(op.getOutput());
    if (!concat || !isa<quant::UniformQuantizedType>(format))
      return rewriter.notifyMatchFailure(op, "input is not concatenated");
    if (!op.getInput().hasOneUse())
      return rewriter.notifyMatchFailure(op, "input has another use");
    SmallVector<Value> codes;
    for (Value operand : concat.getInput1())
      codes.push_back(quantizeLike(rewriter, op, operand));
    replaceQuantize(rewriter, op, concatCodes(rewriter, concat, codes));
    return success();
  }
};

Value poolCodes(PatternRewriter &rewriter, tosa::MaxPool2dOp op, Value codes) {
  auto attribute = [&](ArrayRef<int64_t> values) {
    return rewriter.getDenseI64ArrayAttr(values);
  };
  return MaxPool2DOp::create(rewriter, op.getLoc(),
                             op.getType().clone(codeType(codes)), codes,
                             attribute(op.getKernel()), attribute(op.getPad()),
                             attribute(op.getStride()));
}

/// max_pool2d(dequantize(q)) -> dequantize(max_pool2d(q))
struct SinkBelowMaxPool : OpRewritePattern<tosa::MaxPool2dOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MaxPool2dOp op,
                                PatternRewriter &rewriter) const override {
    Value codes = codesBehind(op.getInput());
    if (!codes)
      return rewriter.notifyMatchFailure(op, "input is not dequantized");
    if (staysFloat(op))
      return rewriter.notifyMatchFailure(op, "has to stay in float");
    Operation *source = op.getInput().getDefiningOp();
    Value pooled = poolCodes(rewriter, op, codes);
    auto result =
        DequantizeOp::create(rewriter, op.getLoc(), op.getType(), pooled);
    inheritGiven(source, pooled.getDefiningOp());
    inheritGiven(source, result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// quantize(max_pool2d(x)) -> max_pool2d(quantize(x))
struct HoistAboveMaxPool : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    auto pool = op.getInput().getDefiningOp<tosa::MaxPool2dOp>();
    auto format = codeType(op.getOutput());
    if (!pool || staysFloat(pool) || !isa<quant::UniformQuantizedType>(format))
      return rewriter.notifyMatchFailure(op, "input is not a max pool");
    if (!op.getInput().hasOneUse())
      return rewriter.notifyMatchFailure(op, "input has another use");
    Value codes = quantizeLike(rewriter, op, pool.getInput());
    replaceQuantize(rewriter, op, poolCodes(rewriter, pool, codes));
    return success();
  }
};

/// max_pool2d(scast(q)) -> scast(max_pool2d(q)), for a pool of signed integers
struct PoolStorage : OpRewritePattern<tosa::MaxPool2dOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MaxPool2dOp op,
                                PatternRewriter &rewriter) const override {
    auto cast = op.getInput().getDefiningOp<quant::StorageCastOp>();
    if (!cast)
      return rewriter.notifyMatchFailure(op, "input is not codes");
    auto format = dyn_cast<quant::UniformQuantizedType>(
        getElementTypeOrSelf(cast.getInput().getType()));
    if (!format || !format.isSigned() || staysFloat(op))
      return rewriter.notifyMatchFailure(op, "input is not signed codes");
    Value pooled = poolCodes(rewriter, op, cast.getInput());
    rewriter.replaceOp(op, toStorage(rewriter, op.getLoc(), pooled));
    return success();
  }
};

} // namespace

void lowbit::populateMoveQdqPatterns(RewritePatternSet &patterns) {
  patterns.add<HoistAboveConcat, HoistAboveMaxPool, HoistQuantize, PoolStorage,
               SinkBelowConcat, SinkBelowMaxPool, SinkDequantize>(
      patterns.getContext());
}
