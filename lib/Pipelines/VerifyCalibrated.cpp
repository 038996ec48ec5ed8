//===- VerifyCalibrated.cpp - The contract of the stage 'calibrated' ------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Pipelines/StageRules.h"

#include "dialects/Calib/IR/Calib.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace quantc;

static LogicalResult checkRange(calib::ObserveOp op) {
  if (!op.getRange())
    return fault(op, "a range at every observer",
                 "none at site '" + op.getSite() + "'",
                 "calibration should have filled it");
  return success();
}

/// Codes can be multiplied only if their range or format is known.
static LogicalResult checkObserved(Operation *op) {
  // A branch that no sample took has no ranges.
  if (op->getParentOfType<scf::IfOp>() || op->getParentOfType<scf::WhileOp>())
    return success();
  Value input = contractedInput(op);
  if (!input || !getElementTypeOrSelf(input).isF32() ||
      isa_and_present<calib::ObserveOp, lowbit::DequantizeOp>(
          throughDataMovement(input).getDefiningOp()))
    return success();
  return fault(op, "an observer or given codes in front of every contraction",
               "none in front of '" + op->getName().getStringRef() + "'",
               "calib-insert-observers should have inserted it");
}

LogicalResult quantc::verifyCalibrated(ModuleOp module) {
  static constexpr StringLiteral allowed[] = {
      "calib", "tosa", "tensor", "linalg", "arith",
      "math",  "func", "lowbit", "quant",  "scf"};
  auto blame = [](Operation *) {
    return std::string("calibration should not have made it");
  };
  if (failed(checkBoundary(module)) ||
      failed(checkDialects(module, "calibrated", allowed, blame)) ||
      failed(checkShapes(module)))
    return failure();
  llvm::StringSet<> sites;
  return forEachOp(module, [&](Operation *op) -> LogicalResult {
    auto observer = dyn_cast<calib::ObserveOp>(op);
    if (!observer)
      return checkObserved(op);
    if (!sites.insert(observer.getSite()).second)
      return fault(op, "sites of different names",
                   "a second '" + observer.getSite() + "'",
                   "calib-insert-observers should have numbered it");
    return checkRange(observer);
  });
}
