//===- Elementwise.cpp - Arithmetic with broadcasting, comparisons, Cast --===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "NodeContext.h"
#include "TensorReader.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

using Function = Value (*)(NodeContext &node, Value lhs, Value rhs);

LogicalResult checkOperands(NodeContext &node, size_t first = 0) {
  Shape shape(node.shape(first));
  for (size_t i = first + 1; i < node.numInputs(); ++i) {
    if (!node.hasInput(i))
      return node.error() << "expects " << node.numInputs()
                          << " inputs, but input " << i << " has no name";
    if (node.element(i) != node.element(first))
      return node.error() << "expects inputs of one element type, but got "
                          << node.element(first) << " and " << node.element(i);
    auto joint = broadcastShapes(shape, node.shape(i));
    if (!joint)
      return node.error() << "expects shapes that broadcast, but got "
                          << shapeText(shape) << " and "
                          << shapeText(node.shape(i));
    shape = *joint;
  }
  if (node.attribute("axis"))
    return node.unsupported("it broadcasts along 'axis', as before opset 7");
  return success();
}

bool isSigned(NodeContext &node) {
  return node.isFloat(0) || node.element(0).isSignlessInteger(32) ||
         node.element(0).isSignlessInteger(64);
}

/// Two or more inputs, combined from the left.
template <Function function>
LogicalResult convertChain(NodeContext &node) {
  if (failed(node.expectInputs(1, 1024)) || failed(checkOperands(node)))
    return failure();
  if (!isSigned(node))
    return node.unsupported("only FLOAT, INT32 and INT64 are supported");
  Value result = node.input(0);
  for (size_t i = 1; i < node.numInputs(); ++i)
    result = function(node, result, node.input(i));
  return node.set(result);
}

template <Function function>
LogicalResult convertTwo(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  return convertChain<function>(node);
}

template <typename Op>
Value direct(NodeContext &node, Value lhs, Value rhs) {
  return node.build.binary<Op>(lhs, rhs);
}

Value multiply(NodeContext &node, Value lhs, Value rhs) {
  return node.build.mul(lhs, rhs);
}

Value divide(NodeContext &node, Value lhs, Value rhs) {
  return node.build.div(lhs, rhs);
}

/// x / c for a constant c is x * (1 / c), rounded once more.
LogicalResult convertDiv(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  const HostTensor *divisor = node.constant(1);
  if (!divisor || !divisor->isFloat() || !node.isFloat(0))
    return convertTwo<divide>(node);
  if (failed(checkOperands(node)) ||
      failed(node.reserve(divisor->elementType(), divisor->shape())))
    return failure();
  HostTensor inverse =
      HostTensor::zeros(divisor->elementType(), divisor->shape());
  for (int64_t i = 0, e = divisor->count(); i < e; ++i)
    inverse.set(i, 1 / divisor->asDouble(i));
  return node.set(node.build.mul(node.input(0), node.build.constant(inverse)));
}

LogicalResult convertMean(NodeContext &node) {
  if (failed(node.expectInputs(1, 1024)) || failed(checkOperands(node)))
    return failure();
  if (!node.isFloat(0))
    return node.unsupported("its inputs are not floats");
  Value sum = node.input(0);
  for (size_t i = 1; i < node.numInputs(); ++i)
    sum = node.build.add(sum, node.input(i));
  return node.set(node.build.mulScalar(sum, 1.0 / node.numInputs()));
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

LogicalResult convertPow(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  auto joint = broadcastShapes(node.shape(0), node.shape(1));
  if (!joint)
    return node.error() << "expects shapes that broadcast, but got "
                        << shapeText(node.shape(0)) << " and "
                        << shapeText(node.shape(1));
  if (!node.isFloat(0) || node.element(1).isUnsignedInteger())
    return node.unsupported("its base is not a float, or its exponent is "
                            "unsigned");
  const HostTensor *exponent = node.constant(1);
  if (exponent && exponent->count() == 1 && *joint == Shape(node.shape(0)))
    if (Value power = powerOf(node, node.input(0), exponent->asDouble(0)))
      return node.set(power);
  Value right = node.build.cast(node.input(1), node.element(0));
  return node.set(node.build.binary<tosa::PowOp>(node.input(0), right));
}

/// Comparisons give i1. TOSA has no "less": operands change places.
template <typename Op, bool isSwapped = false>
LogicalResult convertCompare(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)) || failed(checkOperands(node)))
    return failure();
  if (!isSigned(node))
    return node.unsupported("only FLOAT, INT32 and INT64 are supported");
  Value lhs = node.input(0), rhs = node.input(1);
  if (isSwapped)
    std::swap(lhs, rhs);
  Type bit = node.build.ops().getI1Type();
  return node.set(node.build.binary<Op>(lhs, rhs, bit));
}

