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

/// exp * reciprocal(reduce_sum(exp)), exp = exp(x - reduce_max(x))
static bool match(tosa::MulOp mul, tosa::ExpOp exp, Value factor,
                  Softmaxes &found) {
  auto reciprocal = onlyUse<tosa::ReciprocalOp>(factor);
  if (!exp || !reciprocal || !exp.getOutput().hasNUses(2))
    return false;
  auto sum = onlyUse<tosa::ReduceSumOp>(reciprocal.getInput1());
  auto difference = onlyUse<tosa::SubOp>(exp.getInput1());
  if (!sum || sum.getInput() != exp.getOutput() || !difference)
    return false;
  auto most = onlyUse<tosa::ReduceMaxOp>(difference.getInput2());
  if (!most || most.getInput() != difference.getInput1() ||
      most.getAxis() != sum.getAxis() || splatOf(mul.getShift()) != 0)
    return false;
  found.ends[mul] = {most.getInput(), static_cast<int64_t>(sum.getAxis())};
  for (Operation *op :
       {most.getOperation(), difference.getOperation(), exp.getOperation(),
        sum.getOperation(), reciprocal.getOperation()})
    found.inner.insert(op);
  return true;
}

Softmaxes onnx_export::findSoftmaxes(Block &block) {
  Softmaxes found;
  for (auto mul : block.getOps<tosa::MulOp>()) {
    Value lhs = mul.getInput1(), rhs = mul.getInput2();
    if (!match(mul, lhs.getDefiningOp<tosa::ExpOp>(), rhs, found))
      (void)match(mul, rhs.getDefiningOp<tosa::ExpOp>(), lhs, found);
  }
  return found;
}

void onnx_export::emitSoftmax(Emitter &emitter, Operation *end,
                              const Softmax &softmax) {
  Order order = emitter.commonOrder(softmax.input);
  TensorId result = emitter.node("Softmax", emitter.get(softmax.input, order),
                                 {{"axis", placeOf(softmax.axis, order)}});
  emitter.set(end->getResult(0), result, order);
}
