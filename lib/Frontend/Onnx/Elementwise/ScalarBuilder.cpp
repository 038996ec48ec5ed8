//===- ScalarBuilder.cpp - Arithmetic on single elements -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ScalarBuilder.h"

#include "../Storage.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace quantc::onnx;

ScalarBuilder::ScalarBuilder(ImplicitLocOpBuilder &ops, Type element)
    : builder(ops), storage(storageOf(element)),
      unsignedElement(element.isUnsignedInteger() || element.isInteger(1)) {}

Value ScalarBuilder::real(double value) {
  if (!isFloat())
    return integer(int64_t(value));
  return arith::ConstantOp::create(builder,
                                   builder.getFloatAttr(storage, value));
}

Value ScalarBuilder::integer(int64_t value) {
  if (isFloat())
    return real(double(value));
  llvm::APInt bits(width(), uint64_t(value), /*isSigned=*/true,
                   /*implicitTrunc=*/true);
  return arith::ConstantOp::create(builder,
                                   builder.getIntegerAttr(storage, bits));
}

Value ScalarBuilder::lowest() {
  if (isUnsigned())
    return zero();
  if (!isFloat())
    return integer(int64_t(uint64_t(1) << (width() - 1)));
  return real(-std::numeric_limits<double>::infinity());
}

Value ScalarBuilder::add(Value a, Value b) {
  if (isFloat())
    return arith::AddFOp::create(builder, a, b);
  return arith::AddIOp::create(builder, a, b);
}

Value ScalarBuilder::sub(Value a, Value b) {
  if (isFloat())
    return arith::SubFOp::create(builder, a, b);
  return arith::SubIOp::create(builder, a, b);
}

Value ScalarBuilder::mul(Value a, Value b) {
  if (isFloat())
    return arith::MulFOp::create(builder, a, b);
  return arith::MulIOp::create(builder, a, b);
}

/// 1 where dividing by b would trap: by 0, and the lowest number by -1, whose
/// quotient wraps to itself.
Value ScalarBuilder::safeDivisor(Value a, Value b) {
  Value traps = equal(b, zero());
  if (!isUnsigned()) {
    Value wraps = arith::AndIOp::create(builder, equal(a, lowest()),
                                        equal(b, integer(-1)));
    traps = arith::OrIOp::create(builder, traps, wraps);
  }
  return select(traps, one(), b);
}

Value ScalarBuilder::div(Value a, Value b) {
  if (isFloat())
    return arith::DivFOp::create(builder, a, b);
  Value divisor = safeDivisor(a, b);
  Value quotient = isUnsigned()
                       ? Value(arith::DivUIOp::create(builder, a, divisor))
                       : Value(arith::DivSIOp::create(builder, a, divisor));
  return select(equal(b, zero()), zero(), quotient);
}

Value ScalarBuilder::remainder(Value a, Value b) {
  if (isFloat())
    return arith::RemFOp::create(builder, a, b);
  // Everything leaves 0 when divided by 1.
  Value divisor = safeDivisor(a, b);
  if (isUnsigned())
    return arith::RemUIOp::create(builder, a, divisor);
  return arith::RemSIOp::create(builder, a, divisor);
}

Value ScalarBuilder::max(Value a, Value b) {
  if (isFloat())
    return arith::MaximumFOp::create(builder, a, b);
  if (isUnsigned())
    return arith::MaxUIOp::create(builder, a, b);
  return arith::MaxSIOp::create(builder, a, b);
}

Value ScalarBuilder::min(Value a, Value b) {
  if (isFloat())
    return arith::MinimumFOp::create(builder, a, b);
  if (isUnsigned())
    return arith::MinUIOp::create(builder, a, b);
  return arith::MinSIOp::create(builder, a, b);
}

Value ScalarBuilder::abs(Value a) {
  if (isFloat())
    return math::AbsFOp::create(builder, a);
  if (isUnsigned())
    return a;
  return select(less(a, zero()), sub(zero(), a), a);
}

Value ScalarBuilder::compare(arith::CmpFPredicate onFloats,
                             arith::CmpIPredicate onSigned,
                             arith::CmpIPredicate onUnsigned, Value a,
                             Value b) {
  if (isFloat())
    return arith::CmpFOp::create(builder, onFloats, a, b);
  return arith::CmpIOp::create(builder, isUnsigned() ? onUnsigned : onSigned, a,
                               b);
}

Value ScalarBuilder::equal(Value a, Value b) {
  return compare(arith::CmpFPredicate::OEQ, arith::CmpIPredicate::eq,
                 arith::CmpIPredicate::eq, a, b);
}

Value ScalarBuilder::notEqual(Value a, Value b) {
  return compare(arith::CmpFPredicate::UNE, arith::CmpIPredicate::ne,
                 arith::CmpIPredicate::ne, a, b);
}

Value ScalarBuilder::less(Value a, Value b) {
  return compare(arith::CmpFPredicate::OLT, arith::CmpIPredicate::slt,
                 arith::CmpIPredicate::ult, a, b);
}

Value ScalarBuilder::lessOrEqual(Value a, Value b) {
  return compare(arith::CmpFPredicate::OLE, arith::CmpIPredicate::sle,
                 arith::CmpIPredicate::ule, a, b);
}

Value ScalarBuilder::select(Value condition, Value ifTrue, Value ifFalse) {
  return arith::SelectOp::create(builder, condition, ifTrue, ifFalse);
}
