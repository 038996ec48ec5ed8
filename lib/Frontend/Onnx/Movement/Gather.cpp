//===- Gather.cpp - Gather ------------------------------------------------===//
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

/// The shape of the data with the axis replaced by the indices' shape.
Shape gatheredShape(NodeContext &node, int64_t axis) {
  llvm::ArrayRef<int64_t> data = node.shape(0);
  Shape shape(data.take_front(axis));
  shape.append(node.shape(1).begin(), node.shape(1).end());
  llvm::ArrayRef<int64_t> rest = data.drop_front(axis + 1);
  shape.append(rest.begin(), rest.end());
  return shape;
}

int64_t product(llvm::ArrayRef<int64_t> shape) {
  int64_t result = 1;
  for (int64_t dim : shape)
    result *= dim;
  return result;
}

/// Constant indices in [0, dim).
FailureOr<Shape> readIndices(NodeContext &node, int64_t dim) {
  Shape indices = node.constant(1)->ints();
  for (int64_t &index : indices) {
    if (index < -dim || index >= dim) {
      node.error() << "expects indices in [" << -dim << ", " << dim - 1
                   << "], but got " << index;
      return failure();
    }
    index += index < 0 ? dim : 0;
  }
  return indices;
}

HostTensor gatherConstant(NodeContext &node, int64_t axis,
                          llvm::ArrayRef<int64_t> indices) {
  const HostTensor &data = *node.constant(0);
  if (data.isSplat())
    return data.sliced(Shape(data.rank(), 0), Shape(data.rank(), 1),
                       gatheredShape(node, axis));
  HostTensor result =
      HostTensor::zeros(node.element(0), gatheredShape(node, axis));
  char *target = result.mutableBytes().data();
  int64_t dim = data.shape()[axis];
  int64_t rows = product(data.shape().take_front(axis));
  size_t size = product(data.shape().drop_front(axis + 1)) * data.elementSize();
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t index : indices)
      target = std::copy_n(data.bytes().data() + (row * dim + index) * size,
                           size, target);
  return result;
}

/// Indices that follow each other are a slice.
bool isConsecutive(llvm::ArrayRef<int64_t> indices) {
  for (size_t i = 1; i < indices.size(); ++i)
    if (indices[i] != indices[i - 1] + 1)
      return false;
  return true;
}

/// tosa.gather takes [1, K, C] and [1, W]: the axis goes to the front.
Value gather(NodeContext &node, int64_t axis, Value indices) {
  Shape front{axis}, back, shape(node.shape(0));
  for (int64_t d = 0; d < node.rank(0); ++d)
    if (d != axis)
      front.push_back(d);
  int64_t dim = shape[axis], count = product(node.shape(1));
  int64_t rest = product(shape) / dim;
  Value data = node.build.transpose(node.input(0), front);
  data = node.build.reshape(data, {1, dim, rest});
  auto type = RankedTensorType::get({1, count, rest}, node.storage(0));
  Value rows = tosa::GatherOp::create(node.build.ops(), type, data,
                                      node.build.reshape(indices, {1, count}));
  // [indices..., before..., after...] back to [before..., indices..., after...]
  Shape split(node.shape(1));
  for (int64_t d : llvm::ArrayRef(front).drop_front())
    split.push_back(shape[d]);
  int64_t indexRank = node.rank(1);
  for (int64_t d = 0; d < axis; ++d)
    back.push_back(indexRank + d);
  for (int64_t d = 0; d < indexRank; ++d)
    back.push_back(d);
  for (int64_t d = axis; d < node.rank(0) - 1; ++d)
    back.push_back(indexRank + d);
  return node.build.transpose(node.build.reshape(rows, split), back);
}

/// Indices of run time as i32 in [0, dim): negative ones count from the end.
Value normalizeIndices(NodeContext &node, int64_t dim) {
  Type i32 = node.build.ops().getI32Type();
  Value indices = node.build.cast(node.input(1), i32);
  Value zero = node.build.scalar(i32, 0, node.rank(1));
  Value isNegative = node.build.binary<tosa::GreaterOp>(
      zero, indices, node.build.ops().getI1Type());
  return node.build.select(isNegative, node.build.addScalar(indices, dim),
                           indices);
}

LogicalResult convertGather(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  FailureOr<int64_t> axis =
      node.normalizeAxis(node.getInt("axis", 0), node.rank(0));
  if (failed(axis))
    return failure();
  if (!node.element(1).isSignlessInteger(32) &&
      !node.element(1).isSignlessInteger(64))
    return node.error() << "expects INT32 or INT64 indices, but got "
                        << node.element(1);
  Shape shape = gatheredShape(node, *axis);
  if (failed(node.expectShape(shape)))
    return failure();
  int64_t dim = node.shape(0)[*axis];
  if ((dim == 0 || product(shape) == 0) && !node.allInputsConstant())
    return node.error() << "expects data and indices with elements, but got "
                        << shapeText(node.shape(0)) << " and "
                        << shapeText(node.shape(1));
  if (!node.constant(1))
    return node.set(gather(node, *axis, normalizeIndices(node, dim)));

  if (failed(node.reserve(node.element(1), node.shape(1))))
    return failure();
  FailureOr<Shape> indices = readIndices(node, dim);
  if (failed(indices))
    return failure();
  if (node.constant(0)) {
    if (failed(node.reserve(node.element(0), shape)))
      return failure();
    return node.set(gatherConstant(node, *axis, *indices));
  }
  if (isConsecutive(*indices)) {
    Value part = node.build.sliceAxis(node.input(0), *axis, indices->front(),
                                      indices->size());
    return node.set(node.build.reshape(part, shape));
  }
  HostTensor list = HostTensor::zeros(node.build.ops().getI32Type(),
                                      {int64_t(indices->size())});
  for (auto [i, index] : llvm::enumerate(*indices))
    list.set(i, index);
  return node.set(gather(node, *axis, node.build.constant(list)));
}

} // namespace

void quantc::onnx::addGathers(ConversionTable &table) {
  table.conversions["Gather"] = convertGather;
}
