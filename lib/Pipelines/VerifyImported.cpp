//===- VerifyImported.cpp - The contract of the stage 'imported' ----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Pipelines/StageRules.h"

#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "quantc/Frontend/Transforms.h"

using namespace mlir;
using namespace quantc;

/// A constant whose elements fill bytes, so that it can be permuted.
static bool isMovable(Value value) {
  Type element = getElementTypeOrSelf(value);
  return matchPattern(value, m_Constant()) && element.isIntOrFloat() &&
         element.getIntOrFloatBitWidth() % 8 == 0;
}

static bool isTransposedBy(Value value, ArrayRef<int32_t> perms) {
  auto transpose = value.getDefiningOp<tosa::TransposeOp>();
  return transpose && transpose.getPerms() == perms;
}

/// A transposition stops only at an op that cannot be computed in front of it.
static LogicalResult checkTranspose(tosa::TransposeOp op) {
  for (Operation *user : op->getUsers()) {
    if (isa<tosa::TransposeOp>(user))
      return fault(op, "no transposition of a transposition",
                   "one of '" + user->getName().getStringRef() + "'",
                   "tosa-sink-transposes should have merged the two");
    bool sinks = user->getBlock() == op->getBlock() &&
                 (isa<tosa::ConcatOp>(user) ||
                  user->hasTrait<OpTrait::tosa::TosaElementwiseOperator>());
    for (Value operand : user->getOperands())
      sinks &= isTransposedBy(operand, op.getPerms()) || isMovable(operand);
    if (sinks)
      return fault(op, "transpositions behind elementwise ops",
                   "one in front of '" + user->getName().getStringRef() + "'",
                   "tosa-sink-transposes should have moved it");
  }
  return success();
}

/// Zero padding is an attribute of the convolution behind it.
static LogicalResult checkPad(tosa::PadOp op) {
  SmallVector<int64_t> padding;
  if (!op.getPadding().getDefiningOp() ||
      !tosa::getConstShapeValues(op.getPadding().getDefiningOp(), padding) ||
      padding.size() != 8 ||
      !matchPattern(op.getPadConst(), m_AnyZeroFloat()) || padding[0] != 0 ||
      padding[1] != 0 || padding[6] != 0 || padding[7] != 0)
    return success();
  for (Operation *user : op->getUsers())
    if (isa<tosa::Conv2DOp, tosa::DepthwiseConv2DOp>(user))
      return fault(op, "zero padding inside the convolution",
                   "a 'tosa.pad' in front of it",
                   "tosa-fold-pad should have folded it");
  return success();
}

LogicalResult quantc::verifyImported(ModuleOp module) {
  static constexpr StringLiteral allowed[] = {"tosa",   "tensor", "linalg",
                                              "arith",  "math",   "func",
                                              "lowbit", "quant",  "scf"};
  auto blame = [](Operation *) {
    return std::string("the importer should not have made it");
  };
  if (failed(checkBoundary(module)) ||
      failed(checkDialects(module, "imported", allowed, blame)) ||
      failed(checkShapes(module)))
    return failure();
  return forEachOp(module, [](Operation *op) -> LogicalResult {
    if (isOpTriviallyDead(op))
      return fault(op, "no op without a use",
                   "'" + op->getName().getStringRef() + "'",
                   "canonicalize should have removed it");
    if (frontend::hasFoldableAffine(op))
      return fault(op, "batch norm and scaling inside the weights",
                   "a 'mul', 'add' or 'sub' next to '" +
                       op->getName().getStringRef() + "'",
                   "tosa-fold-affine-into-weights should have folded it");
    if (auto transpose = dyn_cast<tosa::TransposeOp>(op))
      return checkTranspose(transpose);
    if (auto pad = dyn_cast<tosa::PadOp>(op))
      return checkPad(pad);
    return success();
  });
}
