//===- QLinear.cpp - QLinearMatMul and QLinearConv ------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With constant parameters and weights, dequantize -> op -> quantize, which
// `quantize` makes one integer op of. Else that op's arithmetic is written out:
// the multiplier in f64, rounded once.
#include "QLinear.h"
#include "../ConversionTable.h"

#include "../Control/Expansion.h"
#include "Integers.h"
#include "Linear.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc::onnx;

LogicalResult quantc::onnx::expectScale(NodeContext &node, size_t index) {
  if (!node.isFloat(index) || node.element(index).isF64())
    return node.error() << "expects its scale, input '" << node.inputName(index)
                        << "', to be a float, but got " << node.element(index);
  const HostTensor *scales = node.constant(index);
  for (int64_t i = 0, e = scales ? scales->storedCount() : 0; i < e; ++i)
    if (double scale = scales->asDouble(i); !(scale > 0) || std::isinf(scale))
      return node.error() << "expects its scale, input '"
                          << node.inputName(index)
                          << "', to be positive and finite, but got " << scale
                          << " at element " << i;
  return success();
}

namespace {

/// Which inputs of the node are what. The zero points may be absent.
struct Inputs {
  size_t lhs, rhs, result; // Codes, then scale and zero point.
  size_t bias;
};

/// True if the op can be written with constant formats: weights, scales and
/// zero points are constant, and all but those of the weights single numbers.
bool isStatic(NodeContext &node, const Inputs &inputs) {
  auto isConstant = [&](size_t index) {
    return !node.hasInput(index) || node.constant(index);
  };
  auto isNumber = [&](size_t index) {
    return !node.hasInput(index) || *countElements(node.shape(index)) == 1;
  };
  auto isF32 = [&](size_t index) { return node.element(index).isF32(); };
  size_t scales[] = {inputs.lhs + 1, inputs.rhs + 1, inputs.result};
  for (size_t scale : scales)
    if (!isConstant(scale) || !isConstant(scale + 1) || !isF32(scale))
      return false;
  return isConstant(inputs.rhs) && isConstant(inputs.bias) &&
         isNumber(inputs.lhs + 1) && isNumber(inputs.lhs + 2) &&
         isNumber(inputs.result) && isNumber(inputs.result + 1) &&
         node.rank(inputs.rhs + 1) <= 1;
}

/// code(f32(sum) * f32(sx * sw / sy)) for sums of type i32.
Value requantize(NodeContext &node, Value sums, ArrayRef<Value> parameters,
                 Type codes) {
  llvm::SmallVector<Value> inputs{sums};
  inputs.append(parameters.begin(), parameters.end());
  return node.build.map(
      inputs, codes, [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        auto wide = [&](Value real) -> Value {
          return arith::ExtFOp::create(b, b.getF64Type(), real);
        };
        Value product = arith::MulFOp::create(b, wide(in[1]), wide(in[2]));
        Value quotient = arith::DivFOp::create(b, product, wide(in[3]));
        Value factor = arith::TruncFOp::create(b, b.getF32Type(), quotient);
        Value sum = arith::SIToFPOp::create(b, b.getF32Type(), in[0]);
        Value real = arith::MulFOp::create(b, sum, factor);
        return roundToCode(b, real, widen(b, in[4], codes), codes);
      });
}

/// Scales of both operands, scale and zero point of the result, as requantize
/// wants them over a result of shape `shape`.
FailureOr<llvm::SmallVector<Value>> parameters(NodeContext &node,
                                               const Inputs &inputs,
                                               llvm::ArrayRef<int64_t> shape,
                                               size_t lhsAxis, size_t rhsAxis) {
  llvm::SmallVector<Value> values;
  std::pair<size_t, size_t> places[] = {{inputs.lhs + 1, lhsAxis},
                                        {inputs.rhs + 1, rhsAxis},
                                        {inputs.result, lhsAxis},
                                        {inputs.result + 1, lhsAxis}};
  for (auto [index, axis] : places) {
    FailureOr<Value> value = parameter(node, index, shape, axis);
    if (failed(value))
      return failure();
    values.push_back(*value);
  }
  return values;
}

LogicalResult checkQLinear(NodeContext &node, const Inputs &inputs) {
  size_t scales[] = {inputs.lhs + 1, inputs.rhs + 1, inputs.result};
  for (size_t scale : scales)
    if (failed(expectScale(node, scale)))
      return failure();
  if (!node.hasInput(inputs.result + 1))
    return node.error() << "expects a zero point of its result, but got none";
  if (failed(expectBytes(node, inputs.lhs)) ||
      failed(expectBytes(node, inputs.rhs)))
    return failure();
  return expectBytes(node, inputs.result + 1);
}

/// QLinearMatMul: a, b, y, each with scale and zero point
LogicalResult convertQLinearMatMul(NodeContext &node) {
  constexpr Inputs inputs{0, 3, 6, 8};
  if (failed(node.expectInputs(8, 8)) || failed(checkQLinear(node, inputs)))
    return failure();
  FailureOr<MatMulShapes> shapes = matMulShapes(node, 0, 3);
  if (failed(shapes))
    return failure();
  if (isStatic(node, inputs)) {
    Expansion body(node);
    auto product =
        body.add("MatMul", {addDequantize(body, 0),
                            addDequantize(body, 3, node.rank(3) - 1)});
    return body.finish(addQuantize(body, product, 6));
  }
  size_t m = shapes->full.size() - 2, n = m + 1;
  FailureOr<Value> lhs =
      centredInput(node, 0, 2, shapes->lhs, shapes->lhs.size() - 2);
  FailureOr<Value> rhs =
      centredInput(node, 3, 5, shapes->rhs, shapes->rhs.size() - 1);
  auto values = parameters(node, inputs, shapes->full, m, n);
  if (failed(lhs) || failed(rhs) || failed(values))
    return failure();
  Value sums = multiplyIntegers(node, *lhs, *rhs, *shapes);
  Type codes = node.element(7);
  Value result = requantize(node, sums, *values, codes);
  return node.set(node.build.reshape(result, shapes->result), 0, codes);
}

/// The bias as reals: codes of scale sx * sw.
Expansion::Name addBias(NodeContext &node, Expansion &body) {
  if (!node.hasInput(8))
    return {};
  double input = node.constant(1)->asDouble(0);
  const HostTensor &weights = *node.constant(4);
  HostTensor scales = HostTensor::zeros(node.element(4), weights.shape());
  for (int64_t i = 0, e = scales.count(); i < e; ++i)
    scales.set(i, input * weights.asDouble(i));
  return body.add("DequantizeLinear", {body.input(8), body.constant(scales)},
                  {Expansion::attribute("axis", int64_t(0))});
}

LogicalResult checkBias(NodeContext &node, int64_t channels) {
  if (!node.hasInput(8) || (node.element(8).isSignlessInteger(32) &&
                            node.shape(8) == llvm::ArrayRef(channels)))
    return success();
  return node.error() << "expects a bias of INT32 and shape [" << channels
                      << "], but got " << node.element(8) << " of shape "
                      << shapeText(node.shape(8));
}

/// The sums of a convolution with the bias of each channel.
Value addChannels(NodeContext &node, Value sums) {
  if (!node.hasInput(8))
    return sums;
  Shape shape(shapeOf(sums).size(), 1);
  shape[1] = shapeOf(sums)[1];
  Value bias = node.build.reshape(node.input(8), shape);
  return node.build.map({sums, bias}, elementOf(sums),
                        [](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
                          return arith::AddIOp::create(b, in[0], in[1]);
                        });
}

/// QLinearConv: x, w, y, each with scale and zero point; bias optional
LogicalResult convertQLinearConv(NodeContext &node) {
  constexpr Inputs inputs{0, 3, 6, 8};
  int64_t groups = node.getInt("group", 1);
  if (failed(node.expectInputs(8, 9)) || failed(checkQLinear(node, inputs)))
    return failure();
  FailureOr<Window> window = integerWindow(node, 0, 3, groups);
  if (failed(window) || failed(checkBias(node, node.shape(3)[0])))
    return failure();
  if (isStatic(node, inputs)) {
    Expansion body(node);
    llvm::SmallVector<Expansion::Name> operands{addDequantize(body, 0),
                                                addDequantize(body, 3, 0)};
    if (node.hasInput(8))
      operands.push_back(addBias(node, body));
    auto result = body.add("Conv", operands, node.node().attributes);
    return body.finish(addQuantize(body, result, 6));
  }
  FailureOr<Value> x = centredInput(node, 0, 2, node.shape(0), 1);
  FailureOr<Value> w = centredInput(node, 3, 5, node.shape(3), 0);
  if (failed(x) || failed(w))
    return failure();
  Value sums =
      addChannels(node, convolveIntegers(node, *x, *w, *window, groups));
  auto values = parameters(node, inputs, shapeOf(sums), 1, 1);
  if (failed(values))
    return failure();
  Type codes = node.element(7);
  return node.set(requantize(node, sums, *values, codes), 0, codes);
}

} // namespace

Expansion::Name quantc::onnx::addDequantize(Expansion &body, size_t codes,
                                            std::optional<int64_t> axis) {
  llvm::SmallVector<Expansion::Attribute, 1> attributes;
  if (axis)
    attributes.push_back(Expansion::attribute("axis", *axis));
  return body.add(
      "DequantizeLinear",
      {body.input(codes), body.input(codes + 1), body.input(codes + 2)},
      attributes);
}

Expansion::Name quantc::onnx::addQuantize(Expansion &body, Expansion::Name real,
                                          size_t scale, size_t like) {
  Expansion::Name zeroPoint = body.input(scale + 1);
  if (zeroPoint.empty())
    zeroPoint =
        body.constant(HostTensor::splat(body.original().element(like), {}, 0));
  return body.add("QuantizeLinear", {real, body.input(scale), zeroPoint});
}

void quantc::onnx::addQLinearOperators(ConversionTable &table) {
  table.conversions["QLinearConv"] = convertQLinearConv;
  table.conversions["QLinearMatMul"] = convertQLinearMatMul;
}
