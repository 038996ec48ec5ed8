//===- AxisMatrix.cpp - A constant matrix along one axis ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "AxisMatrix.h"

using namespace mlir;
using namespace quantc::onnx;

FailureOr<Value> quantc::onnx::multiplyAlong(NodeContext &node, Value x,
                                             int64_t axis, AxisMatrix matrix) {
  Type element = elementOf(x);
  Shape shape{1, matrix.columns, matrix.rows};
  if (failed(node.reserve(element, shape)))
    return failure();
  HostTensor weights = HostTensor::zeros(element, shape);
  for (int64_t row = 0; row < matrix.rows; ++row)
    for (int64_t column = 0; column < matrix.columns; ++column)
      weights.set(column * matrix.rows + row, matrix.at(row, column));

  // The axis goes to the end, and all others are rows of one product.
  int64_t rank = shapeOf(x).size();
  Shape forth, back(rank, 0);
  for (int64_t d = 0; d < rank; ++d)
    if (d != axis)
      forth.push_back(d);
  forth.push_back(axis);
  for (auto [to, from] : llvm::enumerate(forth))
    back[from] = to;
  Value moved = node.build.transpose(x, forth);
  Shape result(shapeOf(moved));
  int64_t rows = *countElements(result) / matrix.columns;
  Value product =
      node.build.matmul(node.build.reshape(moved, {1, rows, matrix.columns}),
                        node.build.constant(weights));
  result.back() = matrix.rows;
  return node.build.transpose(node.build.reshape(product, result), back);
}
