//===- Power.cpp - Powers, roots, logarithms and rounding ---------------------- ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "Cast.h"
#include "Elementwise.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

Value squareRoot(NodeContext &node, ValueRange x) {
  return node.build.sqrt(x[0]);
}

/// 1 / sqrt(x) is one op; Sqrt by itself is the reciprocal of that one.
Value reciprocal(NodeContext &node, ValueRange x) {
  auto root = x[0].getDefiningOp<tosa::ReciprocalOp>();
  if (root && root.getInput1().getDefiningOp<tosa::RsqrtOp>())
    return root.getInput1();
  return node.build.unary<tosa::ReciprocalOp>(x[0]);
}

Value scalarReciprocal(ScalarBuilder &s, ValueRange x) {
  return s.div(s.one(), x[0]);
}

/// x^c for the constants that need no logarithm; null for others.
Value powerOf(NodeContext &node, Value x, double exponent) {
  if (exponent == 1)
    return x;
  if (exponent == 2)
    return node.build.mul(x, x);
  if (exponent == 3)
    return node.build.mul(node.build.mul(x, x), x);
  if (exponent == 0.5)
    return node.build.sqrt(x);
  if (exponent == -0.5)
    return node.build.unary<tosa::RsqrtOp>(x);
  if (exponent == -1)
    return node.build.unary<tosa::ReciprocalOp>(x);
  return nullptr;
}

/// base^exponent in the integers of base, by squaring, which wraps. A negative
/// exponent leaves something of 1 and -1 only, and 0 of the others.
Value integerPower(ScalarBuilder &s, ScalarBuilder &bits, Value base,
                   Value exponent) {
  Value result = s.one(), square = base;
  for (unsigned i = 0; i < bits.width(); ++i) {
    Value bit = arith::AndIOp::create(bits.ops(), exponent,
                                      bits.integer(int64_t(uint64_t(1) << i)));
    result = s.select(bits.notEqual(bit, bits.zero()), s.mul(result, square),
                      result);
    square = s.mul(square, square);
  }
  if (bits.isUnsigned())
    return result;
  Value isOdd = bits.notEqual(
      arith::AndIOp::create(bits.ops(), exponent, bits.one()), bits.zero());
  Value isUnit = s.equal(base, s.one());
  Value reciprocal = s.select(isUnit, s.one(), s.zero());
  if (!s.isUnsigned())
    reciprocal = s.select(s.equal(base, s.integer(-1)),
                          s.select(isOdd, s.integer(-1), s.one()), reciprocal);
  return s.select(bits.less(exponent, bits.zero()), reciprocal, result);
}

/// Integers to integers exactly; everything else in f64, which is rounded or
/// cut off once.
Value generalPower(NodeContext &node, Type base, Type exponent) {
  Type f64 = node.build.ops().getF64Type();
  auto body = [&](ImplicitLocOpBuilder &ops, ValueRange x) -> Value {
    ScalarBuilder s(ops, base), bits(ops, exponent);
    if (!s.isFloat() && !bits.isFloat())
      return integerPower(s, bits, x[0], x[1]);
    Value power = math::PowFOp::create(ops, convertScalar(ops, x[0], base, f64),
                                       convertScalar(ops, x[1], exponent, f64));
    return convertScalar(ops, power, f64, base);
  };
  return node.build.map({node.input(0), alignedInput(node, 1)}, base, body);
}

LogicalResult convertPow(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)) ||
      failed(expectKind(node, 0, kNumbers)) ||
      failed(expectKind(node, 1, kNumbers)))
    return failure();
  auto joint = broadcastShapes(node.shape(0), alignedShape(node, 1));
  if (!joint)
    return node.error() << "expects shapes that broadcast, but got "
                        << shapeText(node.shape(0)) << " and "
                        << shapeText(node.shape(1));
  Type base = node.element(0), exponent = node.element(1);
  const HostTensor *number = node.constant(1);
  bool keepsShape = *joint == Shape(node.shape(0));
  if (node.isFloat(0) && number && number->count() == 1 && keepsShape)
    if (Value power = powerOf(node, node.input(0), number->asDouble(0)))
      return node.set(power);
  if (!node.storage(0).isF32() || node.storage(1).isF64())
    return node.set(generalPower(node, base, exponent));
  Value right = convertElements(node, alignedInput(node, 1), exponent,
                                node.build.ops().getF32Type());
  return node.set(node.build.binary<tosa::PowOp>(node.input(0), right));
}

} // namespace

void quantc::onnx::addPowers(ConversionTable &table) {
  auto &conversions = table.conversions;
  auto function = [](TensorFunction onF32, ScalarFunction scalar) {
    return elementwise({kFloats, 1, 1, onF32, scalar});
  };
  conversions["Ceil"] =
      function(unaryTosa<tosa::CeilOp>, unaryScalar<math::CeilOp>);
  conversions["Erf"] = elementwise(
      {kFloats, 1, 1, unaryTosa<tosa::ErfOp>, unaryScalar<math::ErfOp>});
  conversions["Exp"] =
      function(unaryTosa<tosa::ExpOp>, unaryScalar<math::ExpOp>);
  conversions["Floor"] =
      function(unaryTosa<tosa::FloorOp>, unaryScalar<math::FloorOp>);
  conversions["Log"] =
      function(unaryTosa<tosa::LogOp>, unaryScalar<math::LogOp>);
  conversions["Pow"] = convertPow;
  conversions["Reciprocal"] = function(reciprocal, scalarReciprocal);
  conversions["Round"] = function(nullptr, unaryScalar<math::RoundEvenOp>);
  conversions["Sqrt"] = function(squareRoot, unaryScalar<math::SqrtOp>);
}
