//===- FuseElementwise.cpp - Elementwise ops and means on codes -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Parameters.h"
#include "dialects/LowBit/Transforms/Fusion.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "dialects/LowBit/Transforms/Weights.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

/// The codes of an operand: those that it is dequantized from, or those of a
/// constant, which are made here to cover it. Models that bring their own
/// formats have given codes for such constants, too, if they want them.
Value operandCodes(RewriterBase &rewriter, Value operand, bool negate = false) {
  if (Value codes = codesBehind(operand); codes && !negate)
    return codes;
  std::optional<SmallVector<float>> values = constantFloats(operand);
  if (!values || values->empty() ||
      !llvm::all_of(*values, [](float v) { return std::isfinite(v); }))
    return {};
  if (negate)
    for (float &value : *values)
      value = -value;
  auto [min, max] = std::minmax_element(values->begin(), values->end());
  Parameters parameters = chooseAsymmetric(*min, *max, 0, 255);
  auto type = activationFormat(rewriter.getContext(), /*isSigned=*/false,
                               parameters.scale, parameters.zeroPoint);
  Format format(type);
  SmallVector<int8_t> codes;
  for (float value : *values)
    codes.push_back(static_cast<int8_t>(quantize(value, format)));
  return createCodes(rewriter, operand.getLoc(),
                     cast<RankedTensorType>(operand.getType()).getShape(), type,
                     codes);
}

/// -b as codes, exactly: the mirrored codes with the mirrored zero point.
Value negatedCodes(RewriterBase &rewriter, Value operand) {
  auto codes = codesBehind(operand);
  if (!codes)
    return operandCodes(rewriter, operand, /*negate=*/true);
  auto type = cast<quant::QuantizedType>(codes.getType().getElementType());
  Format format(type);
  int64_t mirror = format.lowest + format.highest;
  if (format.bits != 8)
    return {};
  SmallVector<int8_t> table;
  for (int64_t i = 0; i < 256; ++i)
    table.push_back(static_cast<int8_t>(std::clamp(
        mirror - (format.storageLowest + i), format.lowest, format.highest)));
  auto tableType = RankedTensorType::get({256}, rewriter.getI8Type());
  Value constant = arith::ConstantOp::create(
      rewriter, operand.getLoc(),
      DenseElementsAttr::get(tableType, ArrayRef<int8_t>(table)));
  auto mirrored = quant::UniformQuantizedType::get(
      type.getFlags(), type.getStorageType(), type.getExpressedType(),
      format.scale(), mirror - format.zeroPoint(), type.getStorageTypeMin(),
      type.getStorageTypeMax());
  return TableOp::create(rewriter, operand.getLoc(),
                         codes.getType().clone(mirrored), codes, constant);
}

/// add(a, b), sub(a, b) = add(a, -b), mul(a, b)
Value fuseBinary(RewriterBase &rewriter, Operation *op, RankedTensorType type,
                 const Format &format, DenseI64ArrayAttr clamp, bool isGiven) {
  Value left = op->getOperand(0), right = op->getOperand(1);
  if (!codesBehind(left) && !codesBehind(right))
    return {};
  auto canBeCodes = [&](Value value) {
    return codesBehind(value) || (constantFloats(value) && !isGiven);
  };
  if (!canBeCodes(left) || !canBeCodes(right)) {
    if (isGiven && (constantFloats(left) || constantFloats(right)))
      op->setAttr(
          floatReason,
          rewriter.getStringAttr("its constant is not quantized in the model"));
    return {};
  }
  Value lhs = operandCodes(rewriter, left);
  Value rhs = isa<tosa::SubOp>(op) ? negatedCodes(rewriter, right)
                                   : operandCodes(rewriter, right);
  if (!lhs || !rhs)
    return {};
  float l = formatOf(lhs).scale(), r = formatOf(rhs).scale();
  if (isa<tosa::MulOp>(op)) {
    if (!isFactor(multiplier(l, r, format.scale())))
      return {};
    return MulOp::create(rewriter, op->getLoc(), type, lhs, rhs, clamp);
  }
  if (!isFactor(ratio(l, format.scale())) ||
      !isFactor(ratio(r, format.scale())))
    return {};
  return AddOp::create(rewriter, op->getLoc(), type, lhs, rhs, clamp);
}

DenseI64ArrayAttr array(OpBuilder &builder, ArrayRef<int64_t> values) {
  return builder.getDenseI64ArrayAttr(values);
}

