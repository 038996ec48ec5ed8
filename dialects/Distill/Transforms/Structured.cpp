//===- Structured.cpp - Derivatives of loops over elements ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Distill/Transforms/Structured.h"

#include "dialects/Distill/Transforms/Differentiate.h"
#include "dialects/Distill/Transforms/Tensors.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "quantc/Support/Failure.h"

using namespace mlir;
using namespace quantc::distill;

namespace {

/// How one result folds: the op that takes in one more number, and the number.
struct Combiner {
  Operation *op = nullptr;
  Value number;
  bool isSum() const { return isa<arith::AddFOp>(op); }
};

llvm::Error noSumOrExtremum(const llvm::Twine &what) {
  return llvm::createStringError("it folds its elements " + what +
                                 ", which is no sum, maximum or minimum");
}

llvm::Expected<Combiner> combinerOf(const Structured &computation,
                                    unsigned result) {
  Block *body = computation.body;
  Value accumulator = body->getArgument(computation.inputs.size() + result);
  Combiner combiner{body->getTerminator()->getOperand(result).getDefiningOp(),
                    {}};
  if (!combiner.op || combiner.op->getBlock() != body ||
      !accumulator.hasOneUse() || *accumulator.user_begin() != combiner.op)
    return noSumOrExtremum("in several steps");
  if (!isa<arith::AddFOp, arith::MaximumFOp, arith::MaxNumFOp,
           arith::MinimumFOp, arith::MinNumFOp>(combiner.op))
    return noSumOrExtremum("by '" + combiner.op->getName().getStringRef() +
                           "'");
  Value first = combiner.op->getOperand(0);
  combiner.number = first == accumulator ? combiner.op->getOperand(1) : first;
  return combiner;
}

/// The derivative of a computation: a body that computes once more what the
/// computation did, and goes back through it.
class Reversal {
public:
  Reversal(const Structured &computation, ArrayRef<Value> adjoints,
           ImplicitLocOpBuilder &ops)
      : computation(computation), adjoints(adjoints), ops(ops) {}

  llvm::Error prepare();
  llvm::Expected<Value> adjointOf(unsigned input);
  llvm::Expected<Value> adjointOfRead(Value tensor);

private:
  /// Copies the body, except for the combiners, as the body of loops of which
  /// the first `outer` are new.
  IRMapping copyBody(ImplicitLocOpBuilder &inside, ValueRange elements,
                     unsigned outer = 0) const;
  /// The inputs, then for each result with an adjoint: its element, its
  /// adjoint, and its ties if any.
  SmallVector<Indexed> operands() const;
  llvm::Expected<Value> countTies(unsigned result);
  /// What reaches each of `variables` in the copy; null for nothing.
  llvm::Expected<SmallVector<Value>> goBack(ImplicitLocOpBuilder &inside,
                                            const IRMapping &copies,
                                            ValueRange elements,
                                            ValueRange variables);
  Value yielded(unsigned result) const {
    return computation.accumulators
               ? combiners[result].number
               : computation.body->getTerminator()->getOperand(result);
  }

