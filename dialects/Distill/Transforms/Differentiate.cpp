//===- Differentiate.cpp - Reverse-mode differentiation -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Distill/Transforms/Differentiate.h"

#include "dialects/Distill/IR/DifferentiableOpInterface.h"
#include "dialects/Distill/Transforms/Tensors.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Transforms/RegionUtils.h"
#include "quantc/Support/Failure.h"
#include "quantc/Support/LayerName.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::distill;

namespace {

/// Whether numbers of this type can change by a little. Codes of quantized
/// types stand for reals.
bool isContinuous(Type type) {
  return !isa<IntegerType, IndexType, tosa::shapeType>(
      getElementTypeOrSelf(type));
}

/// An op between the xs and y: which of its operands depend on an x, and which
/// of the values that its body reads from around it.
struct Step {
  Operation *op;
  llvm::SmallBitVector wanted;
  SmallVector<Value> captured;
};

/// The ops between some values and what is computed from them.
class Slice {
public:
  explicit Slice(ValueRange xs) : active(xs.begin(), xs.end()) {}

  /// Puts all ops that `y` depends on and that depend on an x into `steps`, in
  /// the order in which they compute.
  void collect(Value y);

  SmallVector<Step> steps;

private:
  void visit(Operation *op);

  llvm::DenseSet<Value> active;
};

void Slice::visit(Operation *op) {
  Step step{op, llvm::SmallBitVector(op->getNumOperands()), {}};
  for (OpOperand &operand : op->getOpOperands())
    step.wanted[operand.getOperandNumber()] = active.contains(operand.get());
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  for (Value value : captured)
    if (active.contains(value))
      step.captured.push_back(value);
  if (step.wanted.none() && step.captured.empty())
    return;
  bool reaches = false;
  for (Value result : op->getResults())
    if (isContinuous(result.getType()))
      reaches |= active.insert(result).second;
  if (reaches)
    steps.push_back(std::move(step));
}

void Slice::collect(Value y) {
  // Depth first; an op is visited when all that it reads has been.
  llvm::DenseSet<Operation *> seen;
  SmallVector<std::pair<Operation *, SmallVector<Value>>> path;
  auto enter = [&](Value value) {
    Operation *op = value.getDefiningOp();
    if (!op || active.contains(value) || !seen.insert(op).second)
      return;
    llvm::SetVector<Value> reads(op->operand_begin(), op->operand_end());
    getUsedValuesDefinedAbove(op->getRegions(), reads);
    path.emplace_back(op, reads.takeVector());
  };
  enter(y);
  while (!path.empty()) {
    auto &[op, reads] = path.back();
    if (!reads.empty()) {
      enter(reads.pop_back_val());
      continue;
    }
    Operation *done = op;
    path.pop_back();
    visit(done);
  }
}

/// The derivative of the layer "conv1" is the layer "conv1.gradient".
Location gradientOf(Location loc) {
  std::string name = nameOf(loc);
  if (name.empty())
    return loc;
  return NameLoc::get(StringAttr::get(loc.getContext(), name + ".gradient"),
                      loc);
}

/// What has been found of the adjoints so far.
class Sweep {
public:
  explicit Sweep(OpBuilder &builder) : builder(builder) {}

  void add(Value value, Value adjoint) {
    auto [place, isNew] = adjoints.try_emplace(value, adjoint);
    if (!isNew)
      place->second = addValues(builder, gradientOf(value.getLoc()),
                                place->second, adjoint);
  }
  Value of(Value value) const { return adjoints.lookup(value); }

  llvm::Error back(const Step &step);

private:
  OpBuilder &builder;
  llvm::DenseMap<Value, Value> adjoints;
};

llvm::Error Sweep::back(const Step &step) {
  Operation *op = step.op;
  SmallVector<Value> ofResults;
  for (Value result : op->getResults())
    ofResults.push_back(of(result));
  if (llvm::none_of(ofResults, [](Value value) { return bool(value); }))
    return llvm::Error::success();
  std::string where =
      ("'" + op->getName().getStringRef() + "' of '" + layerName(op) + "'")
          .str();
  auto differentiable = dyn_cast<DifferentiableOpInterface>(op);
  if (!differentiable)
    return failure(where, "has no derivative");
  Derivation derivation(gradientOf(op->getLoc()), builder, ofResults,
                        step.wanted, step.captured);
  if (llvm::Error fault = differentiable.derive(derivation))
    return failure(where,
                   "has no derivative: " + llvm::toString(std::move(fault)));
  for (OpOperand &operand : op->getOpOperands())
    if (Value adjoint = derivation.get(operand.getOperandNumber()))
      add(operand.get(), adjoint);
  for (auto [i, value] : llvm::enumerate(step.captured)) {
    std::optional<Value> adjoint = derivation.getCaptured(i);
    if (!adjoint)
      return failure(where, "has no derivative: its body reads a tensor that "
                            "depends on what is differentiated for");
    if (*adjoint)
      add(value, *adjoint);
  }
  return llvm::Error::success();
}

} // namespace

llvm::Expected<SmallVector<Value>>
quantc::distill::differentiate(Value y, ValueRange xs, Value seed,
                               OpBuilder &builder) {
  Slice slice(xs);
  slice.collect(y);
  Sweep sweep(builder);
  sweep.add(y, seed);
  for (const Step &step : llvm::reverse(slice.steps))
    if (llvm::Error fault = sweep.back(step))
      return fault;
  SmallVector<Value> adjoints;
  for (Value x : xs)
    adjoints.push_back(sweep.of(x));
  return adjoints;
}