/// A sum of that many codes of at most 8 bits has to fit in int32, and the mean
/// needs a multiplier.
bool canAverage(const Format &from, const Format &to, int64_t count) {
  return count > 0 && count < (int64_t(1) << 23) &&
         isFactor(meanMultiplier(from.scale(), to.scale(), count));
}

/// The sum of `value`'s only use over one dimension.
tosa::ReduceSumOp reduction(Value value) {
  return value.hasOneUse() ? value.getDefiningOp<tosa::ReduceSumOp>()
                           : tosa::ReduceSumOp();
}

/// mul(reduce_sum(reduce_sum(x, 1), 2), 1 / (H * W)) -> avg_pool2d(x)
Value fuseMean(RewriterBase &rewriter, tosa::MulOp op, RankedTensorType type,
               const Format &format, DenseI64ArrayAttr clamp) {
  Value sum = op.getInput1();
  std::optional<float> factor = constantSplat(op.getInput2());
  if (!factor) {
    sum = op.getInput2();
    factor = constantSplat(op.getInput1());
  }
  tosa::ReduceSumOp outer = reduction(sum);
  tosa::ReduceSumOp inner =
      outer ? reduction(outer.getInput()) : tosa::ReduceSumOp();
  if (!factor || !inner || outer.getAxis() + inner.getAxis() != 3 ||
      outer.getAxis() * inner.getAxis() != 2)
    return {};
  auto codes = codesBehind(inner.getInput());
  if (!codes || codes.getType().getRank() != 4)
    return {};
  ArrayRef<int64_t> kernel = codes.getType().getShape().slice(1, 2);
  int64_t count = kernel[0] * kernel[1];
  if (!canAverage(formatOf(codes), format, count) ||
      *factor != static_cast<float>(1.0 / static_cast<double>(count)))
    return {};
  return AvgPool2DOp::create(
      rewriter, op.getLoc(), type, codes, array(rewriter, kernel),
      array(rewriter, {0, 0, 0, 0}), array(rewriter, {1, 1}), clamp);
}

Value fusePool(RewriterBase &rewriter, tosa::AvgPool2dOp op,
               RankedTensorType type, const Format &format,
               DenseI64ArrayAttr clamp) {
  auto codes = codesBehind(op.getInput());
  if (!codes || !isZero(op.getInputZp()) || !isZero(op.getOutputZp()))
    return {};
  if (!canAverage(formatOf(codes), format,
                  op.getKernel()[0] * op.getKernel()[1]))
    return {};
  return AvgPool2DOp::create(
      rewriter, op.getLoc(), type, codes, array(rewriter, op.getKernel()),
      array(rewriter, op.getPad()), array(rewriter, op.getStride()), clamp);
}

} // namespace

LogicalResult lowbit::fuseElementwise(RewriterBase &rewriter, QuantizeOp op) {
  auto type = op.getOutput().getType();
  if (!isa<quant::UniformQuantizedType>(type.getElementType()))
    return failure();
  Format format = formatOf(op.getOutput());
  Value value = op.getInput();
  auto clamp = value.getDefiningOp<tosa::ClampOp>();
  if (clamp && (clamp.getOutput().hasOneUse() || codesBehind(clamp.getInput())))
    value = clamp.getInput();
  else
    clamp = {};
  if (clamp && staysFloat(clamp))
    return failure();
  DenseI64ArrayAttr limits = clampOf(rewriter, clamp, format);

  rewriter.setInsertionPoint(op);
  if (auto codes = codesBehind(value)) {
    if (codes.getType() == type && !limits) {
      rewriter.replaceOp(op, codes);
      return success();
    }
    if (!isFactor(ratio(formatOf(codes).scale(), format.scale())))
      return failure();
    Location loc = clamp ? clamp.getLoc() : op.getLoc();
    replaceQuantize(rewriter, op,
                    RequantizeOp::create(rewriter, loc, type, codes, limits));
    return success();
  }
  Operation *source = value.getDefiningOp();
  if (!source || !value.hasOneUse() || staysFloat(source))
    return failure();
  Value result;
  if (auto mul = dyn_cast<tosa::MulOp>(source))
    result = fuseMean(rewriter, mul, type, format, limits);
  if (result) {
    replaceQuantize(rewriter, op, result);
    return success();
  }
  if (isa<tosa::AddOp, tosa::SubOp, tosa::MulOp>(source))
    result = fuseBinary(rewriter, source, type, format, limits, isGiven(op));
  else if (auto pool = dyn_cast<tosa::AvgPool2dOp>(source))
    result = fusePool(rewriter, pool, type, format, limits);
  if (!result)
    return failure();
  replaceQuantize(rewriter, op, result);
  return success();
}
