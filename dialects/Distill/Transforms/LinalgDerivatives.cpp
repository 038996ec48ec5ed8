//===- LinalgDerivatives.cpp - Derivatives of loops in linalg -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Distill/Transforms/Models.h"
#include "dialects/Distill/Transforms/Structured.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc::distill;

namespace {

/// Without a loop that folds, what a result begins with is one more input.
Structured structureOf(linalg::LinalgOp op) {
  Structured computation;
  bool folds = op.getNumReductionLoops() != 0;
  for (OpOperand &operand : op->getOpOperands())
    if (op.isDpsInput(&operand) || !folds)
      computation.inputs.push_back(
          {operand.get(), op.getMatchingIndexingMap(&operand)});
  for (OpResult result : op->getResults())
    computation.results.push_back(
        {result, op.getIndexingMapMatchingResult(result)});
  computation.accumulators = folds ? op.getNumDpsInits() : 0;
  computation.body = op.getBlock();
  return computation;
}

llvm::Error checkOperands(linalg::LinalgOp op) {
  for (Value operand : op->getOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type || !type.hasStaticShape())
      return llvm::createStringError(
          "its operands are not all tensors of static shape");
  }
  return llvm::Error::success();
}

/// A sum begins with what is there; other folds forget it.
llvm::Error deriveInit(linalg::LinalgOp op, OpOperand &init, Derivation &d) {
  unsigned result = op.getTiedOpResult(&init).getResultNumber();
  BlockArgument first = op.getMatchingBlockArgument(&init);
  Operation *last =
      op.getBlock()->getTerminator()->getOperand(result).getDefiningOp();
  if (!isa_and_present<arith::AddFOp>(last) || !first.hasOneUse() ||
      *first.user_begin() != last)
    return llvm::createStringError("it folds into a tensor that depends on "
                                   "what is differentiated for");
  if (Value adjoint = d.adjoint(result))
    d.set(init.getOperandNumber(), adjoint);
  return llvm::Error::success();
}

/// Whether the body does no more to a tensor around it than to read elements at
/// places that it computes.
bool isOnlyExtracted(Value tensor, Block &body) {
  auto type = dyn_cast<RankedTensorType>(tensor.getType());
  if (!type || !type.hasStaticShape())
    return false;
  return llvm::all_of(tensor.getUsers(), [&](Operation *user) {
    return !body.getParentOp()->isProperAncestor(user) ||
           (user->getBlock() == &body && isa<tensor::ExtractOp>(user));
  });
}

llvm::Error deriveCaptured(const Structured &computation,
                           ArrayRef<Value> adjoints, Derivation &d) {
  for (auto [i, tensor] : llvm::enumerate(d.captured())) {
    if (!isOnlyExtracted(tensor, *computation.body))
      continue;
    llvm::Expected<Value> adjoint =
        adjointOfRead(computation, tensor, adjoints, d.ops());
    if (!adjoint)
      return adjoint.takeError();
    d.setCaptured(i, *adjoint);
  }
  return llvm::Error::success();
}

struct LinalgRules {
  static llvm::Error derive(Operation *operation, Derivation &d) {
    auto op = cast<linalg::LinalgOp>(operation);
    if (llvm::Error fault = checkOperands(op))
      return fault;
    Structured computation = structureOf(op);
    SmallVector<Value> adjoints;
    for (unsigned i = 0; i < op->getNumResults(); ++i)
      adjoints.push_back(d.adjoint(i));
    for (OpOperand &operand : op->getOpOperands()) {
      unsigned number = operand.getOperandNumber();
      if (!d.isWanted(number))
        continue;
      if (number >= computation.inputs.size()) {
        if (llvm::Error fault = deriveInit(op, operand, d))
          return fault;
        continue;
      }
      llvm::Expected<Value> adjoint =
          adjointOf(computation, number, adjoints, d.ops());
      if (!adjoint)
        return adjoint.takeError();
      d.set(number, *adjoint);
    }
    return deriveCaptured(computation, adjoints, d);
  }
};

} // namespace

void quantc::distill::attachLinalgDerivatives(MLIRContext *context) {
  attachModels<LinalgRules, linalg::BatchMatmulOp, linalg::BroadcastOp,
               linalg::GenericOp, linalg::MatmulOp, linalg::MatvecOp,
               linalg::ReduceOp, linalg::TransposeOp>(context);
}
