//===- Folding.cpp - Arithmetic on constants while importing --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exporters compute shapes with ordinary nodes, so integers matter most here;
// floats are computed in double and rounded once.
#include "NodeContext.h"
#include "TensorReader.h"

#include <cmath>

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Reads operands under the shape that they broadcast to.
class Broadcast {
public:
  Broadcast(const HostTensor &tensor, llvm::ArrayRef<int64_t> shape)
      : tensor(tensor), strides(shape.size(), 0), shape(shape) {
    int64_t stride = 1, offset = shape.size() - tensor.rank();
    for (int64_t d = tensor.rank() - 1; d >= 0; --d) {
      if (tensor.shape()[d] != 1)
        strides[offset + d] = stride;
      stride *= tensor.shape()[d];
    }
  }

  /// The element of the operand for a row-major index of the result.
  int64_t operator[](int64_t index) const {
    int64_t offset = 0;
    for (int64_t d = int64_t(shape.size()) - 1; d >= 0; --d) {
      offset += index % shape[d] * strides[d];
      index /= shape[d];
    }
    return offset;
  }
  const HostTensor &tensor;

private:
  Shape strides, shape;
};

/// Wraps on overflow, as the program would.
int64_t wrap(uint64_t value) { return static_cast<int64_t>(value); }

using IntFunction = int64_t (*)(int64_t, int64_t);
using FloatFunction = double (*)(double, double);

int64_t divideInts(int64_t a, int64_t b) {
  if (b == 0)
    return 0;
  return b == -1 ? wrap(0 - uint64_t(a)) : a / b;
}

int64_t modulo(int64_t a, int64_t b) {
  if (b == 0 || b == -1)
    return 0;
  int64_t rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

int64_t powerOfInts(int64_t base, int64_t exponent) {
  if (exponent < 0)
    return base == 1 ? 1 : 0;
  uint64_t result = 1, square = base;
  for (uint64_t rest = exponent; rest; rest >>= 1, square *= square)
    if (rest & 1)
      result *= square;
  return wrap(result);
}

/// The element type of the result: that of the operands, or i1.
LogicalResult foldBinary(NodeContext &node, IntFunction onInts,
                         FloatFunction onFloats, bool isComparison) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  auto shape = broadcastShapes(node.shape(0), node.shape(1));
  if (!shape)
    return node.error() << "expects shapes that broadcast, but got "
                        << shapeText(node.shape(0)) << " and "
                        << shapeText(node.shape(1));
  Type element = isComparison ? node.build.ops().getI1Type() : node.element(0);
  if (failed(node.reserve(element, *shape)))
    return failure();
  Broadcast lhs(*node.constant(0), *shape), rhs(*node.constant(1), *shape);
  HostTensor result = HostTensor::zeros(element, *shape);
  bool isFloat = node.isFloat(0);
  for (int64_t i = 0, e = result.count(); i < e; ++i) {
    if (isFloat)
      result.set(i, onFloats(lhs.tensor.asDouble(lhs[i]),
                             rhs.tensor.asDouble(rhs[i])));
    else
      result.set(i, onInts(lhs.tensor.asInt(lhs[i]), rhs.tensor.asInt(rhs[i])));
  }
  return node.set(result);
}

LogicalResult foldUnary(NodeContext &node, double (*function)(double)) {
  if (failed(node.expectInputs(1, 1)) ||
      failed(node.reserve(node.element(0), node.shape(0))))
    return failure();
  HostTensor result = HostTensor::zeros(node.element(0), node.shape(0));
  for (int64_t i = 0, e = result.count(); i < e; ++i)
    result.set(i, function(node.constant(0)->asDouble(i)));
  return node.set(result);
}

LogicalResult foldCast(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  Type element = elementTypeOf(node.getInt("to", 0), node.context());
  if (!element)
    return node.unsupported("it casts to " +
                            dataTypeName(node.getInt("to", 0)));
  if (failed(node.reserve(element, node.shape(0))))
    return failure();
  const HostTensor &from = *node.constant(0);
  HostTensor result = HostTensor::zeros(element, node.shape(0));
  for (int64_t i = 0, e = result.count(); i < e; ++i) {
    if (from.isFloat())
      result.set(i, from.asDouble(i));
    else
      result.set(i, from.asInt(i));
  }
  return node.set(result);
}

LogicalResult foldWhere(NodeContext &node) {
  if (failed(node.expectInputs(3, 3)))
    return failure();
  auto values = broadcastShapes(node.shape(1), node.shape(2));
  auto shape = values ? broadcastShapes(*values, node.shape(0)) : values;
  if (!shape || node.element(1) != node.element(2))
    return node.error() << "expects shapes that broadcast and values of one "
                           "type, but got "
                        << shapeText(node.shape(0)) << ", "
                        << shapeText(node.shape(1)) << " of " << node.element(1)
                        << " and " << shapeText(node.shape(2)) << " of "
                        << node.element(2);
  if (failed(node.reserve(node.element(1), *shape)))
    return failure();
  Broadcast condition(*node.constant(0), *shape);
  Broadcast lhs(*node.constant(1), *shape), rhs(*node.constant(2), *shape);
  HostTensor result = HostTensor::zeros(node.element(1), *shape);
  for (int64_t i = 0, e = result.count(); i < e; ++i) {
    const Broadcast &from = condition.tensor.asInt(condition[i]) ? lhs : rhs;
    if (result.isFloat())
      result.set(i, from.tensor.asDouble(from[i]));
    else
      result.set(i, from.tensor.asInt(from[i]));
  }
  return node.set(result);
}

