//===- ElementwiseDerivatives.cpp - Derivatives of TOSA's elementwise ops -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Distill/Transforms/Models.h"
#include "dialects/Distill/Transforms/Real.h"
#include "dialects/Distill/Transforms/Structured.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;
using namespace quantc::distill;

namespace {

/// One element of the result from those of the operands: what the op means. The
/// derivatives of arith and math say the rest.
struct Meaning {
  ImplicitLocOpBuilder &ops;
  ValueRange x;

  template <typename Op>
  Value unary() const {
    return Op::create(ops, x[0]);
  }
  template <typename Op>
  Value binary() const {
    return Op::create(ops, x[0], x[1]);
  }
  Real real(unsigned i) const { return {&ops, x[i]}; }

  Value of(tosa::AbsOp) const { return unary<math::AbsFOp>(); }
  Value of(tosa::AddOp) const { return binary<arith::AddFOp>(); }
  /// The bounds themselves have no slope, as a Relu has none at 0.
  Value of(tosa::ClampOp op) const {
    Real value = real(0);
    auto bound = [&](Attribute attribute) {
      return value.constant(cast<FloatAttr>(attribute).getValueAsDouble());
    };
    Real low = bound(op.getMinValAttr()), high = bound(op.getMaxValAttr());
    return select(value > low, select(high > value, value, high), low);
  }
  Value of(tosa::CastOp op) const {
    Type to = getElementTypeOrSelf(op.getType());
    if (to == x[0].getType())
      return x[0];
    Value wide = x[0];
    if (wide.getType().getIntOrFloatBitWidth() < 32 && !to.isF64())
      wide = arith::ExtFOp::create(ops, ops.getF32Type(), wide);
    unsigned from = wide.getType().getIntOrFloatBitWidth();
    if (to.getIntOrFloatBitWidth() < from)
      return arith::TruncFOp::create(ops, to, wide);
    if (to.getIntOrFloatBitWidth() > from)
      return arith::ExtFOp::create(ops, to, wide);
    return wide;
  }
  Value of(tosa::CosOp) const { return unary<math::CosOp>(); }
  Value of(tosa::ErfOp) const { return unary<math::ErfOp>(); }
  Value of(tosa::ExpOp) const { return unary<math::ExpOp>(); }
  Value of(tosa::LogOp) const { return unary<math::LogOp>(); }
  Value of(tosa::MaximumOp) const { return binary<arith::MaximumFOp>(); }
  Value of(tosa::MinimumOp) const { return binary<arith::MinimumFOp>(); }
  Value of(tosa::MulOp) const { return binary<arith::MulFOp>(); }
  Value of(tosa::NegateOp) const { return unary<arith::NegFOp>(); }
  Value of(tosa::PowOp) const { return binary<math::PowFOp>(); }
  Value of(tosa::ReciprocalOp) const { return 1.0 / real(0); }
  Value of(tosa::RsqrtOp) const { return unary<math::RsqrtOp>(); }
  Value of(tosa::SelectOp) const {
    return arith::SelectOp::create(ops, x[0], x[1], x[2]);
  }
  Value of(tosa::SinOp) const { return unary<math::SinOp>(); }
  Value of(tosa::SubOp) const { return binary<arith::SubFOp>(); }
  Value of(tosa::TanhOp) const { return unary<math::TanhOp>(); }
};

template <typename OpT>
Structured structureOf(OpT op, ImplicitLocOpBuilder &ops) {
  ArrayRef<int64_t> shape = shapeOf(op->getResult(0));
  Structured computation;
  computation.storage = std::make_unique<Region>();
  computation.body = &computation.storage->emplaceBlock();
  // What is behind the numbers: shifts and zero points.
  bool takesNumbers = !isa<tosa::MulOp, tosa::NegateOp>(*op);
  unsigned count =
      takesNumbers ? op->getNumOperands() : (isa<tosa::MulOp>(*op) ? 2 : 1);
  for (Value operand : op->getOperands().take_front(count)) {
    AffineMap map = broadcastMap(shapeOf(operand), shape, ops.getContext());
    computation.inputs.push_back({operand, map});
    computation.body->addArgument(getElementTypeOrSelf(operand), ops.getLoc());
  }
  computation.results.push_back(
      {op->getResult(0), ops.getMultiDimIdentityMap(shape.size())});
  ImplicitLocOpBuilder inside(ops.getLoc(), ops.getContext());
  inside.setInsertionPointToEnd(computation.body);
  Value element = Meaning{inside, computation.body->getArguments()}.of(op);
  linalg::YieldOp::create(inside, element);
  return computation;
}

struct ElementwiseRules {
  template <typename OpT>
  static llvm::Error derive(OpT op, Derivation &d) {
    Structured computation = structureOf(op, d.ops());
    for (unsigned i = 0; i < computation.inputs.size(); ++i) {
      if (!d.isWanted(i))
        continue;
      llvm::Expected<Value> adjoint =
          adjointOf(computation, i, d.adjoint(), d.ops());
      if (!adjoint)
        return adjoint.takeError();
      d.set(i, *adjoint);
    }
    return llvm::Error::success();
  }
};

/// No single op of math: g * y * (1 - y) does not overflow, unlike its parts.
struct SigmoidRules {
  static llvm::Error derive(tosa::SigmoidOp op, Derivation &d) {
    auto body = [](ImplicitLocOpBuilder &ops, ValueRange x) -> Value {
      Real g{&ops, x[0]}, y{&ops, x[1]};
      return g * y * (1.0 - y);
    };
    d.set(0, mapElements(d.ops(), {d.adjoint(), op.getResult()}, body));
    return llvm::Error::success();
  }
};

struct StepRules {
  static llvm::Error derive(Operation *, Derivation &) {
    return llvm::Error::success();
  }
};

} // namespace

void quantc::distill::attachElementwiseDerivatives(MLIRContext *context) {
  attachModels<ElementwiseRules, tosa::AbsOp, tosa::AddOp, tosa::CastOp,
               tosa::ClampOp, tosa::CosOp, tosa::ErfOp, tosa::ExpOp,
               tosa::LogOp, tosa::MaximumOp, tosa::MinimumOp, tosa::MulOp,
               tosa::NegateOp, tosa::PowOp, tosa::ReciprocalOp, tosa::RsqrtOp,
               tosa::SelectOp, tosa::SinOp, tosa::SubOp, tosa::TanhOp>(context);
  attachModels<SigmoidRules, tosa::SigmoidOp>(context);
  attachModels<StepRules, tosa::CeilOp, tosa::FloorOp>(context);
}
