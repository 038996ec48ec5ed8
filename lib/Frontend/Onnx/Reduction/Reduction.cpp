//===- Reduction.cpp - Reductions and ArgMax ------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "../Elementwise/Cast.h"
#include "../Elementwise/Elementwise.h"

#include <limits>

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

/// Without the reduced dimensions, unless keepdims says to keep them.
LogicalResult setReduced(NodeContext &node, Value result,
                         llvm::ArrayRef<int64_t> axes) {
  if (node.getInt("keepdims", 1))
    return node.set(result);
  Shape shape;
  for (auto [d, dim] : llvm::enumerate(node.shape(0)))
    if (!llvm::is_contained(axes, int64_t(d)))
      shape.push_back(dim);
  return node.set(node.build.reshape(result, shape));
}

/// What is left of no elements: 0 of a sum, 1 of a product, the end of the type
/// that every element is beyond of an extreme.
LogicalResult reduceNothing(NodeContext &node, llvm::ArrayRef<int64_t> axes) {
  llvm::StringRef op = node.node().opType;
  bool isMin = op == "ReduceMin", isMax = op == "ReduceMax";
  Type element = node.element(0);
  if ((isMin || isMax || op.contains("Log") || op == "ReduceMean") &&
      !isa<FloatType>(element) && !element.isInteger(1))
    return node.unsupported("its input has no elements, and is of integers");
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double rest = op == "ReduceProd" ? 1
                : isMin            ? (element.isInteger(1) ? 1 : infinity)
                : isMax || op.contains("Log")
                    ? (element.isInteger(1) ? 0 : -infinity)
                : op == "ReduceMean" ? std::numeric_limits<double>::quiet_NaN()
                                     : 0;
  Shape shape;
  for (auto [d, dim] : llvm::enumerate(node.shape(0)))
    if (!llvm::is_contained(axes, int64_t(d)))
      shape.push_back(dim);
    else if (node.getInt("keepdims", 1))
      shape.push_back(1);
  if (failed(node.expectShape(shape)) || failed(node.reserve(element, shape)))
    return failure();
  return node.set(HostTensor::splat(element, shape, rest));
}

/// `since`: the opset in which the axes became an input.
template <Function function, int64_t since, unsigned kinds>
LogicalResult convertReduce(NodeContext &node) {
  if (failed(node.expectInputs(1, node.opset() < since ? 1 : 2)) ||
      failed(expectKind(node, 0, kinds)))
    return failure();
  FailureOr<Shape> axes = readAxes(node, since);
  if (failed(axes))
    return failure();
  if (llvm::is_contained(node.shape(0), 0))
    return reduceNothing(node, *axes);
  return setReduced(node, function(node, node.input(0), *axes), *axes);
}

/// Functions with a division, a root or a logarithm are computed in f64 for
/// integers, and lose the fraction.
template <Function function>
Value inReals(NodeContext &node, Value x, llvm::ArrayRef<int64_t> axes) {
  if (node.isFloat(0))
    return function(node, x, axes);
  Type element = node.element(0), f64 = node.build.ops().getF64Type();
  Value result = function(node, convertElements(node, x, element, f64), axes);
  return convertElements(node, result, f64, element);
}

template <typename Op>
Value direct(NodeContext &node, Value x, llvm::ArrayRef<int64_t> axes) {
  return node.build.reduce<Op>(x, axes);
}

/// The largest or smallest element, which for BOOL is any or all of them.
template <typename Op, typename OnBools>
Value extreme(NodeContext &node, Value x, llvm::ArrayRef<int64_t> axes) {
  if (node.element(0).isInteger(1))
    return node.build.reduce<OnBools>(x, axes);
  x = node.build.reduce<Op>(flipUnsigned(node, x), axes);
  return flipUnsigned(node, x);
}

