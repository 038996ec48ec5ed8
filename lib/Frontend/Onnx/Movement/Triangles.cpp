//===- Triangles.cpp - Trilu, EyeLike, OneHot and running sums ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "../TensorReader.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Keeps columns up to (or from) row + k; the rest is 0.
LogicalResult convertTrilu(NodeContext &node) {
  if (failed(node.expectInputs(1, 2)))
    return failure();
  int64_t rank = node.rank(0), k = 0;
  if (rank < 2)
    return node.error() << "expects matrices, but got shape "
                        << shapeText(node.shape(0));
  if (*countElements(node.shape(0)) == 0)
    return node.forward();
  if (node.hasInput(1)) {
    FailureOr<Shape> diagonal = node.constantInts(1, "diagonal");
    if (failed(diagonal))
      return failure();
    if (diagonal->size() != 1)
      return node.error() << "expects one diagonal, but got "
                          << diagonal->size();
    k = diagonal->front();
  }
  int64_t rows = node.shape(0)[rank - 2], columns = node.shape(0)[rank - 1];
  Shape shape(rank, 1);
  shape[rank - 2] = rows;
  shape[rank - 1] = columns;
  Type bit = node.build.ops().getI1Type();
  if (failed(node.reserve(bit, shape)))
    return failure();
  HostTensor keeps = HostTensor::zeros(bit, shape);
  bool isUpper = node.getInt("upper", 1);
  // A diagonal far outside must not overflow.
  k = std::clamp<int64_t>(k, -rows - 1, columns + 1);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      keeps.set(row * columns + column,
                int64_t(isUpper ? column >= row + k : column <= row + k));
  Type element = node.storage(0);
  return node.set(node.build.map(
      {node.build.constant(keeps), node.input(0)}, element,
      [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        Value zero = arith::ConstantOp::create(b, b.getZeroAttr(element));
        return arith::SelectOp::create(b, in[0], in[1], zero);
      }));
}

LogicalResult convertEyeLike(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  llvm::ArrayRef<int64_t> shape = node.shape(0);
  if (shape.size() != 2)
    return node.error() << "expects a matrix, but got shape "
                        << shapeText(shape);
  Type element = node.element(0);
  if (node.attribute("dtype"))
    element = elementTypeOf(node.getInt("dtype", 0), node.context());
  if (!element)
    return node.unsupported("its dtype cannot be imported");
  if (failed(node.reserve(element, shape)))
    return failure();
  HostTensor eye = HostTensor::zeros(element, shape);
  for (int64_t row = 0; row < shape[0]; ++row)
    if (int64_t column = row + node.getInt("k", 0);
        column >= 0 && column < shape[1])
      eye.set(row * shape[1] + column, int64_t(1));
  return node.set(eye);
}

/// result[..., c, ...] = indices == c ? on : off, with negative indices from
/// the end.
LogicalResult convertOneHot(NodeContext &node) {
  if (failed(node.expectInputs(3, 3)))
    return failure();
  const HostTensor *depth = node.constant(1);
  if (!depth)
    return node.needsConstant(1, "depth");
  if (depth->count() != 1 || node.shape(2) != llvm::ArrayRef(int64_t(2)))
    return node.error() << "expects one depth and two values, but got shapes "
                        << shapeText(node.shape(1)) << " and "
                        << shapeText(node.shape(2));
  int64_t count = depth->asInt(0), rank = node.rank(0) + 1;
  FailureOr<int64_t> axis = node.normalizeAxis(node.getInt("axis", -1), rank);
  if (failed(axis))
    return failure();
  Shape shape(node.shape(0)), result;
  shape.insert(shape.begin() + *axis, 1);
  result = shape;
  result[*axis] = count;
  if (count < 1 || failed(node.expectShape(result)))
    return node.error() << "expects a depth of 1 or more, but got " << count;
  // Indices may be floats; they are whole numbers then too.
  Value indices =
      node.build.wrap(node.build.reshape(node.input(0), shape), count);
  Value values = node.input(2);
  Value isHot = node.build.map(
      {indices, node.build.iota(count, *axis, rank)},
      node.build.ops().getI1Type(),
      [](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
        return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, in[0], in[1]);
      });
  Value off = node.build.slice(values, {0}, {1});
  Value on = node.build.slice(values, {1}, {1});
  Value chosen =
      node.build.map({isHot, on, off}, elementOf(values),
                     [](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
                       return arith::SelectOp::create(b, in[0], in[1], in[2]);
                     });
  return node.set(chosen, 0, node.element(2));
}

/// CumSum and CumProd: partial sums by doubling, log2(n) steps.
LogicalResult convertCumulative(NodeContext &node, bool isSum) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  FailureOr<Shape> given = node.constantInts(1, "axis");
  if (failed(given))
    return failure();
  if (given->size() != 1)
    return node.error() << "expects one axis, but got " << given->size();
  FailureOr<int64_t> axis = node.normalizeAxis(given->front(), node.rank(0));
  if (failed(axis))
    return failure();
  Type element = node.storage(0);
  double neutral = isSum ? 0 : 1;
  int64_t size = node.shape(0)[*axis], rank = node.rank(0);
  bool isReverse = node.getInt("reverse", 0);
  Value fill = node.build.scalar(element, neutral, 1);
  // Moves elements `by` places along, and neutral ones in.
  auto shifted = [&](Value x, int64_t by) {
    Shape low(rank, 0), high(rank, 0);
    (isReverse ? high : low)[*axis] = by;
    Value padded = node.build.pad(x, low, high, fill);
    return node.build.sliceAxis(padded, *axis, isReverse ? by : 0, size);
  };
  Value x = node.input(0);
  if (node.getInt("exclusive", 0))
    x = shifted(x, 1);
  for (int64_t by = 1; by < size; by *= 2)
    x = node.build.map(
        {x, shifted(x, by)}, element,
        [&](ImplicitLocOpBuilder &b, ValueRange in) -> Value {
          if (isa<FloatType>(element))
            return isSum ? arith::AddFOp::create(b, in[0], in[1]).getResult()
                         : arith::MulFOp::create(b, in[0], in[1]).getResult();
          return isSum ? arith::AddIOp::create(b, in[0], in[1]).getResult()
                       : arith::MulIOp::create(b, in[0], in[1]).getResult();
        });
  return node.set(x);
}

} // namespace

void quantc::onnx::addTriangles(ConversionTable &table) {
  auto &conversions = table.conversions;
  conversions["CumProd"] = [](NodeContext &node) {
    return convertCumulative(node, /*isSum=*/false);
  };
  conversions["CumSum"] = [](NodeContext &node) {
    return convertCumulative(node, /*isSum=*/true);
  };
  conversions["EyeLike"] = convertEyeLike;
  conversions["OneHot"] = convertOneHot;
  conversions["Trilu"] = convertTrilu;
}