  const Structured &computation;
  ArrayRef<Value> adjoints;
  ImplicitLocOpBuilder &ops;
  SmallVector<Combiner> combiners; // One for each result that folds.
  SmallVector<Value> ties;         // How many are the largest; null for sums.
};

llvm::Error Reversal::prepare() {
  ties.resize(computation.results.size());
  combiners.resize(computation.accumulators);
  for (unsigned k = 0; k < computation.accumulators; ++k) {
    llvm::Expected<Combiner> combiner = combinerOf(computation, k);
    if (!combiner)
      return combiner.takeError();
    combiners[k] = *combiner;
  }
  for (unsigned k = 0; k < computation.accumulators; ++k) {
    if (!adjoints[k] || combiners[k].isSum())
      continue;
    llvm::Expected<Value> count = countTies(k);
    if (!count)
      return count.takeError();
    ties[k] = *count;
  }
  return llvm::Error::success();
}

IRMapping Reversal::copyBody(ImplicitLocOpBuilder &inside, ValueRange elements,
                             unsigned outer) const {
  IRMapping copies;
  copies.map(
      computation.body->getArguments().take_front(computation.inputs.size()),
      elements.take_front(computation.inputs.size()));
  for (Operation &op : computation.body->without_terminator()) {
    if (llvm::any_of(combiners, [&](const Combiner &c) { return c.op == &op; }))
      continue;
    Operation *copy = inside.clone(op, copies);
    if (auto index = dyn_cast<linalg::IndexOp>(copy))
      index.setDim(index.getDim() + outer);
  }
  return copies;
}

llvm::Expected<Value> Reversal::countTies(unsigned result) {
  SmallVector<Indexed> operands(computation.inputs);
  const Indexed &largest = computation.results[result];
  operands.push_back(largest);
  return accumulate(ops, operands, typeOf(largest.tensor), largest.map,
                    [&](ImplicitLocOpBuilder &inside,
                        ValueRange elements) -> llvm::Expected<Value> {
                      IRMapping copies = copyBody(inside, elements);
                      Value number = copies.lookupOrDefault(yielded(result));
                      Value isLargest = arith::CmpFOp::create(
                          inside, arith::CmpFPredicate::OEQ, number,
                          elements.back());
                      return Value(arith::SelectOp::create(
                          inside, isLargest, splat(inside, number.getType(), 1),
                          splat(inside, number.getType(), 0)));
                    });
}

SmallVector<Indexed> Reversal::operands() const {
  SmallVector<Indexed> all(computation.inputs);
  for (auto [k, adjoint] : llvm::enumerate(adjoints)) {
    if (!adjoint)
      continue;
    const Indexed &result = computation.results[k];
    all.append({result, {adjoint, result.map}});
    if (ties[k])
      all.push_back({ties[k], result.map});
  }
  return all;
}

llvm::Expected<SmallVector<Value>>
Reversal::goBack(ImplicitLocOpBuilder &inside, const IRMapping &copies,
                 ValueRange elements, ValueRange variables) {
  unsigned next = computation.inputs.size();
  SmallVector<Value> totals(variables.size());
  for (auto [k, adjoint] : llvm::enumerate(adjoints)) {
    if (!adjoint)
      continue;
    Value result = elements[next++], seed = elements[next++];
    Value number = copies.lookupOrDefault(yielded(k));
    if (ties[k]) {
      Value isLargest = arith::CmpFOp::create(inside, arith::CmpFPredicate::OEQ,
                                              number, result);
      Value share = arith::DivFOp::create(inside, seed, elements[next++]);
      seed = arith::SelectOp::create(inside, isLargest, share,
                                     splat(inside, seed.getType(), 0));
    }
    llvm::Expected<SmallVector<Value>> found =
        differentiate(number, variables, seed, inside);
    if (!found)
      return found.takeError();
    // The result is there already.
    if (!computation.accumulators && number.getDefiningOp() &&
        number.getParentBlock() == inside.getBlock() &&
        !llvm::is_contained(variables, number))
      number.replaceAllUsesWith(result);
    for (auto [total, part] : llvm::zip_equal(totals, *found))
      if (part)
        total = total ? addValues(inside, inside.getLoc(), total, part) : part;
  }
  return totals;
}

llvm::Expected<Value> Reversal::adjointOf(unsigned input) {
  const Indexed &to = computation.inputs[input];
  return accumulate(ops, operands(), typeOf(to.tensor), to.map,
                    [&](ImplicitLocOpBuilder &inside,
                        ValueRange elements) -> llvm::Expected<Value> {
                      IRMapping copies = copyBody(inside, elements);
                      auto found =
                          goBack(inside, copies, elements, elements[input]);
                      if (!found)
                        return found.takeError();
                      return found->front();
                    });
}

/// `adjoint` where `read` is of the element that the first loops stand at, else
/// zero.
Value whereRead(ImplicitLocOpBuilder &inside, tensor::ExtractOp read,
                Value adjoint) {
  Value zero = splat(inside, adjoint.getType(), 0);
  for (auto [d, index] : llvm::enumerate(read.getIndices())) {
    Value here = linalg::IndexOp::create(inside, d);
    Value isHere =
        arith::CmpIOp::create(inside, arith::CmpIPredicate::eq, here, index);
    adjoint = arith::SelectOp::create(inside, isHere, adjoint, zero);
  }
  return adjoint;
}

llvm::Expected<Value> Reversal::adjointOfRead(Value tensor) {
  SmallVector<Operation *> reads;
  for (Operation &op : *computation.body)
    if (llvm::is_contained(op.getOperands(), tensor))
      reads.push_back(&op);
  unsigned rank = typeOf(tensor).getRank();
  SmallVector<Indexed> all = operands();
  for (Indexed &operand : all)
    operand.map = operand.map.shiftDims(rank);
  unsigned loops = all.front().map.getNumDims();
  auto to = AffineMap::getMultiDimIdentityMap(loops, ops.getContext())
                .getMajorSubMap(rank);
  return accumulate(
      ops, all, typeOf(tensor), to,
      [&](ImplicitLocOpBuilder &inside,
          ValueRange elements) -> llvm::Expected<Value> {
        IRMapping copies = copyBody(inside, elements, rank);
        SmallVector<Value> variables;
        for (Operation *read : reads)
          variables.push_back(copies.lookup(read->getResult(0)));
        auto found = goBack(inside, copies, elements, variables);
        if (!found)
          return found.takeError();
        Value total;
        for (auto [variable, part] : llvm::zip_equal(variables, *found)) {
          if (!part)
            continue;
          Value own = whereRead(
              inside, variable.getDefiningOp<tensor::ExtractOp>(), part);
          total = total ? addValues(inside, inside.getLoc(), total, own) : own;
        }
        return total;
      });
}

} // namespace

llvm::Expected<Value> quantc::distill::adjointOf(const Structured &computation,
                                                 unsigned input,
                                                 ArrayRef<Value> adjoints,
                                                 ImplicitLocOpBuilder &ops) {
  Reversal reversal(computation, adjoints, ops);
  if (llvm::Error fault = reversal.prepare())
    return fault;
  return reversal.adjointOf(input);
}

llvm::Expected<Value>
quantc::distill::adjointOfRead(const Structured &computation, Value tensor,
                               ArrayRef<Value> adjoints,
                               ImplicitLocOpBuilder &ops) {
  Reversal reversal(computation, adjoints, ops);
  if (llvm::Error fault = reversal.prepare())
    return fault;
  return reversal.adjointOfRead(tensor);
}
