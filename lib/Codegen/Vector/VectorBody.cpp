//===- VectorBody.cpp - What an op does to each element -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "VectorBody.h"

#include "Lookup.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace quantc::codegen;

static bool isVectorElement(Type type) {
  return type.isF32() || type.isF64() ||
         (type.isInteger() && type.getIntOrFloatBitWidth() >= 8 &&
          type.getIntOrFloatBitWidth() <= 64);
}

/// Functions of f64 that LLVM has no intrinsic for become calls, one element
/// each.
static bool isCall(Operation &op) {
  return isa<math::AcoshOp, math::AsinhOp, math::AtanhOp, math::ErfOp>(op);
}

/// Whether `op` looks a byte up in a table that `around` does not write.
static bool isLookup(Operation *op, linalg::LinalgOp around) {
  auto load = dyn_cast<memref::LoadOp>(op);
  return load && Lookup::canReplace(load) &&
         !llvm::is_contained(around->getOperands(), load.getMemRef());
}

/// Whether `op` is a place in tables and nothing else.
static bool isPlace(Operation &op, linalg::LinalgOp around) {
  return isa<arith::IndexCastOp>(op) &&
         op.getOperand(0).getType().isInteger() &&
         llvm::all_of(op.getUsers(),
                      [&](Operation *user) { return isLookup(user, around); });
}

static bool takesVectors(Operation &in, linalg::LinalgOp around) {
  if (isLookup(&in, around) || isPlace(in, around) ||
      isa<arith::ConstantOp, linalg::YieldOp>(in))
    return true;
  auto isNumber = [](Type type) { return type.isIntOrFloat(); };
  return OpTrait::hasElementwiseMappableTraits(&in) && !isCall(in) &&
         llvm::all_of(in.getOperandTypes(), isNumber) &&
         llvm::all_of(in.getResultTypes(), isNumber);
}

bool quantc::codegen::hasVectorBody(linalg::LinalgOp op) {
  for (OpOperand &operand : op->getOpOperands())
    if (!isVectorElement(getElementTypeOrSelf(operand.get().getType())))
      return false;
  return llvm::all_of(op.getBlock()->getOperations(),
                      [&](Operation &in) { return takesVectors(in, op); });
}

bool quantc::codegen::hasByteBody(linalg::LinalgOp op) {
  for (Value operand : op->getOperands())
    if (!getElementTypeOrSelf(operand.getType()).isInteger(8))
      return false;
  // The sum with which a signed code becomes a place wraps in bytes, too.
  return llvm::all_of(op.getBlock()->getOperations(), [](Operation &in) {
    return isa<arith::ConstantOp, arith::ExtSIOp, arith::ExtUIOp, arith::AddIOp,
               arith::SubIOp, arith::IndexCastOp, memref::LoadOp,
               linalg::YieldOp>(in);
  });
}

Operation *quantc::codegen::combinerOf(linalg::LinalgOp op) {
  SmallVector<Operation *> combiners;
  if (op.getNumDpsInits() != 1 ||
      !matchReduction(op.getRegionOutputArgs(), 0, combiners) ||
      combiners.size() != 1 || !arith::getNeutralElement(combiners.front()))
    return nullptr;
  return combiners.front();
}

bool quantc::codegen::isFreeOfOrder(Operation *combiner) {
  return isa<arith::MaximumFOp, arith::MinimumFOp, arith::MaxSIOp,
             arith::MaxUIOp, arith::MinSIOp, arith::MinUIOp, arith::AddIOp,
             arith::AndIOp, arith::OrIOp, arith::XOrIOp>(combiner);
}
