//===- ScalarDerivatives.cpp - Derivatives of arith and math --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Distill/Transforms/Models.h"
#include "dialects/Distill/Transforms/Real.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include <cmath>

using namespace mlir;
using namespace quantc::distill;

namespace {

/// The names in the formulas below: g is the adjoint of the result y, and the
/// operands are a, b, c.
struct Names {
  Names(Operation *op, Derivation &d)
      : g{&d.ops(), d.adjoint()}, y{&d.ops(), op->getResult(0)} {
    Real *operands[] = {&a, &b, &c};
    for (auto [i, operand] : llvm::enumerate(op->getOperands()))
      *operands[i] = {&d.ops(), operand};
  }

  Real g, y, a{}, b{}, c{};

  /// g * factor or g / divisor, which is 0 where g is: what nothing depends on
  /// has no slope, even where the factor is infinite. Otherwise
  /// `x > 0 ? sqrt(x) : 0` had NaN at 0.
  Real times(Real factor) const { return guarded(g * factor); }
  Real over(Real divisor) const { return guarded(g / divisor); }
  Real guarded(Real product) const {
    Real zero = g.constant(0);
    return select(g == zero, zero, product);
  }
};

/// Of two numbers, `a` is the one that counts where `aCounts`; equal ones get
/// one half each.
void share(Derivation &d, const Names &n, Value aCounts) {
  Real zero = n.g.constant(0);
  Value equal = n.a == n.b;
  Real half = n.g * 0.5;
  d.set(0, select(equal, half, select(aCounts, n.g, zero)));
  d.set(1, select(equal, half, select(aCounts, zero, n.g)));
}

llvm::Error done() { return llvm::Error::success(); }

struct ArithRules {
  static llvm::Error derive(arith::AddFOp, Derivation &d) {
    d.set(0, d.adjoint());
    d.set(1, d.adjoint());
    return done();
  }
  static llvm::Error derive(arith::SubFOp op, Derivation &d) {
    d.set(0, d.adjoint());
    d.set(1, -Names(op, d).g);
    return done();
  }
  static llvm::Error derive(arith::MulFOp op, Derivation &d) {
    Names n(op, d);
    d.set(0, n.g * n.b);
    d.set(1, n.g * n.a);
    return done();
  }
  static llvm::Error derive(arith::DivFOp op, Derivation &d) {
    Names n(op, d);
    d.set(0, n.over(n.b));
    d.set(1, n.guarded(-(n.g * n.y) / n.b));
    return done();
  }
  static llvm::Error derive(arith::NegFOp op, Derivation &d) {
    d.set(0, -Names(op, d).g);
    return done();
  }
  /// a - b * trunc(a / b)
  static llvm::Error derive(arith::RemFOp op, Derivation &d) {
    Names n(op, d);
    d.set(0, n.g);
    d.set(1, n.guarded(-n.g * apply<math::TruncOp>(n.a / n.b)));
    return done();
  }
  static llvm::Error derive(arith::SelectOp op, Derivation &d) {
    Real g{&d.ops(), d.adjoint()}, zero = g.constant(0);
    d.set(1, select(op.getCondition(), g, zero));
    d.set(2, select(op.getCondition(), zero, g));
    return done();
  }
  static llvm::Error derive(arith::ExtFOp op, Derivation &d) {
    d.set(0,
          arith::TruncFOp::create(d.ops(), op.getIn().getType(), d.adjoint()));
    return done();
  }
  static llvm::Error derive(arith::TruncFOp op, Derivation &d) {
    d.set(0, arith::ExtFOp::create(d.ops(), op.getIn().getType(), d.adjoint()));
    return done();
  }
};

struct LargestRules {
  static llvm::Error derive(Operation *op, Derivation &d) {
    Names n(op, d);
    share(d, n, n.a > n.b);
    return done();
  }
};

struct SmallestRules {
  static llvm::Error derive(Operation *op, Derivation &d) {
    Names n(op, d);
    share(d, n, n.b > n.a);
    return done();
  }
};

/// Steps: what is left out is zero.
struct StepRules {
  static llvm::Error derive(Operation *, Derivation &) { return done(); }
};

/// One operand: dy/da, for `times`.
struct UnaryRules {
  template <typename OpT>
  static llvm::Error derive(OpT op, Derivation &d) {
    Names n(op, d);
    d.set(0, adjoint(op, n));
    return done();
  }

