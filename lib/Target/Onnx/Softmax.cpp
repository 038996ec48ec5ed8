//===- Softmax.cpp - The parts of a Softmax as one node -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Softmax.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx_export;

/// The op that makes a value, if that is its only use.
template <typename Op>
static Op onlyUse(Value value) {
  return value.hasOneUse() ? value.getDefiningOp<Op>() : Op();
}

/// x - reduce_max(x), the start of both forms.
static std::optional<Softmax> matchShifted(tosa::SubOp difference,
                                           tosa::ReduceSumOp sum) {
  auto most = onlyUse<tosa::ReduceMaxOp>(difference.getInput2());
  if (!most || most.getInput() != difference.getInput1() ||
      most.getAxis() != sum.getAxis())
    return std::nullopt;
  return Softmax{"Softmax", most.getInput(),
                 static_cast<int64_t>(sum.getAxis())};
}

/// exp * reciprocal(reduce_sum(exp)), exp = exp(x - reduce_max(x))
static bool match(tosa::MulOp mul, tosa::ExpOp exp, Value factor,
                  Softmaxes &found) {
  auto reciprocal = onlyUse<tosa::ReciprocalOp>(factor);
  if (!exp || !reciprocal || !exp.getOutput().hasNUses(2) ||
      splatOf(mul.getShift()) != 0)
    return false;
  auto sum = onlyUse<tosa::ReduceSumOp>(reciprocal.getInput1());
  auto difference = onlyUse<tosa::SubOp>(exp.getInput1());
  if (!sum || sum.getInput() != exp.getOutput() || !difference)
    return false;
  std::optional<Softmax> softmax = matchShifted(difference, sum);
  if (!softmax)
    return false;
  found.ends[mul] = *softmax;
  for (Operation *op :
       {difference.getInput2().getDefiningOp(), difference.getOperation(),
        exp.getOperation(), sum.getOperation(), reciprocal.getOperation()})
    found.inner.insert(op);
  return true;
}

/// d - log(reduce_sum(exp(d))), d = x - reduce_max(x)
static void matchLog(tosa::SubOp end, Softmaxes &found) {
  auto difference = end.getInput1().getDefiningOp<tosa::SubOp>();
  auto log = onlyUse<tosa::LogOp>(end.getInput2());
  if (!difference || !log || !difference.getOutput().hasNUses(2))
    return;
  auto sum = onlyUse<tosa::ReduceSumOp>(log.getInput1());
  auto exp = sum ? onlyUse<tosa::ExpOp>(sum.getInput()) : tosa::ExpOp();
  if (!exp || exp.getInput1() != difference.getOutput())
    return;
  std::optional<Softmax> softmax = matchShifted(difference, sum);
  if (!softmax)
    return;
  softmax->kind = "LogSoftmax";
  found.ends[end] = *softmax;
  for (Operation *op :
       {difference.getInput2().getDefiningOp(), difference.getOperation(),
        exp.getOperation(), sum.getOperation(), log.getOperation()})
    found.inner.insert(op);
}

Softmaxes onnx_export::findSoftmaxes(Block &block) {
  Softmaxes found;
  for (auto mul : block.getOps<tosa::MulOp>()) {
    Value lhs = mul.getInput1(), rhs = mul.getInput2();
    if (!match(mul, lhs.getDefiningOp<tosa::ExpOp>(), rhs, found))
      (void)match(mul, rhs.getDefiningOp<tosa::ExpOp>(), lhs, found);
  }
  for (auto sub : block.getOps<tosa::SubOp>())
    matchLog(sub, found);
  return found;
}

void onnx_export::emitSoftmax(Emitter &emitter, Operation *end,
                              const Softmax &softmax) {
  Order order = emitter.commonOrder(softmax.input);
  TensorId result =
      emitter.node(softmax.kind, emitter.get(softmax.input, order),
                   {{"axis", placeOf(softmax.axis, order)}});
  emitter.set(end->getResult(0), result, order);
}
