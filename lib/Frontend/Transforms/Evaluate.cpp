//===- Evaluate.cpp - What an elementwise op makes of numbers -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Evaluate.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace quantc::frontend {

using Real = std::optional<double>;

static Real evaluateClamp(tosa::ClampOp op, double x) {
  auto low = dyn_cast<FloatAttr>(op.getMinVal());
  auto high = dyn_cast<FloatAttr>(op.getMaxVal());
  if (!low || !high || std::isnan(x))
    return std::nullopt;
  return std::min(std::max(x, low.getValueAsDouble()), high.getValueAsDouble());
}

static Real evaluateUnary(Operation *op, double x) {
  return TypeSwitch<Operation *, Real>(op)
      .Case([&](tosa::AbsOp) { return std::fabs(x); })
      .Case([&](tosa::CeilOp) { return std::ceil(x); })
      .Case([&](tosa::ClampOp clamp) { return evaluateClamp(clamp, x); })
      .Case([&](tosa::ErfOp) { return std::erf(x); })
      .Case([&](tosa::ExpOp) { return std::exp(x); })
      .Case([&](tosa::FloorOp) { return std::floor(x); })
      .Case([&](tosa::LogOp) { return std::log(x); })
      .Case([&](tosa::NegateOp) { return -x; })
      .Case([&](tosa::ReciprocalOp) { return 1.0 / x; })
      .Case([&](tosa::RsqrtOp) { return 1.0 / std::sqrt(x); })
      .Case([&](tosa::SigmoidOp) { return 1.0 / (1.0 + std::exp(-x)); })
      .Case([&](tosa::TanhOp) { return std::tanh(x); })
      .Default([](Operation *) { return std::nullopt; });
}

static Real evaluateBinary(Operation *op, double x, double y) {
  if (isa<tosa::MaximumOp, tosa::MinimumOp>(op) &&
      (std::isnan(x) || std::isnan(y)))
    return std::nullopt;
  return TypeSwitch<Operation *, Real>(op)
      .Case([&](tosa::AddOp) { return x + y; })
      .Case([&](tosa::MaximumOp) { return std::max(x, y); })
      .Case([&](tosa::MinimumOp) { return std::min(x, y); })
      .Case([&](tosa::MulOp) { return x * y; })
      .Case([&](tosa::PowOp) { return std::pow(x, y); })
      .Case([&](tosa::SubOp) { return x - y; })
      .Default([](Operation *) { return std::nullopt; });
}

Real evaluateReal(Operation *op, ArrayRef<double> operands) {
  if (operands.size() == 1)
    return evaluateUnary(op, operands[0]);
  if (operands.size() == 2)
    return evaluateBinary(op, operands[0], operands[1]);
  return std::nullopt;
}

std::optional<int64_t> evaluateInteger(Operation *op,
                                       ArrayRef<int64_t> operands) {
  using Integer = std::optional<int64_t>;
  if (operands.size() != 2)
    return std::nullopt;
  // Unsigned arithmetic wraps; signed arithmetic that overflows is undefined.
  int64_t x = operands[0], y = operands[1];
  auto wrap = [](uint64_t value) { return static_cast<int64_t>(value); };
  return TypeSwitch<Operation *, Integer>(op)
      .Case([&](tosa::AddOp) { return wrap(uint64_t(x) + uint64_t(y)); })
      .Case([&](tosa::IntDivOp) -> Integer {
        if (y == 0 || y == -1)
          return std::nullopt;
        return x / y;
      })
      .Case([&](tosa::MaximumOp) { return std::max(x, y); })
      .Case([&](tosa::MinimumOp) { return std::min(x, y); })
      .Case([&](tosa::SubOp) { return wrap(uint64_t(x) - uint64_t(y)); })
      .Default([](Operation *) { return std::nullopt; });
}

} // namespace quantc::frontend
