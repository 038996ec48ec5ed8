//===- Comparison.cpp - Comparisons, tests of floats, Where --------------------- ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "Elementwise.h"

#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Comparisons give i1. TOSA has no "less": operands change places.
template <typename Op, bool isSwapped = false>
Value compare(NodeContext &node, ValueRange x) {
  Type bit = node.build.ops().getI1Type();
  return node.build.binary<Op>(x[isSwapped], x[!isSwapped], bit);
}

template <Value (ScalarBuilder::*function)(Value, Value), bool isSwapped>
Value scalar(ScalarBuilder &s, ValueRange x) {
  return (s.*function)(x[isSwapped], x[!isSwapped]);
}

Value scalarIsNan(ScalarBuilder &s, ValueRange x) {
  return s.notEqual(x[0], x[0]);
}

/// IsInf: either infinity, or the one that an attribute leaves.
LogicalResult convertIsInf(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)) || failed(expectKind(node, 0, kFloats)))
    return failure();
  bool negative = node.getInt("detect_negative", 1);
  bool positive = node.getInt("detect_positive", 1);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  auto body = [&](ScalarBuilder &s, ValueRange x) -> Value {
    if (negative == positive)
      return s.equal(negative ? s.abs(x[0]) : s.zero(),
                     negative ? s.real(infinity) : s.one());
    return s.equal(x[0], s.real(positive ? infinity : -infinity));
  };
  Type bit = node.build.ops().getI1Type();
  return node.set(mapScalars(node, node.input(0), node.element(0), bit, body),
                  0, bit);
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
      node.build.select(node.input(0), node.input(1), node.input(2)), 0,
      node.element(1));
}

} // namespace

void quantc::onnx::addComparisons(ConversionTable &table) {
  auto &conversions = table.conversions;
  auto predicate = [](unsigned kinds, TensorFunction onF32,
                      ScalarFunction scalar) {
    return elementwise({kinds, 2, 2, onF32, scalar, /*isPredicate=*/true});
  };
  conversions["Equal"] = predicate(kAnything, compare<tosa::EqualOp>,
                                   scalar<&ScalarBuilder::equal, false>);
  conversions["Greater"] = predicate(kNumbers, compare<tosa::GreaterOp>,
                                     scalar<&ScalarBuilder::less, true>);
  conversions["GreaterOrEqual"] =
      predicate(kNumbers, compare<tosa::GreaterEqualOp>,
                scalar<&ScalarBuilder::lessOrEqual, true>);
  conversions["IsInf"] = convertIsInf;
  conversions["IsNaN"] =
      elementwise({kFloats, 1, 1, nullptr, scalarIsNan, /*isPredicate=*/true});
  conversions["Less"] = predicate(kNumbers, compare<tosa::GreaterOp, true>,
                                  scalar<&ScalarBuilder::less, false>);
  conversions["LessOrEqual"] =
      predicate(kNumbers, compare<tosa::GreaterEqualOp, true>,
                scalar<&ScalarBuilder::lessOrEqual, false>);
  conversions["Where"] = convertWhere;
}
