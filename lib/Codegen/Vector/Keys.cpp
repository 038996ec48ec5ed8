//===- Keys.cpp - Integers in the order of reals --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Keys.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/APFloat.h"

using namespace mlir;
using namespace quantc::codegen;

static int64_t lanesOf(Value vector) {
  return cast<VectorType>(vector.getType()).getNumElements();
}

/// Negative numbers count backwards: all bits but the sign are turned over.
static Value turnNegative(Emitter &emit, Value bits) {
  int64_t lanes = lanesOf(bits);
  Value sign = arith::ShRSIOp::create(emit.builder, emit.loc, bits,
                                      emit.splat(int32_t(31), lanes));
  Value turned = arith::AndIOp::create(emit.builder, emit.loc, sign,
                                       emit.splat(int32_t(0x7fffffff), lanes));
  return arith::XOrIOp::create(emit.builder, emit.loc, bits, turned);
}

bool keys::apply(Operation *combiner) {
  return isa<arith::MaximumFOp, arith::MinimumFOp>(combiner) &&
         combiner->getResult(0).getType().isF32();
}

Value keys::of(Emitter &emit, Operation *combiner, Value reals) {
  int64_t lanes = lanesOf(reals);
  bool isNegative = isa<arith::MinimumFOp>(combiner);
  auto nan = arith::ConstantOp::create(
      emit.builder, emit.loc,
      DenseElementsAttr::get(
          emit.vector(lanes, emit.f32()),
          llvm::APFloat::getNaN(llvm::APFloat::IEEEsingle(), isNegative)));
  Value isNan = arith::CmpFOp::create(emit.builder, emit.loc,
                                      arith::CmpFPredicate::UNO, reals, reals);
  Value real =
      arith::SelectOp::create(emit.builder, emit.loc, isNan, nan, reals);
  return turnNegative(emit, emit.bitcast(real, lanes, emit.i32()));
}

Value keys::toReals(Emitter &emit, Value keys) {
  return emit.bitcast(turnNegative(emit, keys), lanesOf(keys), emit.f32());
}

Value keys::combine(Emitter &emit, Operation *combiner, Value lhs, Value rhs) {
  if (isa<arith::MaximumFOp>(combiner))
    return arith::MaxSIOp::create(emit.builder, emit.loc, lhs, rhs);
  return arith::MinSIOp::create(emit.builder, emit.loc, lhs, rhs);
}
