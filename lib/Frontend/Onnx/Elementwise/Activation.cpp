//===- Activation.cpp - Functions of one tensor ---------------------------===//
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

double largestOf(Type element) {
  return element.isF64() ? std::numeric_limits<double>::max()
                         : std::numeric_limits<float>::max();
}

using Function = Value (*)(NodeContext &node, Value x);

/// Wraps a function of a float tensor into a conversion.
template <Function function>
LogicalResult convertFloat(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (failed(expectKind(node, 0, kFloats)))
    return failure();
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
  return node.build.clamp(x, 0, largestOf(elementOf(x)));
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
  Value low = node.build.clamp(x, -largestOf(elementOf(x)), 0);
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

Value slopedRelu(ScalarBuilder &s, ValueRange x) {
  return s.select(s.less(x[0], s.zero()), s.mul(x[0], x[1]), x[0]);
}

/// PRelu: the slope broadcasts to x.
LogicalResult convertPRelu(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)) || failed(expectKind(node, 0, kNumbers)))
    return failure();
  if (node.element(1) != node.element(0))
    return node.error() << "expects inputs of one element type, but got "
                        << node.element(0) << " and " << node.element(1);
  // Before opset 7 a list of slopes goes by channel.
  Shape slope(node.shape(1));
  if (node.opset() < 7 && slope.size() == 1 && node.rank(0) > 1)
    slope.append(node.rank(0) - 2, 1);
  if (broadcastShapes(node.shape(0), slope) != Shape(node.shape(0)))
    return node.error() << "expects a slope that broadcasts to "
                        << shapeText(node.shape(0)) << ", but got "
                        << shapeText(node.shape(1));
  Value x = node.input(0);
  Value slopes = node.build.reshape(node.input(1), slope);
  if (!node.storage(0).isF32())
    return node.set(mapScalars(node, {x, slopes}, node.element(0),
                               node.element(0), slopedRelu));
  Value scaled = node.build.mul(x, slopes);
  return node.set(node.build.select(greaterThanZero(node, x), x, scaled));
}

/// Shrink: what is beyond -lambd and lambd moves toward 0 by bias, the rest
/// becomes 0. For integers lambd is as good as the integer below it.
LogicalResult convertShrink(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)) || failed(expectKind(node, 0, kNumbers)))
    return failure();
  double lambd = node.getFloat("lambd", 0.5), bias = node.getFloat("bias", 0);
  Type element = node.element(0);
  auto body = [&](ScalarBuilder &s, ValueRange x) -> Value {
    Value rest = s.select(s.less(s.real(lambd), x[0]),
                          s.sub(x[0], s.real(bias)), s.zero());
    if (s.isUnsigned())
      return rest;
    return s.select(s.less(x[0], s.real(-lambd)), s.add(x[0], s.real(bias)),
                    rest);
  };
  return node.set(mapScalars(node, node.input(0), element, element, body));
}

Value relu(NodeContext &node, ValueRange x) { return relu(node, x[0]); }

Value scalarRelu(ScalarBuilder &s, ValueRange x) {
  return s.max(x[0], s.zero());
}

} // namespace

void quantc::onnx::addActivations(ConversionTable &table) {
  auto &conversions = table.conversions;
  conversions["Celu"] = convertFloat<celu>;
  conversions["Elu"] = convertFloat<elu>;
  conversions["Gelu"] = convertFloat<gelu>;
  conversions["HardSigmoid"] = convertFloat<hardSigmoid>;
  conversions["HardSwish"] = convertFloat<hardSwish>;
  conversions["LeakyRelu"] = convertFloat<leakyRelu>;
  conversions["Mish"] = convertFloat<mish>;
  conversions["PRelu"] = convertPRelu;
  conversions["Relu"] =
      elementwise({kFloats | kSigned, 1, 1, relu, scalarRelu});
  conversions["Selu"] = convertFloat<selu>;
  conversions["Shrink"] = convertShrink;
  conversions["Sigmoid"] = convertFloat<direct<tosa::SigmoidOp>>;
  conversions["Softplus"] = convertFloat<softplus>;
  conversions["Softsign"] = convertFloat<softsign>;
  conversions["Swish"] = convertFloat<swish>;
  conversions["ThresholdedRelu"] = convertFloat<thresholdedRelu>;
}
