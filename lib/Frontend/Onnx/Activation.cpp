//===- Activation.cpp - Functions of one tensor ---------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "NodeContext.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace quantc::onnx;

namespace {

constexpr double kLargest = std::numeric_limits<float>::max();

using Function = Value (*)(NodeContext &node, Value x);

/// Wraps a function of a float tensor into a conversion.
template <Function function>
LogicalResult convertFloat(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (!node.isFloat(0))
    return node.unsupported("its input is not a float");
  return node.set(function(node, node.input(0)));
}

template <typename Op>
Value direct(NodeContext &node, Value x) {
  return node.build.unary<Op>(x);
}

Value greaterThanZero(NodeContext &node, Value x) {
  Value zero = node.build.scalar(elementOf(x), 0, shapeOf(x).size());
  return node.build.binary<tosa::GreaterOp>(x, zero,
                                            node.build.ops().getI1Type());
}

Value relu(NodeContext &node, Value x) {
  return node.build.clamp(x, 0, kLargest);
}

/// x if x > 0, else slope * x; a slope up to 1 needs only a maximum.
Value leakyRelu(NodeContext &node, Value x) {
  double alpha = node.getFloat("alpha", 0.01f);
  Value scaled = node.build.mulScalar(x, alpha);
  if (alpha >= 0 && alpha <= 1)
    return node.build.binary<tosa::MaximumOp>(x, scaled);
  return node.build.select(greaterThanZero(node, x), x, scaled);
}

/// x if x > 0, else alpha * (exp(x / beta) - 1). The exponential sees no
/// positive number, so it does not overflow.
Value expLinear(NodeContext &node, Value x, double alpha, double beta) {
  Value low = node.build.clamp(x, -kLargest, 0);
  if (beta != 1)
    low = node.build.mulScalar(low, 1 / beta);
  Value exp = node.build.unary<tosa::ExpOp>(low);
  Value negative = node.build.addScalar(exp, -1);
  if (alpha != 1)
    negative = node.build.mulScalar(negative, alpha);
  return node.build.select(greaterThanZero(node, x), x, negative);
}

Value elu(NodeContext &node, Value x) {
  return expLinear(node, x, node.getFloat("alpha", 1), 1);
}

Value celu(NodeContext &node, Value x) {
  double alpha = node.getFloat("alpha", 1);
  return expLinear(node, x, alpha, alpha);
}

Value selu(NodeContext &node, Value x) {
  double alpha = node.getFloat("alpha", 1.67326319217681884765625);
  double gamma = node.getFloat("gamma", 1.05070102214813232421875);
  return node.build.mulScalar(expLinear(node, x, alpha, 1), gamma);
}

Value thresholdedRelu(NodeContext &node, Value x) {
  size_t rank = shapeOf(x).size();
  Value alpha =
      node.build.scalar(elementOf(x), node.getFloat("alpha", 1), rank);
  Value zero = node.build.scalar(elementOf(x), 0, rank);
  Value isAbove = node.build.binary<tosa::GreaterOp>(
      x, alpha, node.build.ops().getI1Type());
  return node.build.select(isAbove, x, zero);
}

/// clamp(alpha * x + beta, 0, 1)
Value hardSigmoidOf(NodeContext &node, Value x, double alpha, double beta) {
  Value line = node.build.addScalar(node.build.mulScalar(x, alpha), beta);
  return node.build.clamp(line, 0, 1);
}

Value hardSigmoid(NodeContext &node, Value x) {
  return hardSigmoidOf(node, x, node.getFloat("alpha", 0.2f),
                       node.getFloat("beta", 0.5));
}

Value hardSwish(NodeContext &node, Value x) {
  return node.build.mul(x, hardSigmoidOf(node, x, 1.0 / 6, 0.5));
}

/// x * sigmoid(alpha * x)
Value swish(NodeContext &node, Value x) {
  double alpha = node.getFloat("alpha", 1);
  Value scaled = alpha == 1 ? x : node.build.mulScalar(x, alpha);
  return node.build.mul(x, node.build.unary<tosa::SigmoidOp>(scaled));
}

/// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)), which does not overflow.
Value softplus(NodeContext &node, Value x) {
  Value magnitude = node.build.unary<tosa::AbsOp>(x);
  Value exp =
      node.build.unary<tosa::ExpOp>(node.build.mulScalar(magnitude, -1));
  Value log = node.build.unary<tosa::LogOp>(node.build.addScalar(exp, 1));
  return node.build.add(relu(node, x), log);
}

Value softsign(NodeContext &node, Value x) {
  Value magnitude = node.build.unary<tosa::AbsOp>(x);
  return node.build.div(x, node.build.addScalar(magnitude, 1));
}

Value mish(NodeContext &node, Value x) {
  return node.build.mul(x, node.build.unary<tosa::TanhOp>(softplus(node, x)));
}

/// x * (1 + erf(x / sqrt(2))) / 2
Value gelu(NodeContext &node, Value x) {
  Value inner;
  if (node.getString("approximate", "none") == "tanh") {
    // tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))
    Value cube = node.build.mul(node.build.mul(x, x), x);
    Value sum = node.build.add(x, node.build.mulScalar(cube, 0.044715));
    inner = node.build.unary<tosa::TanhOp>(
        node.build.mulScalar(sum, std::sqrt(2 / M_PI)));
  } else {
    inner =
        node.build.unary<tosa::ErfOp>(node.build.mulScalar(x, std::sqrt(0.5)));
  }
  Value half = node.build.mulScalar(x, 0.5);
  return node.build.mul(half, node.build.addScalar(inner, 1));
}

/// 0 - x on integers too, with x's own zero.
LogicalResult convertNeg(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  return node.set(node.build.negate(node.input(0)));
}

LogicalResult convertAbs(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (!node.isFloat(0) && !node.element(0).isSignlessInteger(32))
    return node.unsupported("its input is neither a float nor INT32");
  return node.set(node.build.unary<tosa::AbsOp>(node.input(0)));
}

/// Sign: (x > 0) - (x < 0)
Value sign(NodeContext &node, Value x) {
  Value negative = node.build.mulScalar(x, -1);
  Type element = elementOf(x);
  return node.build.sub(
      node.build.cast(greaterThanZero(node, x), element),
      node.build.cast(greaterThanZero(node, negative), element));
}

Value squareRoot(NodeContext &node, Value x) { return node.build.sqrt(x); }

/// 1 / sqrt(x) is one op; Sqrt by itself is the reciprocal of that one.
Value reciprocal(NodeContext &node, Value x) {
  auto root = x.getDefiningOp<tosa::ReciprocalOp>();
  if (root && root.getInput1().getDefiningOp<tosa::RsqrtOp>())
    return root.getInput1();
  return node.build.unary<tosa::ReciprocalOp>(x);
}

/// PRelu: the slope broadcasts to x.
LogicalResult convertPRelu(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  if (!node.isFloat(0) || node.element(1) != node.element(0))
    return node.unsupported("its inputs are not floats of one type");
  // Before opset 7 a list of slopes goes by channel.
  Shape slope(node.shape(1));
  if (node.opset() < 7 && slope.size() == 1 && node.rank(0) > 1)
    slope.append(node.rank(0) - 2, 1);
  if (broadcastShapes(node.shape(0), slope) != Shape(node.shape(0)))
    return node.error() << "expects a slope that broadcasts to "
                        << shapeText(node.shape(0)) << ", but got "
                        << shapeText(node.shape(1));
  Value x = node.input(0);
  Value scaled = node.build.mul(x, node.build.reshape(node.input(1), slope));
  return node.set(node.build.select(greaterThanZero(node, x), x, scaled));
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

/// Clip: bounds are attributes before opset 11, inputs after.
LogicalResult convertClip(NodeContext &node) {
  if (failed(node.expectInputs(1, node.opset() < 11 ? 1 : 3)))
    return failure();
  for (size_t index : {1, 2})
    if (node.hasInput(index) && (*countElements(node.shape(index)) != 1 ||
                                 node.element(index) != node.element(0)))
      return node.error() << "expects bounds of one element of its input's "
                             "type, but got shape "
                          << shapeText(node.shape(index));
  if (node.element(0).isUnsignedInteger())
    return node.unsupported("its input is an unsigned integer");
  double low = clipBound(node, "min", 1, -kLargest);
  double high = clipBound(node, "max", 2, kLargest);
  Value x = node.input(0);
  // Where the bounds cross, ONNX gives the upper one.
  if (!std::isnan(low) && !std::isnan(high))
    return node.set(node.build.clamp(x, std::min(low, high), high));
  if (!node.isFloat(0))
    return node.unsupported("its bounds are computed at run time");
  if (node.hasInput(1))
    x = node.build.binary<tosa::MaximumOp>(
        x, node.build.reshape(node.input(1), {}));
  if (node.hasInput(2))
    x = node.build.binary<tosa::MinimumOp>(
        x, node.build.reshape(node.input(2), {}));
  return node.set(x);
}

LogicalResult convertRelu(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (node.element(0).isUnsignedInteger() || node.element(0).isInteger(1))
    return node.unsupported("its input is unsigned");
  return node.set(relu(node, node.input(0)));
}

} // namespace

void quantc::onnx::addActivations(ConversionTable &table) {
  auto &conversions = table.conversions;
  conversions["Abs"] = convertAbs;
  conversions["Ceil"] = convertFloat<direct<tosa::CeilOp>>;
  conversions["Celu"] = convertFloat<celu>;
  conversions["Clip"] = convertClip;
  conversions["Cos"] = convertFloat<direct<tosa::CosOp>>;
  conversions["Elu"] = convertFloat<elu>;
  conversions["Erf"] = convertFloat<direct<tosa::ErfOp>>;
  conversions["Exp"] = convertFloat<direct<tosa::ExpOp>>;
  conversions["Floor"] = convertFloat<direct<tosa::FloorOp>>;
  conversions["Gelu"] = convertFloat<gelu>;
  conversions["HardSigmoid"] = convertFloat<hardSigmoid>;
  conversions["HardSwish"] = convertFloat<hardSwish>;
  conversions["LeakyRelu"] = convertFloat<leakyRelu>;
  conversions["Log"] = convertFloat<direct<tosa::LogOp>>;
  conversions["Mish"] = convertFloat<mish>;
  conversions["Neg"] = convertNeg;
  conversions["PRelu"] = convertPRelu;
  conversions["Reciprocal"] = convertFloat<reciprocal>;
  conversions["Relu"] = convertRelu;
  conversions["Selu"] = convertFloat<selu>;
  conversions["Sigmoid"] = convertFloat<direct<tosa::SigmoidOp>>;
  conversions["Sign"] = convertFloat<sign>;
  conversions["Sin"] = convertFloat<direct<tosa::SinOp>>;
  conversions["Softplus"] = convertFloat<softplus>;
  conversions["Softsign"] = convertFloat<softsign>;
  conversions["Sqrt"] = convertFloat<squareRoot>;
  conversions["Swish"] = convertFloat<swish>;
  conversions["Tanh"] = convertFloat<direct<tosa::TanhOp>>;
  conversions["ThresholdedRelu"] = convertFloat<thresholdedRelu>;
}
