//===- Arithmetic.cpp - Sums, products, extremes and the like ------------------ ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "Elementwise.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace quantc::onnx;

namespace {

constexpr double kLargest = std::numeric_limits<float>::max();

Value multiply(NodeContext &node, ValueRange x) {
  return node.build.mul(x[0], x[1]);
}

Value divide(NodeContext &node, ValueRange x) {
  return node.build.div(x[0], x[1]);
}

Value negate(NodeContext &node, ValueRange x) {
  return node.build.negate(x[0]);
}

template <Value (ScalarBuilder::*function)(Value, Value)>
Value scalar(ScalarBuilder &s, ValueRange x) {
  return (s.*function)(x[0], x[1]);
}

Value scalarAbs(ScalarBuilder &s, ValueRange x) { return s.abs(x[0]); }

Value scalarNegate(ScalarBuilder &s, ValueRange x) {
  if (s.isFloat())
    return arith::NegFOp::create(s.ops(), x[0]);
  return s.sub(s.zero(), x[0]);
}

/// (x > 0) - (x < 0)
Value sign(NodeContext &node, ValueRange x) {
  auto isAbove = [&](Value a, Value b) {
    Value bit =
        node.build.binary<tosa::GreaterOp>(a, b, node.build.ops().getI1Type());
    return node.build.cast(bit, elementOf(x[0]));
  };
  Value zero = node.build.scalar(elementOf(x[0]), 0, shapeOf(x[0]).size());
  return node.build.sub(isAbove(x[0], zero), isAbove(zero, x[0]));
}

/// Zero and NaN stay as they are.
Value scalarSign(ScalarBuilder &s, ValueRange x) {
  Value negative = s.select(s.less(x[0], s.zero()), s.integer(-1), x[0]);
  return s.select(s.less(s.zero(), x[0]), s.one(), negative);
}

/// x / c for a constant c is x * (1 / c), rounded once more.
LogicalResult convertDiv(NodeContext &node) {
  static const Conversion general =
      elementwise({kNumbers, 2, 2, divide, scalar<&ScalarBuilder::div>});
  if (failed(node.expectInputs(2, 2)))
    return failure();
  const HostTensor *divisor = node.constant(1);
  if (!divisor || !divisor->isFloat() || !node.storage(0).isF32())
    return general(node);
  if (failed(checkOperands(node)) ||
      failed(node.reserve(node.build.ops().getF32Type(), divisor->shape())))
    return failure();
  HostTensor inverse =
      HostTensor::zeros(node.build.ops().getF32Type(), alignedShape(node, 1));
  for (int64_t i = 0, e = divisor->count(); i < e; ++i)
    inverse.set(i, 1 / divisor->asDouble(i));
  return node.set(node.build.mul(node.input(0), node.build.constant(inverse)));
}

LogicalResult convertMean(NodeContext &node) {
  if (failed(node.expectInputs(1, 1024)) || failed(checkOperands(node)) ||
      failed(expectKind(node, 0, kFloats)))
    return failure();
  Value sum = node.input(0);
  for (size_t i = 1; i < node.numInputs(); ++i)
    sum = node.build.add(sum, node.input(i));
  return node.set(node.build.mulScalar(sum, 1.0 / node.numInputs()));
}

/// The remainder with the sign of the divisor, as Python's %.
Value floorMod(ScalarBuilder &s, ValueRange x) {
  Value rest = s.remainder(x[0], x[1]);
  if (s.isUnsigned())
    return rest;
  Value differ = arith::XOrIOp::create(s.ops(), rest, x[1]);
  Value isOff = arith::AndIOp::create(s.ops(), s.notEqual(rest, s.zero()),
                                      s.less(differ, s.zero()));
  // A remainder by 0 is 0, and so is never off.
  return s.select(isOff, s.add(rest, x[1]), rest);
}

LogicalResult convertMod(NodeContext &node) {
  static const Conversion asInC =
      elementwise({kNumbers, 2, 2, nullptr, scalar<&ScalarBuilder::remainder>});
  static const Conversion asInPython =
      elementwise({kIntegers, 2, 2, nullptr, floorMod});
  if (node.getInt("fmod", 0))
    return asInC(node);
  if (node.hasInput(0) && node.isFloat(0))
    return node.error() << "expects integers or the attribute fmod = 1, but "
                           "got "
                        << node.element(0);
  return asInPython(node);
}

/// A bound of a Clip that is known now; NaN if it is computed at run time.
double clipBound(NodeContext &node, llvm::StringRef name, size_t index,
                 double otherwise) {
  if (node.opset() < 11)
    return node.getFloat(name, otherwise);
  if (!node.hasInput(index))
    return otherwise;
  const HostTensor *bound = node.constant(index);
  if (!bound || bound->count() != 1)
    return std::nan("");
  return std::clamp(bound->asDouble(0), -kLargest, kLargest);
}

LogicalResult checkBounds(NodeContext &node) {
  for (size_t index : {1, 2})
    if (node.hasInput(index) && (*countElements(node.shape(index)) != 1 ||
                                 node.element(index) != node.element(0)))
      return node.error() << "expects bounds of one element of its input's "
                             "type, but got shape "
                          << shapeText(node.shape(index)) << " of "
                          << node.element(index);
  return success();
}

/// min(max(x, low), high), where a bound may be missing.
Value clipTo(NodeContext &node, Value x, Value low, Value high) {
  Type element = node.element(0);
  auto with = [&](Value bound, ScalarFunction scalar) {
    x = mapScalars(node, {x, bound}, element, element, scalar);
  };
  if (low)
    with(low, scalar<&ScalarBuilder::max>);
  if (high)
    with(high, scalar<&ScalarBuilder::min>);
  return x;
}

/// Clip: bounds are attributes before opset 11, inputs after. Where the bounds
/// cross, ONNX gives the upper one.
LogicalResult convertClip(NodeContext &node) {
  bool hasAttributes = node.opset() < 11;
  if (failed(node.expectInputs(1, hasAttributes ? 1 : 3)) ||
      failed(checkBounds(node)) || failed(expectKind(node, 0, kNumbers)))
    return failure();
  Value x = node.input(0);
  double low = clipBound(node, "min", 1, -kLargest);
  double high = clipBound(node, "max", 2, kLargest);
  if (node.storage(0).isF32() && !std::isnan(low) && !std::isnan(high))
    return node.set(node.build.clamp(x, std::min(low, high), high));
  auto bound = [&](llvm::StringRef name, size_t index) -> Value {
    if (hasAttributes && node.attribute(name))
      return node.build.scalar(elementOf(x), node.getFloat(name, 0), 0);
    if (!hasAttributes && node.hasInput(index))
      return node.build.reshape(node.input(index), {});
    return nullptr;
  };
  return node.set(clipTo(node, x, bound("min", 1), bound("max", 2)));
}

} // namespace

