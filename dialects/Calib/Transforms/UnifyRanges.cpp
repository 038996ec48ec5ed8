//===- UnifyRanges.cpp - One range per shared format ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Calib/IR/Calib.h"
#include "dialects/Calib/IR/Sites.h"
#include "dialects/Calib/Transforms/Passes.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "quantc/Support/DataMovement.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/EquivalenceClasses.h"

namespace quantc::calib {
#define GEN_PASS_DEF_UNIFYRANGES
#include "dialects/Calib/Transforms/Passes.h.inc"
} // namespace quantc::calib

using namespace mlir;
using namespace quantc;

/// Whether the result of `op` and its producers have one format.
static bool sharesFormat(Operation *op) {
  return isa<tosa::ConcatOp>(op) || keepsFormat(op);
}

/// The operands of `op` that have the format of its result.
static OperandRange sharingOperands(Operation *op) {
  if (isa<tosa::ConcatOp>(op))
    return op->getOperands();
  return op->getOperands().take_front();
}

/// Observers, concatenations and data movement that have one format.
static llvm::EquivalenceClasses<Operation *> groupByFormat(ModuleOp module) {
  llvm::EquivalenceClasses<Operation *> groups;
  auto unite = [&](Operation *op, Value operand) {
    Operation *producer = operand.getDefiningOp();
    if (producer && (sharesFormat(producer) || isa<calib::ObserveOp>(producer)))
      groups.unionSets(op, producer);
  };
  module.walk([&](Operation *op) {
    if (sharesFormat(op))
      for (Value operand : sharingOperands(op))
        unite(op, operand);
    // An observer of what was moved has the format of the original.
    if (auto observer = dyn_cast<calib::ObserveOp>(op))
      unite(op, observer.getInput());
  });
  return groups;
}

namespace {

struct UnifyRanges : calib::impl::UnifyRangesBase<UnifyRanges> {
  void runOnOperation() override {
    SmallVector<calib::ObserveOp> observers =
        calib::observersOf(getOperation());
    for (calib::ObserveOp observer : observers)
      if (!observer.getRange()) {
        observer.emitError("expects a range at site '")
            << observer.getSite() << "', but got none";
        return signalPassFailure();
      }

    llvm::EquivalenceClasses<Operation *> groups =
        groupByFormat(getOperation());
    DenseMap<Operation *, RealRange> united;
    auto leaderOf = [&](calib::ObserveOp observer) {
      return groups.getOrInsertLeaderValue(observer);
    };
    for (calib::ObserveOp observer : observers) {
      ArrayRef<double> range = *observer.getRange();
      auto [place, isNew] =
          united.try_emplace(leaderOf(observer), RealRange{range[0], range[1]});
      if (!isNew)
        place->second = unite(place->second, {range[0], range[1]});
    }
    for (calib::ObserveOp observer : observers) {
      RealRange range = united.lookup(leaderOf(observer));
      observer.setRange(ArrayRef<double>{range.min, range.max});
    }
  }
};

} // namespace
