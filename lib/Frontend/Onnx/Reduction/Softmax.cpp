//===- Softmax.cpp - Softmax and LogSoftmax -------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// softmax(x)    = exp(x - max(x)) / sum(exp(x - max(x)))
/// logSoftmax(x) = (x - max(x)) - log(sum(exp(x - max(x))))
Value softmaxOver(NodeContext &node, Value x, int64_t axis, bool isLog) {
  Value largest = node.build.reduce<tosa::ReduceMaxOp>(x, {axis});
  Value shifted = node.build.sub(x, largest);
  Value exp = node.build.unary<tosa::ExpOp>(shifted);
  Value sum = node.build.reduce<tosa::ReduceSumOp>(exp, {axis});
  if (isLog)
    return node.build.sub(shifted, node.build.unary<tosa::LogOp>(sum));
  return node.build.mul(exp, node.build.unary<tosa::ReciprocalOp>(sum));
}

/// 1 at the first largest element along the axis, 0 elsewhere.
Value hardmaxOver(NodeContext &node, Value x, int64_t axis) {
  auto &ops = node.build.ops();
  Shape shape(shapeOf(x)), kept(shape);
  kept[axis] = 1;
  shape.erase(shape.begin() + axis);
  Value index = tosa::ArgMaxOp::create(
      ops, RankedTensorType::get(shape, ops.getI32Type()), x, uint32_t(axis));
  index = node.build.cast(node.build.reshape(index, kept), ops.getI64Type());
  Value places = node.build.iota(shapeOf(x)[axis], axis, kept.size());
  return node.build.map({index, places}, elementOf(x),
                        [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
                          Value isIt = arith::CmpIOp::create(
                              b, arith::CmpIPredicate::eq, in[0], in[1]);
                          return arith::UIToFPOp::create(b, elementOf(x), isIt);
                        });
}

/// Before opset 13 all dimensions from `axis` on are one row, and `axis` is 1
/// by default; since then only `axis` is, and it is the last one by default.
template <typename Function>
LogicalResult convertRows(NodeContext &node, Function function) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (!node.isFloat(0) || node.rank(0) == 0)
    return node.unsupported("its input is not a float of rank 1 or more");
  bool isFlat = node.opset() < 13;
  int64_t given = node.getInt("axis", isFlat ? 1 : -1);
  // A flattening axis may be the rank itself: rows of one element.
  FailureOr<int64_t> axis =
      node.normalizeAxis(given, node.rank(0) + (isFlat && given > 0));
  if (failed(axis))
    return failure();
  Value x = node.input(0);
  if (!isFlat || *axis == node.rank(0) - 1)
    return node.set(function(x, *axis));
  int64_t rows = 1, columns = 1;
  for (auto [d, dim] : llvm::enumerate(node.shape(0)))
    (int64_t(d) < *axis ? rows : columns) *= dim;
  Value flat = node.build.reshape(x, {rows, columns});
  Value result = function(flat, int64_t(1));
  return node.set(node.build.reshape(result, node.shape(0)));
}

LogicalResult convertSoftmax(NodeContext &node, bool isLog) {
  return convertRows(node, [&](Value x, int64_t axis) {
    return softmaxOver(node, x, axis, isLog);
  });
}

LogicalResult convertHardmax(NodeContext &node) {
  return convertRows(
      node, [&](Value x, int64_t axis) { return hardmaxOver(node, x, axis); });
}

} // namespace

void quantc::onnx::addSoftmaxes(ConversionTable &table) {
  table.conversions["Hardmax"] = convertHardmax;
  table.conversions["LogSoftmax"] = [](NodeContext &node) {
    return convertSoftmax(node, /*isLog=*/true);
  };
  table.conversions["Softmax"] = [](NodeContext &node) {
    return convertSoftmax(node, /*isLog=*/false);
  };
}
