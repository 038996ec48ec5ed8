//===- Real.h - Formulas of reals as operators ------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_DISTILL_TRANSFORMS_REAL_H
#define QUANTC_DIALECTS_DISTILL_TRANSFORMS_REAL_H

#include "dialects/Distill/Transforms/Tensors.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace quantc::distill {

/// A float value under construction, so that `g * (1.0 - y * y)` creates the
/// ops of arith that it reads like.
struct Real {
  mlir::ImplicitLocOpBuilder *ops;
  mlir::Value value;

  operator mlir::Value() const { return value; }
  /// The number in the same type.
  Real constant(double number) const {
    return {ops, splat(*ops, value.getType(), number)};
  }
};

inline Real operator+(Real a, Real b) {
  return {a.ops, mlir::arith::AddFOp::create(*a.ops, a.value, b.value)};
}
inline Real operator-(Real a, Real b) {
  return {a.ops, mlir::arith::SubFOp::create(*a.ops, a.value, b.value)};
}
inline Real operator*(Real a, Real b) {
  return {a.ops, mlir::arith::MulFOp::create(*a.ops, a.value, b.value)};
}
inline Real operator/(Real a, Real b) {
  return {a.ops, mlir::arith::DivFOp::create(*a.ops, a.value, b.value)};
}
inline Real operator-(Real a) {
  return {a.ops, mlir::arith::NegFOp::create(*a.ops, a.value)};
}
inline Real operator+(Real a, double b) { return a + a.constant(b); }
inline Real operator+(double a, Real b) { return b.constant(a) + b; }
inline Real operator-(Real a, double b) { return a - a.constant(b); }
inline Real operator-(double a, Real b) { return b.constant(a) - b; }
inline Real operator*(Real a, double b) { return a * a.constant(b); }
inline Real operator/(double a, Real b) { return b.constant(a) / b; }

/// A function of math, by its op.
template <typename Op>
Real apply(Real a) {
  return {a.ops, Op::create(*a.ops, a.value)};
}
template <typename Op>
Real apply(Real a, Real b) {
  return {a.ops, Op::create(*a.ops, a.value, b.value)};
}

/// i1; all are false for NaN.
inline mlir::Value operator>(Real a, Real b) {
  return mlir::arith::CmpFOp::create(*a.ops, mlir::arith::CmpFPredicate::OGT,
                                     a.value, b.value);
}
inline mlir::Value operator==(Real a, Real b) {
  return mlir::arith::CmpFOp::create(*a.ops, mlir::arith::CmpFPredicate::OEQ,
                                     a.value, b.value);
}
inline Real select(mlir::Value condition, Real a, Real b) {
  return {a.ops,
          mlir::arith::SelectOp::create(*a.ops, condition, a.value, b.value)};
}

} // namespace quantc::distill

#endif // QUANTC_DIALECTS_DISTILL_TRANSFORMS_REAL_H
