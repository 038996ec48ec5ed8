//===- CodesAnalysis.cpp - What becomes codes -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Calib/Transforms/CodesAnalysis.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include "quantc/Support/DataMovement.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::calib;

/// What is dequantized, by an op that this dialect knows by name only.
static Value dequantized(Value value) {
  Operation *op = value.getDefiningOp();
  return op && op->getName().getStringRef() == "lowbit.dequantize"
             ? op->getOperand(0)
             : Value();
}

/// A constant, as numbers or as codes that the model brings along.
static bool isConstantNumber(Value value) {
  if (isConstantData(value))
    return true;
  Operation *op = value.getDefiningOp();
  if (Value codes = dequantized(value))
    return codes.getDefiningOp() &&
           codes.getDefiningOp()->getName().getStringRef() == "lowbit.constant";
  return op && isDataMovement(op) && isConstantNumber(op->getOperand(0));
}

/// What the model has as codes of its own format.
static bool areGivenCodes(Value value) {
  return dequantized(value) && !isConstantNumber(value);
}

static bool isFloatTensor(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isF32();
}

/// A contraction that has constant weights; its operand 0 is the data.
static bool isContraction(Operation *op) {
  return isa<tosa::Conv2DOp, tosa::DepthwiseConv2DOp, tosa::MatMulOp>(op) &&
         isConstantNumber(op->getOperand(1)) &&
         !isConstantNumber(op->getOperand(0));
}

/// Elementwise ops that have an equivalent on codes of several formats.
static bool isArithmeticOnCodes(Operation *op) {
  return isa<tosa::AddOp, tosa::ClampOp, tosa::MulOp, tosa::SubOp>(op);
}

/// Ops of which a function of one number, a table, can be made.
static bool isElementwise(Operation *op) {
  return isArithmeticOnCodes(op) ||
         isa<tosa::AbsOp, tosa::CeilOp, tosa::EqualOp, tosa::ErfOp, tosa::ExpOp,
             tosa::FloorOp, tosa::GreaterEqualOp, tosa::GreaterOp, tosa::LogOp,
             tosa::MaximumOp, tosa::MinimumOp, tosa::NegateOp, tosa::PowOp,
             tosa::ReciprocalOp, tosa::RsqrtOp, tosa::SelectOp, tosa::SigmoidOp,
             tosa::TanhOp>(op);
}

/// A constant that is the same for every element.
static bool isSplat(Value constant) {
  DenseElementsAttr values;
  return matchPattern(constant, m_Constant(&values)) && values.isSplat();
}

/// y = add(matmul(x, w), c), with or without a reshape in between: the matmul.
static Operation *matmulOfBias(Operation *add) {
  if (!isa_and_nonnull<tosa::AddOp>(add))
    return nullptr;
  Value sum = add->getOperand(isConstantNumber(add->getOperand(0)) ? 1 : 0);
  Value constant = add->getOperand(sum == add->getOperand(0) ? 1 : 0);
  if (!isConstantNumber(constant) || !sum.hasOneUse())
    return nullptr;
  if (auto reshape = sum.getDefiningOp<tosa::ReshapeOp>())
    sum = reshape.getInput1();
  Operation *matmul = sum.getDefiningOp();
  return sum.hasOneUse() && isa_and_nonnull<tosa::MatMulOp>(matmul) &&
                 isContraction(matmul)
             ? matmul
             : nullptr;
}

/// y = clamp(op(x)), where the op's epilogue does the clamp.
static bool isFusedClamp(Operation *clamp) {
  if (!isa<tosa::ClampOp>(clamp) || !clamp->getOperand(0).hasOneUse())
    return false;
  Operation *op = clamp->getOperand(0).getDefiningOp();
  return op &&
         (isContraction(op) ||
          isa<tosa::AddOp, tosa::AvgPool2dOp, tosa::MulOp, tosa::SubOp>(op));
}

/// Whether the only user of `value` absorbs it into one integer op.
static bool isHiddenByFollowUp(Value value) {
  if (!value.hasOneUse())
    return false;
  Operation *user = *value.user_begin();
  if (isFusedClamp(user))
    return true;
  if (isa<tosa::ReshapeOp>(user) && user->hasOneUse())
    user = *user->user_begin();
  return value.getDefiningOp() && matmulOfBias(user) == value.getDefiningOp();
}

/// Whether `value`, through data movement, is the data of a contraction.
static bool feedsContraction(Value value) {
  return llvm::any_of(value.getUses(), [](OpOperand &use) {
    Operation *user = use.getOwner();
    if (use.getOperandNumber() != 0)
      return false;
    return isContraction(user) ||
           (keepsFormat(user) && feedsContraction(user->getResult(0)));
  });
}

bool calib::holdsLayers(Operation *op) {
  return isa_and_nonnull<scf::SCFDialect>(op->getDialect());
}

/// Whether a sum that stays in float reads `value`, also through data movement.
static bool feedsFloatSum(Value value, const CodesAnalysis &analysis) {
  return llvm::any_of(value.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    if (isa<tosa::AddOp, tosa::SubOp>(user))
      return !analysis.wantsCodes(use);
    return keepsFormat(user) && feedsFloatSum(user->getResult(0), analysis);
  });
}