/// The mean over height and width of an image is a pool, which quantizes well.
Value mean(NodeContext &node, Value x, llvm::ArrayRef<int64_t> axes) {
  llvm::ArrayRef<int64_t> shape = shapeOf(x);
  llvm::SmallVector<int64_t> sorted(axes);
  llvm::sort(sorted);
  if (!elementOf(x).isF32() || shape.size() != 4 ||
      sorted != llvm::SmallVector<int64_t>{2, 3})
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
  if (isa<FloatType>(elementOf(x)))
    return sum(node, node.build.mul(x, x), axes);
  auto square = [](ScalarBuilder &s, ValueRange each) {
    return s.mul(each[0], each[0]);
  };
  Type element = node.element(0);
  return sum(node, mapScalars(node, x, element, element, square), axes);
}

Value l1(NodeContext &node, Value x, llvm::ArrayRef<int64_t> axes) {
  if (node.isFloat(0))
    return sum(node, node.build.unary<tosa::AbsOp>(x), axes);
  auto magnitude = [](ScalarBuilder &s, ValueRange each) {
    return s.abs(each[0]);
  };
  Type element = node.element(0);
  return sum(node, mapScalars(node, x, element, element, magnitude), axes);
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

/// The same elements in the reversed order of size.
Value reverseOrder(NodeContext &node, Value x) {
  if (node.isFloat(0))
    return node.build.mulScalar(x, -1);
  Type element = node.element(0);
  return mapScalars(node, x, element, element,
                    [](ScalarBuilder &s, ValueRange each) -> Value {
                      return arith::XOrIOp::create(s.ops(), each[0],
                                                   s.integer(-1));
                    });
}

/// ArgMax and ArgMin: the first index of the extreme element, or the last one.
LogicalResult convertArg(NodeContext &node, bool isMax) {
  if (failed(node.expectInputs(1, 1)) || failed(expectKind(node, 0, kNumbers)))
    return failure();
  if (node.rank(0) == 0)
    return node.unsupported("its input has no dimensions");
  FailureOr<int64_t> axis =
      node.normalizeAxis(node.getInt("axis", 0), node.rank(0));
  if (failed(axis))
    return failure();
  Shape shape(node.shape(0)), kept(shape);
  kept[*axis] = 1;
  shape.erase(shape.begin() + *axis);
  bool isLast = node.getInt("select_last_index", 0);
  Value x = flipUnsigned(node, node.input(0));
  if (!isMax)
    x = reverseOrder(node, x);
  if (isLast)
    x = node.build.reverse(x, *axis);
  auto &ops = node.build.ops();
  Value index = tosa::ArgMaxOp::create(
      ops, RankedTensorType::get(shape, ops.getI32Type()), x, uint32_t(*axis));
  if (isLast) {
    Value last = node.build.scalar(ops.getI32Type(), node.shape(0)[*axis] - 1,
                                   shape.size());
    index = node.build.sub(last, index);
  }
  index = node.build.cast(index, ops.getI64Type());
  return node.set(node.getInt("keepdims", 1) ? node.build.reshape(index, kept)
                                             : index,
                  0, ops.getI64Type());
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
  conversions["ReduceL1"] = convertReduce<l1, 18, kNumbers>;
  conversions["ReduceL2"] = convertReduce<inReals<l2>, 18, kNumbers>;
  conversions["ReduceLogSum"] = convertReduce<inReals<logSum>, 18, kNumbers>;
  conversions["ReduceLogSumExp"] =
      convertReduce<inReals<logSumExp>, 18, kNumbers>;
  conversions["ReduceMax"] =
      convertReduce<extreme<tosa::ReduceMaxOp, tosa::ReduceAnyOp>, 18,
                    kAnything>;
  conversions["ReduceMean"] = convertReduce<inReals<mean>, 18, kNumbers>;
  conversions["ReduceMin"] =
      convertReduce<extreme<tosa::ReduceMinOp, tosa::ReduceAllOp>, 18,
                    kAnything>;
  conversions["ReduceProd"] =
      convertReduce<direct<tosa::ReduceProductOp>, 18, kNumbers>;
  conversions["ReduceSum"] = convertReduce<sum, 13, kNumbers>;
  conversions["ReduceSumSquare"] = convertReduce<sumOfSquares, 18, kNumbers>;
}
