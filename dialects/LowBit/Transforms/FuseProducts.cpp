//===- FuseProducts.cpp - Products of two tensors of codes ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Accumulator.h"
#include "dialects/LowBit/IR/Numerics.h"
#include "dialects/LowBit/Transforms/Fusion.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "dialects/LowBit/Transforms/Weights.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

/// The codes that both operands are dequantized from; none if there is no
/// integer form. Constant weights are a contraction, not a product.
std::optional<std::pair<Value, Value>> operandsOf(tosa::MatMulOp op,
                                                  float outputScale) {
  if (!op || staysFloat(op) || !isZero(op.getAZp()) || !isZero(op.getBZp()))
    return std::nullopt;
  auto lhs = codesBehind(op.getA()), rhs = codesBehind(op.getB());
  if (!lhs || !rhs || !isProduct(op))
    return std::nullopt;
  Format left = formatOf(lhs), right = formatOf(rhs);
  if (!isFactor(multiplier(left.scale(), right.scale(), outputScale)) ||
      !fitsAccumulator(productBound(lhs.getType().getDimSize(2), left, right)))
    return std::nullopt;
  return std::make_pair(Value(lhs), Value(rhs));
}

} // namespace

bool lowbit::isProduct(Operation *op) {
  if (!isa_and_nonnull<tosa::MatMulOp>(op) || constantFloats(op->getOperand(1)))
    return false;
  Value right = op->getOperand(1);
  while (auto reshape = right.getDefiningOp<tosa::ReshapeOp>())
    right = reshape.getInput1();
  if (right.getDefiningOp<DecodeOp>())
    return false;
  auto dequantize = right.getDefiningOp<DequantizeOp>();
  return !dequantize || !dequantize.getInput().getDefiningOp<ConstantOp>();
}

LogicalResult lowbit::fuseProduct(RewriterBase &rewriter, QuantizeOp op) {
  auto element = dyn_cast<quant::UniformQuantizedType>(
      op.getOutput().getType().getElementType());
  Value value = op.getInput();
  auto clamp = value.getDefiningOp<tosa::ClampOp>();
  if (clamp && !staysFloat(clamp) && clamp.getInput().hasOneUse() &&
      clamp.getOutput().hasOneUse())
    value = clamp.getInput();
  else
    clamp = {};
  auto matmul = value.getDefiningOp<tosa::MatMulOp>();
  if (!element || !value.hasOneUse())
    return failure();
  Format format(element);
  auto operands = operandsOf(matmul, format.scale());
  if (!operands)
    return failure();
  rewriter.setInsertionPoint(op);
  replaceQuantize(rewriter, op,
                  BatchMatmulOp::create(rewriter, matmul.getLoc(),
                                        op.getOutput().getType(),
                                        operands->first, operands->second,
                                        clampOf(rewriter, clamp, format)));
  return success();
}

LogicalResult lowbit::fuseProduct(RewriterBase &rewriter, Operation *matmul) {
  auto op = dyn_cast<tosa::MatMulOp>(matmul);
  auto operands = operandsOf(op, 1.0f);
  if (!operands)
    return failure();
  rewriter.setInsertionPoint(op);
  rewriter.replaceOpWithNewOp<BatchMatmulOp>(op, op.getType(), operands->first,
                                             operands->second,
                                             /*clamp=*/DenseI64ArrayAttr());
  return success();
}