CodesAnalysis::CodesAnalysis(func::FuncOp function, bool products)
    : products(products) {
  do {
    roots.clear();
    wanted.clear();
    wantedUses.clear();
    analyze(function);
  } while (foundStream(function));
}

bool CodesAnalysis::isWantedProduct(Operation *op) const {
  return products && isa<tosa::MatMulOp>(op) &&
         !isConstantData(op->getOperand(0)) &&
         !isConstantData(op->getOperand(1));
}

/// A residual stream that goes on in float starts in float: what rounding it to
/// codes does to a sum would stay in all that is added to it. True if there is
/// a new one.
bool CodesAnalysis::foundStream(func::FuncOp function) {
  bool found = false;
  function.walk([&](Operation *op) {
    if ((isa<tosa::AddOp, tosa::SubOp>(op) || isContraction(op)) &&
        areCodes(op->getResult(0)) && wanted.contains(op->getResult(0)) &&
        feedsFloatSum(op->getResult(0), *this))
      found |= streams.insert(op->getResult(0)).second;
  });
  return found;
}

void CodesAnalysis::analyze(func::FuncOp function) {
  for (Region &region : function->getRegions())
    findRoots(region);
  for (Region &region : function->getRegions())
    findWanted(region);
}

/// What loops carry is new in each iteration, like an input of the model.
void CodesAnalysis::findRoots(Region &region) {
  for (Block &block : region) {
    for (Value input : block.getArguments())
      if (isFloatTensor(input) && feedsContraction(input))
        roots[input] = input;
    for (Operation &op : block) {
      if (Value root = rootOf(&op))
        roots[op.getResult(0)] = root;
      if (holdsLayers(&op))
        llvm::for_each(op.getRegions(), [&](Region &r) { findRoots(r); });
    }
  }
}

/// Walks backwards: the users of an op come before it.
void CodesAnalysis::findWanted(Region &region) {
  for (Block &block : region)
    for (Operation &op : llvm::reverse(block)) {
      if (holdsLayers(&op))
        llvm::for_each(op.getRegions(), [&](Region &r) { findWanted(r); });
      markWantedOperands(&op);
    }
}

/// What the result of `op` is a function of; null if it is not codes.
Value CodesAnalysis::rootOf(Operation *op) const {
  if (op->getNumResults() != 1)
    return {};
  Value result = op->getResult(0);
  if (streams.contains(result))
    return {};
  if (isElementwise(op))
    return rootOfElementwise(op);
  if (!isFloatTensor(result))
    return {};
  if (isContraction(op) || isWantedProduct(op) || areGivenCodes(result) ||
      (keepsFormat(op) && areCodes(op->getOperand(0))))
    return result;
  if (!isa<tosa::AvgPool2dOp, tosa::ConcatOp>(op))
    return {};
  bool isConstant = true;
  for (Value operand : op->getOperands()) {
    if (isConstantNumber(operand))
      continue;
    if (!areCodes(operand))
      return {};
    isConstant = false;
  }
  return isConstant ? Value() : result;
}

Value CodesAnalysis::rootOfElementwise(Operation *op) const {
  Value root;
  bool isTable = true;
  for (Value operand : op->getOperands()) {
    if (isConstantNumber(operand)) {
      isTable &= isSplat(operand);
      continue;
    }
    Value operandRoot = roots.lookup(operand);
    if (!operandRoot)
      return {};
    isTable &= !root || root == operandRoot;
    root = operandRoot;
  }
  if (!root)
    return {};
  bool startsAnew = isFusedClamp(op) || matmulOfBias(op);
  if (isTable && !startsAnew)
    return root;
  return isArithmeticOnCodes(op) ? op->getResult(0) : Value();
}

/// All users of the result have been seen.
void CodesAnalysis::markWantedOperands(Operation *op) {
  if (isContraction(op))
    return markWanted(op->getOpOperand(0));
  if (isWantedProduct(op)) {
    markWanted(op->getOpOperand(0));
    return markWanted(op->getOpOperand(1));
  }
  if (op->getNumResults() != 1 || !wanted.contains(op->getResult(0)))
    return;
  if (keepsFormat(op))
    return markWanted(op->getOpOperand(0));
  if (areCodes(op->getResult(0)))
    for (OpOperand &operand : op->getOpOperands())
      markWanted(operand);
}

void CodesAnalysis::markWanted(OpOperand &use) {
  if (isConstantNumber(use.get()))
    return;
  wanted.insert(use.get());
  wantedUses.insert(&use);
}

/// Whether `value` is only a step on the way from a table's input to its
/// output.
bool CodesAnalysis::isInsideTable(Value value) const {
  Value root = roots.lookup(value);
  if (!root || root == value)
    return false;
  return llvm::all_of(value.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    return !wantsCodes(use) || (user->getNumResults() == 1 &&
                                roots.lookup(user->getResult(0)) == root);
  });
}

bool CodesAnalysis::needsRange(Value value) const {
  if (!isFloatTensor(value) || !wanted.contains(value))
    return false;
  Operation *op = value.getDefiningOp();
  if (areGivenCodes(value) || (op && keepsFormat(op)))
    return false;
  return !isHiddenByFollowUp(value) && !isInsideTable(value);
}
