//===- Trigonometry.cpp - Circular and hyperbolic functions -------------------- ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "Elementwise.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// A function of a magnitude with the sign of x.
template <typename Function>
Value odd(ScalarBuilder &s, Value x, Function ofMagnitude) {
  return math::CopySignOp::create(s.ops(), ofMagnitude(s.abs(x)), x);
}

/// log(2 * x), where the square of x could overflow and its neighbours do not
/// matter any more; else `exact`.
Value unlessLarge(ScalarBuilder &s, Value x, Value exact) {
  Value log = math::LogOp::create(s.ops(), x);
  Value isLarge = s.less(s.real(8192), x);
  return s.select(isLarge, s.add(log, s.real(0.693147180559945)), exact);
}

/// log(a + sqrt(a^2 + 1)) = log1p(a + a^2 / (1 + sqrt(a^2 + 1)))
Value asinh(ScalarBuilder &s, ValueRange x) {
  if (s.width() == 64)
    return math::AsinhOp::create(s.ops(), x[0]);
  return odd(s, x[0], [&](Value a) {
    Value square = s.mul(a, a);
    Value root = math::SqrtOp::create(s.ops(), s.add(square, s.one()));
    Value rest = s.add(a, s.div(square, s.add(s.one(), root)));
    return unlessLarge(s, a, math::Log1pOp::create(s.ops(), rest));
  });
}

/// log(x + sqrt(x^2 - 1)) = log1p(t + sqrt(t^2 + 2 * t)) with t = x - 1
Value acosh(ScalarBuilder &s, ValueRange x) {
  if (s.width() == 64)
    return math::AcoshOp::create(s.ops(), x[0]);
  Value t = s.sub(x[0], s.one());
  Value square = s.add(s.mul(t, t), s.add(t, t));
  Value rest = s.add(t, math::SqrtOp::create(s.ops(), square));
  return unlessLarge(s, x[0], math::Log1pOp::create(s.ops(), rest));
}

/// log((1 + a) / (1 - a)) / 2 = log1p(2 * a / (1 - a)) / 2
Value atanh(ScalarBuilder &s, ValueRange x) {
  if (s.width() == 64)
    return math::AtanhOp::create(s.ops(), x[0]);
  return odd(s, x[0], [&](Value a) {
    Value rest = s.div(s.add(a, a), s.sub(s.one(), a));
    return s.mul(math::Log1pOp::create(s.ops(), rest), s.real(0.5));
  });
}

/// (e - 1 / e) / 2 = (d + d / (d + 1)) / 2 with d = e - 1, which is exact for
/// small x too. e^(x / 2) * e^(x / 2) / 2 where e^x would overflow early.
Value sinh(ScalarBuilder &s, ValueRange x) {
  if (s.width() == 64)
    return math::SinhOp::create(s.ops(), x[0]);
  return odd(s, x[0], [&](Value a) {
    Value d = math::ExpM1Op::create(s.ops(), a);
    Value sum = s.add(d, s.div(d, s.add(d, s.one())));
    Value root = math::ExpOp::create(s.ops(), s.mul(a, s.real(0.5)));
    Value large = s.mul(s.mul(root, s.real(0.5)), root);
    return s.select(s.less(s.real(16), a), large, s.mul(sum, s.real(0.5)));
  });
}

Value cosh(ScalarBuilder &s, ValueRange x) {
  if (s.width() == 64)
    return math::CoshOp::create(s.ops(), x[0]);
  Value root = math::ExpOp::create(s.ops(), s.mul(s.abs(x[0]), s.real(0.5)));
  Value half = s.mul(s.mul(root, s.real(0.5)), root);
  return s.add(half, s.div(s.real(0.25), half));
}

Value tan(ScalarBuilder &s, ValueRange x) {
  if (s.width() == 64)
    return math::TanOp::create(s.ops(), x[0]);
  return s.div(math::SinOp::create(s.ops(), x[0]),
               math::CosOp::create(s.ops(), x[0]));
}

} // namespace

void quantc::onnx::addTrigonometry(ConversionTable &table) {
  auto &conversions = table.conversions;
  auto function = [](TensorFunction onF32, ScalarFunction scalar) {
    return elementwise({kFloats, 1, 1, onF32, scalar});
  };
  conversions["Acos"] = function(nullptr, unaryScalar<math::AcosOp>);
  conversions["Acosh"] = function(nullptr, acosh);
  conversions["Asin"] = function(nullptr, unaryScalar<math::AsinOp>);
  conversions["Asinh"] = function(nullptr, asinh);
  conversions["Atan"] = function(nullptr, unaryScalar<math::AtanOp>);
  conversions["Atanh"] = function(nullptr, atanh);
  conversions["Cos"] =
      function(unaryTosa<tosa::CosOp>, unaryScalar<math::CosOp>);
  conversions["Cosh"] = function(nullptr, cosh);
  conversions["Sin"] =
      function(unaryTosa<tosa::SinOp>, unaryScalar<math::SinOp>);
  conversions["Sinh"] = function(nullptr, sinh);
  conversions["Tan"] = function(nullptr, tan);
  conversions["Tanh"] =
      function(unaryTosa<tosa::TanhOp>, unaryScalar<math::TanhOp>);
}