void quantc::onnx::addArithmetic(ConversionTable &table) {
  auto &conversions = table.conversions;
  auto chain = [](unsigned kinds, TensorFunction onF32, ScalarFunction scalar) {
    return elementwise({kinds, 1, 1024, onF32, scalar});
  };
  auto two = [](TensorFunction onF32, ScalarFunction scalar) {
    return elementwise({kNumbers, 2, 2, onF32, scalar});
  };
  auto one = [](unsigned kinds, TensorFunction onF32, ScalarFunction scalar) {
    return elementwise({kinds, 1, 1, onF32, scalar});
  };
  conversions["Abs"] = one(kNumbers, unaryTosa<tosa::AbsOp>, scalarAbs);
  conversions["Add"] =
      two(binaryTosa<tosa::AddOp>, scalar<&ScalarBuilder::add>);
  conversions["Clip"] = convertClip;
  conversions["Div"] = convertDiv;
  conversions["Max"] =
      chain(kNumbers, binaryTosa<tosa::MaximumOp>, scalar<&ScalarBuilder::max>);
  conversions["Mean"] = convertMean;
  conversions["Min"] =
      chain(kNumbers, binaryTosa<tosa::MinimumOp>, scalar<&ScalarBuilder::min>);
  conversions["Mod"] = convertMod;
  conversions["Mul"] = two(multiply, scalar<&ScalarBuilder::mul>);
  conversions["Neg"] = one(kFloats | kSigned, negate, scalarNegate);
  conversions["Sign"] = one(kNumbers, sign, scalarSign);
  conversions["Sub"] =
      two(binaryTosa<tosa::SubOp>, scalar<&ScalarBuilder::sub>);
  conversions["Sum"] =
      chain(kFloats, binaryTosa<tosa::AddOp>, scalar<&ScalarBuilder::add>);
}
