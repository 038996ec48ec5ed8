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
#include "../ConversionTable.h"
#include "../Elementwise/Elementwise.h"

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

/// Holds every integer of 64 bits, signed or not; a result wraps when it is
/// stored.
using Integer = __int128;

Integer readInteger(const HostTensor &tensor, int64_t index) {
  int64_t value = tensor.asInt(index);
  if (tensor.elementType().isUnsignedInteger(64))
    return Integer(uint64_t(value));
  return value;
}

void storeInteger(HostTensor &tensor, int64_t index, Integer value) {
  tensor.set(index, int64_t(uint64_t(value)));
}

using IntFunction = Integer (*)(Integer, Integer);
using FloatFunction = double (*)(double, double);

Integer multiply(Integer a, Integer b) {
  return Integer(uint64_t(a) * uint64_t(b));
}

Integer divide(Integer a, Integer b) { return b == 0 ? 0 : a / b; }

Integer remainder(Integer a, Integer b) { return b == 0 ? 0 : a % b; }

/// With the sign of the divisor.
Integer modulo(Integer a, Integer b) {
  Integer rest = remainder(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

Integer shift(Integer a, Integer b, bool isLeft) {
  if (b >= 64)
    return 0;
  return isLeft ? Integer(uint64_t(a) << uint64_t(b)) : a >> b;
}

Integer power(Integer base, Integer exponent) {
  if (exponent < 0)
    return base == 1 ? 1 : base != -1 ? 0 : exponent % 2 == 0 ? 1 : -1;
  uint64_t result = 1, square = uint64_t(base);
  for (uint64_t rest = exponent; rest; rest >>= 1, square *= square)
    if (rest & 1)
      result *= square;
  return Integer(result);
}

/// NaN if one of them is.
double larger(double a, double b) { return std::isnan(a) || a > b ? a : b; }

double smaller(double a, double b) { return std::isnan(a) || a < b ? a : b; }

HostTensor combine(const HostTensor &left, const HostTensor &right,
                   HostTensor result, IntFunction onInts,
                   FloatFunction onFloats) {
  Broadcast lhs(left, result.shape()), rhs(right, result.shape());
  for (int64_t i = 0, e = result.count(); i < e; ++i) {
    if (left.isFloat() || right.isFloat())
      result.set(i, onFloats(left.asDouble(lhs[i]), right.asDouble(rhs[i])));
    else
      storeInteger(
          result, i,
          onInts(readInteger(left, lhs[i]), readInteger(right, rhs[i])));
  }
  return result;
}

/// Two or more operands, combined from the left. The element type of the result
/// is that of the operands, or i1.
LogicalResult foldChain(NodeContext &node, size_t least, size_t most,
                        IntFunction onInts, FloatFunction onFloats,
                        bool isComparison) {
  if (failed(node.expectInputs(least, most)))
    return failure();
  HostTensor result = *node.constant(0);
  for (size_t i = 1; i < node.numInputs(); ++i) {
    HostTensor other = node.constant(i)->reshaped(alignedShape(node, i));
    auto shape = broadcastShapes(result.shape(), other.shape());
    bool isOneType = other.elementType() == result.elementType() ||
                     node.node().opType == "Pow";
    if (!shape || !isOneType)
      return node.error() << "expects shapes that broadcast and one element "
                             "type, but got "
                          << shapeText(result.shape()) << " of "
                          << result.elementType() << " and "
                          << shapeText(other.shape()) << " of "
                          << other.elementType();
    Type element =
        isComparison ? node.build.ops().getI1Type() : node.element(0);
    if (failed(node.reserve(element, *shape)))
      return failure();
    result = combine(result, other, HostTensor::zeros(element, *shape), onInts,
                     onFloats);
  }
  return node.set(result);
}

LogicalResult foldUnary(NodeContext &node, Integer (*onInts)(Integer),
                        double (*onFloats)(double)) {
  if (failed(node.expectInputs(1, 1)) ||
      failed(node.reserve(node.element(0), node.shape(0))))
    return failure();
  const HostTensor from = node.constant(0)->dense();
  HostTensor result = HostTensor::zeros(node.element(0), node.shape(0));
  for (int64_t i = 0, e = result.count(); i < e; ++i) {
    if (from.isFloat())
      result.set(i, onFloats(from.asDouble(i)));
    else
      storeInteger(result, i, onInts(readInteger(from, i)));
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
  int64_t first = node.constant(0)->asInt(0), step = node.constant(2)->asInt(0);
  for (int64_t i = 0; i < shape[0]; ++i) {
    if (result.isFloat())
      result.set(i, start + double(i) * delta);
    else
      result.set(i, first + i * step);
  }
  return node.set(result);
}

/// The product of all elements, which exporters use for Flatten.
LogicalResult foldReduceProd(NodeContext &node) {
  if (failed(node.expectInputs(1, 2)))
    return failure();
  const HostTensor &from = *node.constant(0);
  if (node.numInputs() > 1 || from.rank() != 1 || from.isFloat())
    return conversionTable().conversions.lookup("ReduceProd")(node);
  if (failed(node.reserve(from.elementType(), from.shape())))
    return failure();
  uint64_t product = 1;
  for (int64_t value : from.ints())
    product *= uint64_t(value);
  HostTensor result = HostTensor::zeros(from.elementType(), {1});
  result.set(0, int64_t(product));
  return node.set(node.getInt("keepdims", 1) ? result : result.reshaped({}));
}

#define FOLD_CHAIN(MOST, ON_INTS, ON_FLOATS, IS_COMPARISON)                    \
  [](NodeContext &node) {                                                      \
    return foldChain(                                                          \
        node, MOST == 2 ? 2 : 1, MOST,                                         \
        [](Integer a, Integer b) -> Integer { return ON_INTS; },               \
        [](double a, double b) -> double { return ON_FLOATS; },                \
        IS_COMPARISON);                                                        \
  }
#define FOLD_BINARY(ON_INTS, ON_FLOATS) FOLD_CHAIN(2, ON_INTS, ON_FLOATS, false)
#define FOLD_COMPARISON(EXPRESSION) FOLD_CHAIN(2, EXPRESSION, EXPRESSION, true)
/// On integers and BOOL only: the conversion refuses floats.
#define FOLD_BITS(EXPRESSION) FOLD_CHAIN(2, EXPRESSION, a, false)
#define FOLD_UNARY(EXPRESSION)                                                 \
  [](NodeContext &node) {                                                      \
    return foldUnary(                                                          \
        node, [](Integer a) -> Integer { return EXPRESSION; },                 \
        [](double a) -> double { return EXPRESSION; });                        \
  }
#define FOLD_REAL(EXPRESSION)                                                  \
  [](NodeContext &node) {                                                      \
    return foldUnary(                                                          \
        node, [](Integer a) -> Integer { return a; },                          \
        [](double a) -> double { return EXPRESSION; });                        \
  }

LogicalResult foldMod(NodeContext &node) {
  return foldChain(
      node, 2, 2, node.getInt("fmod", 0) ? remainder : modulo,
      [](double a, double b) { return std::fmod(a, b); }, false);
}

LogicalResult foldBitShift(NodeContext &node) {
  bool isLeft = node.getString("direction", "LEFT") == "LEFT";
  return foldChain(
      node, 2, 2,
      isLeft ? [](Integer a, Integer b) { return shift(a, b, true); }
             : [](Integer a, Integer b) { return shift(a, b, false); },
      [](double a, double) { return a; }, false);
}

} // namespace

void quantc::onnx::addFolders(ConversionTable &table) {
  auto &folders = table.folders;
  folders["Add"] = FOLD_BINARY(a + b, a + b);
  folders["Sub"] = FOLD_BINARY(a - b, a - b);
  folders["Mul"] = FOLD_BINARY(multiply(a, b), a * b);
  folders["Div"] = FOLD_BINARY(divide(a, b), a / b);
  folders["Mod"] = foldMod;
  folders["Pow"] = FOLD_BINARY(power(a, b), std::pow(a, b));
  folders["Max"] = FOLD_CHAIN(1024, std::max(a, b), larger(a, b), false);
  folders["Min"] = FOLD_CHAIN(1024, std::min(a, b), smaller(a, b), false);
  folders["Equal"] = FOLD_COMPARISON(a == b);
  folders["Greater"] = FOLD_COMPARISON(a > b);
  folders["GreaterOrEqual"] = FOLD_COMPARISON(a >= b);
  folders["Less"] = FOLD_COMPARISON(a < b);
  folders["LessOrEqual"] = FOLD_COMPARISON(a <= b);
  folders["And"] = FOLD_BITS(a & b);
  folders["Or"] = FOLD_BITS(a | b);
  folders["Xor"] = FOLD_BITS(a ^ b);
  folders["BitwiseAnd"] = FOLD_BITS(a & b);
  folders["BitwiseOr"] = FOLD_BITS(a | b);
  folders["BitwiseXor"] = FOLD_BITS(a ^ b);
  folders["BitShift"] = foldBitShift;
  folders["Abs"] = FOLD_UNARY(a < 0 ? -a : a);
  folders["Neg"] = FOLD_UNARY(-a);
  folders["Not"] = FOLD_UNARY(a == 0);
  folders["Ceil"] = FOLD_REAL(std::ceil(a));
  folders["Floor"] = FOLD_REAL(std::floor(a));
  folders["Reciprocal"] = FOLD_REAL(1 / a);
  folders["Sqrt"] = FOLD_REAL(std::sqrt(a));
  folders["Range"] = foldRange;
  folders["ReduceProd"] = foldReduceProd;
  folders["Where"] = foldWhere;
}