/// Range: start, start + delta, ... below limit.
LogicalResult foldRange(NodeContext &node) {
  if (failed(node.expectInputs(3, 3)))
    return failure();
  for (size_t i = 0; i < 3; ++i)
    if (node.constant(i)->count() != 1 || node.element(i) != node.element(0))
      return node.error() << "expects three numbers of one type, but got shape "
                          << shapeText(node.shape(i)) << " of "
                          << node.element(i);
  double start = node.constant(0)->asDouble(0);
  double delta = node.constant(2)->asDouble(0);
  double count = std::ceil((node.constant(1)->asDouble(0) - start) / delta);
  if (!(std::abs(count) <= double(kMaxElements)))
    return node.error() << "expects a range of at most 2^31 numbers, but got "
                        << count;
  Shape shape{std::max<int64_t>(int64_t(count), 0)};
  if (failed(node.reserve(node.element(0), shape)))
    return failure();
  HostTensor result = HostTensor::zeros(node.element(0), shape);
  for (int64_t i = 0; i < shape[0]; ++i)
    result.set(i, start + double(i) * delta);
  return node.set(result);
}

/// The product of all elements, which exporters use for Flatten.
LogicalResult foldReduceProd(NodeContext &node) {
  if (failed(node.expectInputs(1, 2)))
    return failure();
  const HostTensor &from = *node.constant(0);
  if (node.numInputs() > 1 || from.rank() != 1 || from.isFloat())
    return node.unsupported("only the product of a list of integers is folded");
  if (failed(node.reserve(from.elementType(), from.shape())))
    return failure();
  uint64_t product = 1;
  for (int64_t value : from.ints())
    product *= uint64_t(value);
  HostTensor result = HostTensor::zeros(from.elementType(), {1});
  result.set(0, wrap(product));
  return node.set(node.getInt("keepdims", 1) ? result : result.reshaped({}));
}

#define FOLD_BINARY(ON_INTS, ON_FLOATS, IS_COMPARISON)                         \
  [](NodeContext &node) {                                                      \
    return foldBinary(                                                         \
        node, [](int64_t a, int64_t b) -> int64_t { return ON_INTS; },         \
        [](double a, double b) -> double { return ON_FLOATS; },                \
        IS_COMPARISON);                                                        \
  }
#define FOLD_UNARY(ON_FLOAT)                                                   \
  [](NodeContext &node) {                                                      \
    return foldUnary(node, [](double a) -> double { return ON_FLOAT; });       \
  }

} // namespace

void quantc::onnx::addFolders(ConversionTable &table) {
  auto &folders = table.folders;
  folders["Add"] = FOLD_BINARY(wrap(uint64_t(a) + uint64_t(b)), a + b, false);
  folders["Sub"] = FOLD_BINARY(wrap(uint64_t(a) - uint64_t(b)), a - b, false);
  folders["Mul"] = FOLD_BINARY(wrap(uint64_t(a) * uint64_t(b)), a * b, false);
  folders["Div"] = FOLD_BINARY(divideInts(a, b), a / b, false);
  folders["Mod"] = FOLD_BINARY(modulo(a, b), std::fmod(a, b), false);
  folders["Pow"] = FOLD_BINARY(powerOfInts(a, b), std::pow(a, b), false);
  folders["Equal"] = FOLD_BINARY(a == b, a == b, true);
  folders["Greater"] = FOLD_BINARY(a > b, a > b, true);
  folders["GreaterOrEqual"] = FOLD_BINARY(a >= b, a >= b, true);
  folders["Less"] = FOLD_BINARY(a < b, a < b, true);
  folders["LessOrEqual"] = FOLD_BINARY(a <= b, a <= b, true);
  folders["And"] = FOLD_BINARY(a && b, a && b, true);
  folders["Or"] = FOLD_BINARY(a || b, a || b, true);
  folders["Abs"] = FOLD_UNARY(std::abs(a));
  folders["Ceil"] = FOLD_UNARY(std::ceil(a));
  folders["Floor"] = FOLD_UNARY(std::floor(a));
  folders["Neg"] = FOLD_UNARY(-a);
  folders["Not"] = FOLD_UNARY(a == 0);
  folders["Reciprocal"] = FOLD_UNARY(1 / a);
  folders["Sqrt"] = FOLD_UNARY(std::sqrt(a));
  folders["Cast"] = foldCast;
  folders["Range"] = foldRange;
  folders["ReduceProd"] = foldReduceProd;
  folders["Where"] = foldWhere;
}