template <typename Op>
LogicalResult convertLogical(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)) || failed(checkOperands(node)))
    return failure();
  if (!node.element(0).isInteger(1))
    return node.error() << "expects BOOL inputs, but got " << node.element(0);
  return node.set(node.build.binary<Op>(node.input(0), node.input(1)));
}

LogicalResult convertNot(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (!node.element(0).isInteger(1))
    return node.error() << "expects a BOOL input, but got " << node.element(0);
  return node.set(node.build.unary<tosa::LogicalNotOp>(node.input(0)));
}

LogicalResult convertWhere(NodeContext &node) {
  if (failed(node.expectInputs(3, 3)) || failed(checkOperands(node, 1)))
    return failure();
  auto joint = broadcastShapes(node.shape(1), node.shape(2));
  if (!node.element(0).isInteger(1) || !broadcastShapes(*joint, node.shape(0)))
    return node.error() << "expects a BOOL condition that broadcasts to "
                        << shapeText(*joint) << ", but got " << node.element(0)
                        << " of shape " << shapeText(node.shape(0));
  return node.set(
      node.build.select(node.input(0), node.input(1), node.input(2)));
}

/// Cast. From float to integer, ONNX drops the fraction; TOSA rounds.
LogicalResult convertCast(NodeContext &node) {
  if (failed(node.expectInputs(1, node.node().opType == "CastLike" ? 2 : 1)))
    return failure();
  Type from = node.element(0), to;
  if (node.node().opType == "CastLike")
    to = node.hasInput(1) ? node.element(1) : from;
  else
    to = elementTypeOf(node.getInt("to", 0), node.context());
  if (!to)
    return node.unsupported("it casts to " +
                            dataTypeName(node.getInt("to", 0)));
  if (from == to)
    return node.forward();
  if (from.isUnsignedInteger() || to.isUnsignedInteger() || from.isF64() ||
      to.isF64())
    return node.unsupported("casts of unsigned integers and of DOUBLE are not "
                            "computed at run time");
  Value x = node.input(0);
  if (isa<FloatType>(from) && isa<IntegerType>(to) && !to.isInteger(1)) {
    Value zero = node.build.scalar(from, 0, node.rank(0));
    Value isNegative = node.build.binary<tosa::GreaterOp>(
        zero, x, node.build.ops().getI1Type());
    x = node.build.select(isNegative, node.build.unary<tosa::CeilOp>(x),
                          node.build.unary<tosa::FloorOp>(x));
  }
  return node.set(node.build.cast(x, to));
}

} // namespace

void quantc::onnx::addElementwise(ConversionTable &table) {
  auto &conversions = table.conversions;
  conversions["Add"] = convertTwo<direct<tosa::AddOp>>;
  conversions["And"] = convertLogical<tosa::LogicalAndOp>;
  conversions["Cast"] = convertCast;
  conversions["CastLike"] = convertCast;
  conversions["Div"] = convertDiv;
  conversions["Equal"] = convertCompare<tosa::EqualOp>;
  conversions["Greater"] = convertCompare<tosa::GreaterOp>;
  conversions["GreaterOrEqual"] = convertCompare<tosa::GreaterEqualOp>;
  conversions["Less"] = convertCompare<tosa::GreaterOp, true>;
  conversions["LessOrEqual"] = convertCompare<tosa::GreaterEqualOp, true>;
  conversions["Max"] = convertChain<direct<tosa::MaximumOp>>;
  conversions["Mean"] = convertMean;
  conversions["Min"] = convertChain<direct<tosa::MinimumOp>>;
  conversions["Mul"] = convertTwo<multiply>;
  conversions["Not"] = convertNot;
  conversions["Or"] = convertLogical<tosa::LogicalOrOp>;
  conversions["Pow"] = convertPow;
  conversions["Sub"] = convertTwo<direct<tosa::SubOp>>;
  conversions["Sum"] = convertChain<direct<tosa::AddOp>>;
  conversions["Where"] = convertWhere;
  conversions["Xor"] = convertLogical<tosa::LogicalXorOp>;
}