  static Real adjoint(math::AbsFOp, const Names &n) {
    Real zero = n.g.constant(0);
    return select(n.a > zero, n.g, select(zero > n.a, -n.g, zero));
  }
  static Real adjoint(math::AcosOp, const Names &n) {
    return -n.over(apply<math::SqrtOp>(1.0 - n.a * n.a));
  }
  static Real adjoint(math::AcoshOp, const Names &n) {
    return n.over(apply<math::SqrtOp>(n.a * n.a - 1.0));
  }
  static Real adjoint(math::AsinOp, const Names &n) {
    return n.over(apply<math::SqrtOp>(1.0 - n.a * n.a));
  }
  static Real adjoint(math::AsinhOp, const Names &n) {
    return n.g / apply<math::SqrtOp>(n.a * n.a + 1.0);
  }
  static Real adjoint(math::AtanOp, const Names &n) {
    return n.g / (1.0 + n.a * n.a);
  }
  static Real adjoint(math::AtanhOp, const Names &n) {
    return n.over(1.0 - n.a * n.a);
  }
  static Real adjoint(math::CbrtOp, const Names &n) {
    return n.over(n.y * n.y * 3.0);
  }
  static Real adjoint(math::CosOp, const Names &n) {
    return -n.g * apply<math::SinOp>(n.a);
  }
  static Real adjoint(math::CoshOp, const Names &n) {
    return n.times(apply<math::SinhOp>(n.a));
  }
  static Real adjoint(math::ErfOp, const Names &n) {
    return n.g * apply<math::ExpOp>(-(n.a * n.a)) * (2 / std::sqrt(M_PI));
  }
  static Real adjoint(math::ErfcOp, const Names &n) {
    return n.g * apply<math::ExpOp>(-(n.a * n.a)) * (-2 / std::sqrt(M_PI));
  }
  static Real adjoint(math::ExpOp, const Names &n) { return n.times(n.y); }
  static Real adjoint(math::Exp2Op, const Names &n) {
    return n.times(n.y * std::log(2.0));
  }
  static Real adjoint(math::ExpM1Op, const Names &n) {
    return n.times(n.y + 1.0);
  }
  static Real adjoint(math::LogOp, const Names &n) { return n.over(n.a); }
  static Real adjoint(math::Log10Op, const Names &n) {
    return n.over(n.a * std::log(10.0));
  }
  static Real adjoint(math::Log1pOp, const Names &n) {
    return n.over(1.0 + n.a);
  }
  static Real adjoint(math::Log2Op, const Names &n) {
    return n.over(n.a * std::log(2.0));
  }
  static Real adjoint(math::RsqrtOp, const Names &n) {
    return n.times(n.y * n.y * n.y * -0.5);
  }
  static Real adjoint(math::SinOp, const Names &n) {
    return n.g * apply<math::CosOp>(n.a);
  }
  static Real adjoint(math::SinhOp, const Names &n) {
    return n.times(apply<math::CoshOp>(n.a));
  }
  static Real adjoint(math::SqrtOp, const Names &n) {
    return n.over(n.y * 2.0);
  }
  static Real adjoint(math::TanOp, const Names &n) {
    return n.times(1.0 + n.y * n.y);
  }
  static Real adjoint(math::TanhOp, const Names &n) {
    return n.g * (1.0 - n.y * n.y);
  }
};

struct SeveralRules {
  /// b * a^(b-1) and a^b * log(a). Where the exponent is 0, the base has no
  /// slope; where the base is not positive, the exponent is taken to have none.
  static llvm::Error derive(math::PowFOp op, Derivation &d) {
    Names n(op, d);
    Real zero = n.g.constant(0);
    Real slope = n.times(n.b * apply<math::PowFOp>(n.a, n.b - 1.0));
    d.set(0, select(n.b == zero, zero, slope));
    Real growth = n.times(n.y * apply<math::LogOp>(n.a));
    d.set(1, select(n.a > zero, growth, zero));
    return done();
  }
  static llvm::Error derive(math::Atan2Op op, Derivation &d) {
    Names n(op, d);
    Real square = n.a * n.a + n.b * n.b;
    d.set(0, n.guarded(n.g * n.b / square));
    d.set(1, n.guarded(-(n.g * n.a) / square));
    return done();
  }
  /// The size of a under the sign of b.
  static llvm::Error derive(math::CopySignOp op, Derivation &d) {
    Names n(op, d);
    Real one = n.g.constant(1);
    d.set(0, n.g * apply<math::CopySignOp>(one, n.a) *
                 apply<math::CopySignOp>(one, n.b));
    return done();
  }
  static llvm::Error derive(math::FmaOp op, Derivation &d) {
    Names n(op, d);
    d.set(0, n.g * n.b);
    d.set(1, n.g * n.a);
    d.set(2, n.g);
    return done();
  }
};

} // namespace

void quantc::distill::attachScalarDerivatives(MLIRContext *context) {
  attachModels<ArithRules, arith::AddFOp, arith::DivFOp, arith::ExtFOp,
               arith::MulFOp, arith::NegFOp, arith::RemFOp, arith::SelectOp,
               arith::SubFOp, arith::TruncFOp>(context);
  attachModels<LargestRules, arith::MaximumFOp, arith::MaxNumFOp>(context);
  attachModels<SmallestRules, arith::MinimumFOp, arith::MinNumFOp>(context);
  attachModels<StepRules, math::CeilOp, math::FloorOp, math::RoundEvenOp,
               math::RoundOp, math::TruncOp>(context);
  attachModels<UnaryRules, math::AbsFOp, math::AcoshOp, math::AcosOp,
               math::AsinhOp, math::AsinOp, math::AtanhOp, math::AtanOp,
               math::CbrtOp, math::CoshOp, math::CosOp, math::ErfcOp,
               math::ErfOp, math::Exp2Op, math::ExpM1Op, math::ExpOp,
               math::Log10Op, math::Log1pOp, math::Log2Op, math::LogOp,
               math::RsqrtOp, math::SinhOp, math::SinOp, math::SqrtOp,
               math::TanhOp, math::TanOp>(context);
  attachModels<SeveralRules, math::Atan2Op, math::CopySignOp, math::FmaOp,
               math::PowFOp>(context);
}
