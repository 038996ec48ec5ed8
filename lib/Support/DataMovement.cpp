//===- DataMovement.cpp - Ops that only rearrange numbers -----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/DataMovement.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/OpDefinition.h"

using namespace mlir;

bool quantc::isDataMovement(Operation *op) {
  if (auto resize = dyn_cast<tosa::ResizeOp>(op))
    return resize.getMode() == tosa::ResizeMode::NEAREST_NEIGHBOR;
  return isa<tosa::GatherOp, tosa::IdentityOp, tosa::PadOp, tosa::ReshapeOp,
             tosa::ReverseOp, tosa::SliceOp, tosa::TileOp, tosa::TransposeOp,
             linalg::TransposeOp, tensor::CastOp, tensor::CollapseShapeOp,
             tensor::ExpandShapeOp, tensor::ExtractSliceOp, tensor::PadOp>(op);
}

bool quantc::keepsFormat(Operation *op) {
  return isDataMovement(op) || isa<tosa::MaxPool2dOp>(op);
}

bool quantc::isConstantData(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  if (op->hasTrait<OpTrait::ConstantLike>())
    return true;
  return isDataMovement(op) && isConstantData(op->getOperand(0));
}
