//===- Layout.cpp - Transpositions and reshapes that only move sizes of one -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Layout.h"

#include "lib/Frontend/Transforms/Constants.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"

using namespace mlir;

namespace quantc::frontend {

bool isElementwise(Operation *op) {
  return op->getNumResults() == 1 &&
         (op->hasTrait<OpTrait::tosa::TosaElementwiseOperator>() ||
          isa<tosa::MulOp, tosa::CastOp>(op)) &&
         isa<RankedTensorType>(op->getResult(0).getType());
}

bool isParameter(OpOperand &operand) {
  Operation *op = operand.getOwner();
  if (!isa<RankedTensorType>(operand.get().getType()))
    return true;
  if (isa<tosa::MulOp>(op))
    return operand.getOperandNumber() == 2;
  if (isa<tosa::NegateOp>(op))
    return operand.getOperandNumber() > 0;
  return isa<tosa::PadOp>(op) && operand.getOperandNumber() == 2;
}

SmallVector<int64_t> permuted(ArrayRef<int64_t> shape,
                              ArrayRef<int32_t> perms) {
  return llvm::map_to_vector(perms, [&](int32_t p) { return shape[p]; });
}

SmallVector<int32_t> inverse(ArrayRef<int32_t> perms) {
  SmallVector<int32_t> result(perms.size());
  for (auto [i, p] : llvm::enumerate(perms))
    result[p] = i;
  return result;
}

bool movesOnlyUnits(ArrayRef<int64_t> shape, ArrayRef<int32_t> perms) {
  int32_t last = -1;
  for (int32_t p : perms) {
    if (shape[p] == 1)
      continue;
    if (p < last)
      return false;
    last = p;
  }
  return true;
}

SmallVector<int64_t> withoutUnits(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> result(shape);
  llvm::erase(result, 1);
  return result;
}

Value reshape(PatternRewriter &rewriter, Location location, Value value,
              ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getShape() == shape)
    return value;
  if (isMovableConstant(value))
    return reshapeConstant(rewriter, value, shape);
  return tosa::ReshapeOp::create(
      rewriter, location, type.clone(shape), value,
      tosa::getTosaConstShape(rewriter, location, shape));
}

Value transpose(PatternRewriter &rewriter, Location location, Value value,
                ArrayRef<int32_t> perms) {
  auto type = cast<RankedTensorType>(value.getType());
  if (isMovableConstant(value))
    return transposeConstant(rewriter, value, perms);
  SmallVector<int64_t> shape = permuted(type.getShape(), perms);
  if (movesOnlyUnits(type.getShape(), perms))
    return reshape(rewriter, location, value, shape);
  auto inner = value.getDefiningOp<tosa::TransposeOp>();
  if (!inner)
    return tosa::TransposeOp::create(rewriter, location, type.clone(shape),
                                     value, perms);
  ArrayRef<int32_t> innerPerms = inner.getPerms();
  auto both =
      llvm::map_to_vector(perms, [&](int32_t p) { return innerPerms[p]; });
  if (llvm::equal(both, llvm::seq<int32_t>(0, both.size())))
    return inner.getInput1();
  return transpose(rewriter, location, inner.getInput1(), both);
}

} // namespace quantc::frontend
