//===- FuseElementwise.cpp - Elementwise ops and means on codes -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Parameters.h"
#include "dialects/LowBit/Transforms/Fusion.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

/// The codes of an operand: those that it is dequantized from, or those of a
/// constant, which are made here to cover it.
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
                 const Format &format, DenseI64ArrayAttr clamp) {
  Value left = op->getOperand(0), right = op->getOperand(1);
  if (!codesBehind(left) && !codesBehind(right))
    return {};
  auto canBeCodes = [](Value value) {
    return codesBehind(value) || constantFloats(value);
  };
  if (!canBeCodes(left) || !canBeCodes(right))
    return {};
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

Value fusePool(RewriterBase &rewriter, tosa::AvgPool2dOp op,
               RankedTensorType type, const Format &format,
               DenseI64ArrayAttr clamp) {
  auto codes = codesBehind(op.getInput());
  if (!codes || !isZero(op.getInputZp()) || !isZero(op.getOutputZp()))
    return {};
  int64_t count = op.getKernel()[0] * op.getKernel()[1];
  // A sum of codes of at most 8 bits has to fit in int32.
  if (count >= (int64_t(1) << 23) ||
      !isFactor(meanMultiplier(formatOf(codes).scale(), format.scale(), count)))
    return {};
  auto array = [&](ArrayRef<int64_t> values) {
    return rewriter.getDenseI64ArrayAttr(values);
  };
  return AvgPool2DOp::create(rewriter, op.getLoc(), type, codes,
                             array(op.getKernel()), array(op.getPad()),
                             array(op.getStride()), clamp);
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
  if (!source || !value.hasOneUse())
    return failure();
  Value result;
  if (isa<tosa::AddOp, tosa::SubOp, tosa::MulOp>(source))
    result = fuseBinary(rewriter, source, type, format, limits);
  else if (auto pool = dyn_cast<tosa::AvgPool2dOp>(source))
    result = fusePool(rewriter, pool, type, format, limits);
  if (!result)
    return failure();
  replaceQuantize(rewriter, op, result);
  return success();
}
