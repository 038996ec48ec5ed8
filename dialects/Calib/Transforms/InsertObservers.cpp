//===- InsertObservers.cpp - What quantization needs to know --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Calib/IR/Calib.h"
#include "dialects/Calib/IR/Sites.h"
#include "dialects/Calib/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "quantc/Support/DataMovement.h"
#include "quantc/Support/LayerName.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace quantc::calib {
#define GEN_PASS_DEF_INSERTOBSERVERS
#include "dialects/Calib/Transforms/Passes.h.inc"
} // namespace quantc::calib

using namespace mlir;
using namespace quantc;

static bool isFloatTensor(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isF32();
}

/// A contraction that has constant weights; its operand 0 is the data.
static bool isContraction(Operation *op) {
  return isa<tosa::Conv2DOp, tosa::DepthwiseConv2DOp, tosa::MatMulOp>(op) &&
         isConstantData(op->getOperand(1)) &&
         !isConstantData(op->getOperand(0));
}

/// An op that has an equivalent on codes if its operands are codes.
static bool hasIntegerForm(Operation *op) {
  return isa<tosa::AbsOp, tosa::AddOp, tosa::AvgPool2dOp, tosa::ClampOp,
             tosa::ConcatOp, tosa::ErfOp, tosa::MulOp, tosa::NegateOp,
             tosa::SigmoidOp, tosa::TanhOp>(op);
}

/// Ops that a clamp behind them is fused into.
static bool absorbsClamp(Operation *op) {
  return isContraction(op) ||
         isa<tosa::AddOp, tosa::AvgPool2dOp, tosa::MulOp>(op);
}

namespace {

/// Which values of a function become codes, and which of them somebody wants.
class CodesAnalysis {
public:
  explicit CodesAnalysis(func::FuncOp function) {
    for (Value input : function.getArguments())
      if (isFloatTensor(input))
        codes.insert(input);
    Block &body = function.getBody().front();
    for (Operation &op : body)
      if (makesCodes(&op))
        codes.insert(op.getResult(0));
    for (Operation &op : llvm::reverse(body))
      markWantedOperands(&op);
  }

  bool areCodes(Value value) const { return codes.contains(value); }
  bool areWanted(Value value) const { return wanted.contains(value); }
  bool wantsCodes(OpOperand &use) const { return wantedUses.contains(&use); }

private:
  bool makesCodes(Operation *op) const {
    if (op->getNumResults() != 1 || !isFloatTensor(op->getResult(0)))
      return false;
    if (isContraction(op))
      return true;
    if (keepsFormat(op))
      return codes.contains(op->getOperand(0));
    if (!hasIntegerForm(op))
      return false;
    bool any = false;
    for (Value operand : op->getOperands()) {
      if (isConstantData(operand))
        continue;
      if (!codes.contains(operand))
        return false;
      any = true;
    }
    return any;
  }

  /// Walks backwards: all users of the results have been seen.
  void markWantedOperands(Operation *op) {
    if (isContraction(op))
      return markWanted(op->getOpOperand(0));
    if (op->getNumResults() != 1 || !wanted.contains(op->getResult(0)))
      return;
    if (keepsFormat(op))
      return markWanted(op->getOpOperand(0));
    if (hasIntegerForm(op) && codes.contains(op->getResult(0)))
      for (OpOperand &operand : op->getOpOperands())
        markWanted(operand);
  }

  void markWanted(OpOperand &use) {
    if (!isFloatTensor(use.get()) || isConstantData(use.get()))
      return;
    wanted.insert(use.get());
    wantedUses.insert(&use);
  }

  DenseSet<Value> codes;
  DenseSet<Value> wanted;
  DenseSet<OpOperand *> wantedUses;
};

/// Site names, each once.
class SiteNames {
public:
  std::string unique(std::string name) {
    std::string candidate = name;
    while (!taken.insert(candidate).second)
      candidate =
          name + "#" +
          std::to_string(++lastSuffix.try_emplace(name, 1).first->second);
    return candidate;
  }

private:
  llvm::StringSet<> taken;
  llvm::StringMap<unsigned> lastSuffix;
};

struct InsertObservers : calib::impl::InsertObserversBase<InsertObservers> {
  void runOnOperation() override {
    if (!calib::observersOf(getOperation()).empty())
      return;
    SiteNames names;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        insertIn(function, names);
  }

private:
  void insertIn(func::FuncOp function, SiteNames &names) {
    CodesAnalysis analysis(function);
    OpBuilder builder(&getContext());
    SmallVector<Value> values(function.getArguments());
    for (Operation &op : function.getBody().front())
      llvm::append_range(values, op.getResults());
    for (Value value : values)
      if (analysis.areWanted(value) && !isFormatInherited(value) &&
          !isHiddenByFollowUp(value, analysis))
        observe(value, names.unique(valueName(value)), analysis, builder);
  }

  static bool isFormatInherited(Value value) {
    Operation *op = value.getDefiningOp();
    return op && keepsFormat(op);
  }

  /// y = clamp(op(x)), y = add(matmul(x, w), c): the inner value never exists.
  static bool isHiddenByFollowUp(Value value, const CodesAnalysis &analysis) {
    Operation *op = value.getDefiningOp();
    if (!op || !value.hasOneUse())
      return false;
    Operation *user = *value.user_begin();
    if (absorbsClamp(op) && isa<tosa::ClampOp>(user))
      return analysis.areCodes(user->getResult(0));
    if (!isa<tosa::MatMulOp>(op) || !isContraction(op))
      return false;
    // The bias may be added behind a reshape.
    while (isa<tosa::ReshapeOp>(user) && user->hasOneUse())
      user = *user->user_begin();
    return isa<tosa::AddOp>(user) &&
           llvm::any_of(user->getOperands(), isConstantData);
  }

  static void observe(Value value, StringRef site,
                      const CodesAnalysis &analysis, OpBuilder &builder) {
    builder.setInsertionPointAfterValue(value);
    auto observer = calib::ObserveOp::create(
        builder, value.getLoc(), value.getType(), value,
        builder.getStringAttr(site), /*range=*/nullptr);
    // Readers of what exists in float anyway keep reading the float.
    bool isFloatAnyway = isa<BlockArgument>(value) || !analysis.areCodes(value);
    value.replaceUsesWithIf(observer.getOutput(), [&](OpOperand &use) {
      if (use.getOwner() == observer)
        return false;
      return !isFloatAnyway || analysis.wantsCodes(use);
    });
  }
};

} // namespace
