//===- Reduction.cpp - Reductions and ArgMax ------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "NodeContext.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

using Function = Value (*)(NodeContext &node, Value x,
                           llvm::ArrayRef<int64_t> axes);

/// The axes of a reduction; all of them if none are given.
FailureOr<Shape> readAxes(NodeContext &node, int64_t since) {
  FailureOr<std::optional<Shape>> given =
      node.intsFromAttributeOrInput("axes", 1, since);
  if (failed(given))
    return failure();
  if (*given && !(*given)->empty())
    return node.normalizeAxes(**given, node.rank(0));
  Shape all;
  if (!node.getInt("noop_with_empty_axes", 0))
    for (int64_t d = 0; d < node.rank(0); ++d)
      all.push_back(d);
  return all;
}

/// `since`: the opset in which the axes became an input.
template <Function function, int64_t since>
LogicalResult convertReduce(NodeContext &node) {
  if (failed(node.expectInputs(1, node.opset() < since ? 1 : 2)))
    return failure();
  if (!node.isFloat(0) && !node.element(0).isSignlessInteger(32))
    return node.unsupported("only FLOAT and INT32 are supported");
  FailureOr<Shape> axes = readAxes(node, since);
  if (failed(axes))
    return failure();
  Value result = function(node, node.input(0), *axes);
  if (node.getInt("keepdims", 1))
    return node.set(result);
  Shape shape;
  for (auto [d, dim] : llvm::enumerate(node.shape(0)))
    if (!llvm::is_contained(*axes, int64_t(d)))
      shape.push_back(dim);
  return node.set(node.build.reshape(result, shape));
}

template <typename Op>
Value direct(NodeContext &node, Value x, llvm::ArrayRef<int64_t> axes) {
  return node.build.reduce<Op>(x, axes);
}

/// The mean over height and width of an image is a pool, which quantizes well.
Value mean(NodeContext &node, Value x, llvm::ArrayRef<int64_t> axes) {
  llvm::ArrayRef<int64_t> shape = shapeOf(x);
  llvm::SmallVector<int64_t> sorted(axes);
  llvm::sort(sorted);
  if (shape.size() != 4 || sorted != llvm::SmallVector<int64_t>{2, 3})
    return node.build.mean(x, axes);
  Type element = elementOf(x);
  Value zero = node.build.zeroPoint(element);
  Value nhwc = node.build.transpose(x, {0, 2, 3, 1});
  Value pooled = tosa::AvgPool2dOp::create(
      node.build.ops(),
      RankedTensorType::get({shape[0], 1, 1, shape[1]}, element), nhwc, zero,
      zero, llvm::ArrayRef<int64_t>{shape[2], shape[3]},
      llvm::ArrayRef<int64_t>{1, 1}, llvm::ArrayRef<int64_t>{0, 0, 0, 0},
      element);
  return node.build.transpose(pooled, {0, 3, 1, 2});
}

Value sum(NodeContext &node, Value x, llvm::ArrayRef<int64_t> axes) {
  return node.build.reduce<tosa::ReduceSumOp>(x, axes);
}

Value sumOfSquares(NodeContext &node, Value x, llvm::ArrayRef<int64_t> axes) {
  return sum(node, node.build.mul(x, x), axes);
}

Value l1(NodeContext &node, Value x, llvm::ArrayRef<int64_t> axes) {
  return sum(node, node.build.unary<tosa::AbsOp>(x), axes);
}

Value l2(NodeContext &node, Value x, llvm::ArrayRef<int64_t> axes) {
  return node.build.sqrt(sumOfSquares(node, x, axes));
}

Value logSum(NodeContext &node, Value x, llvm::ArrayRef<int64_t> axes) {
  return node.build.unary<tosa::LogOp>(sum(node, x, axes));
}

/// max + log(sum(exp(x - max))), which does not overflow.
Value logSumExp(NodeContext &node, Value x, llvm::ArrayRef<int64_t> axes) {
  Value largest = node.build.reduce<tosa::ReduceMaxOp>(x, axes);
  Value exp = node.build.unary<tosa::ExpOp>(node.build.sub(x, largest));
  return node.build.add(largest, logSum(node, exp, axes));
}

/// Float only: the others would need a division or a root.
template <Function function>
LogicalResult convertFloatReduce(NodeContext &node) {
  if (failed(node.expectInputs(1, 2)))
    return failure();
  if (!node.isFloat(0))
    return node.unsupported("its input is not a float");
  return convertReduce<function, 18>(node);
}

/// ArgMax and ArgMin: the first index of the extreme element.
LogicalResult convertArg(NodeContext &node, bool isMax) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (!node.isFloat(0) || node.rank(0) == 0)
    return node.unsupported("its input is not a float of rank 1 or more");
  if (node.getInt("select_last_index", 0))
    return node.unsupported("select_last_index is set");
  FailureOr<int64_t> axis =
      node.normalizeAxis(node.getInt("axis", 0), node.rank(0));
  if (failed(axis))
    return failure();
  Shape shape(node.shape(0)), kept(shape);
  kept[*axis] = 1;
  shape.erase(shape.begin() + *axis);
  Value x = node.input(0);
  if (!isMax)
    x = node.build.mulScalar(x, -1);
  auto &ops = node.build.ops();
  Value index = tosa::ArgMaxOp::create(
      ops, RankedTensorType::get(shape, ops.getI32Type()), x, uint32_t(*axis));
  index = node.build.cast(index, ops.getI64Type());
  return node.set(node.getInt("keepdims", 1) ? node.build.reshape(index, kept)
                                             : index);
}

} // namespace

void quantc::onnx::addReductions(ConversionTable &table) {
  auto &conversions = table.conversions;
  conversions["ArgMax"] = [](NodeContext &node) {
    return convertArg(node, /*isMax=*/true);
  };
  conversions["ArgMin"] = [](NodeContext &node) {
    return convertArg(node, /*isMax=*/false);
  };
  conversions["ReduceL1"] = convertFloatReduce<l1>;
  conversions["ReduceL2"] = convertFloatReduce<l2>;
  conversions["ReduceLogSum"] = convertFloatReduce<logSum>;
  conversions["ReduceLogSumExp"] = convertFloatReduce<logSumExp>;
  conversions["ReduceMax"] = convertReduce<direct<tosa::ReduceMaxOp>, 18>;
  conversions["ReduceMean"] = convertFloatReduce<mean>;
  conversions["ReduceMin"] = convertReduce<direct<tosa::ReduceMinOp>, 18>;
  conversions["ReduceProd"] = convertReduce<direct<tosa::ReduceProductOp>, 18>;
  conversions["ReduceSum"] = convertReduce<sum, 13>;
  conversions["ReduceSumSquare"] = convertFloatReduce<sumOfSquares>;
}
