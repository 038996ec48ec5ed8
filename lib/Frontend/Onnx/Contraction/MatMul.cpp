//===- MatMul.cpp - MatMul and Gemm ---------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "../Elementwise/Elementwise.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// A (.., M, K) x B (K, N): all leading dimensions are rows, so the weights
/// stay one matrix.
Value multiplyByMatrix(NodeContext &node, Value lhs, Value rhs) {
  Shape result(shapeOf(lhs));
  int64_t k = result.back(), rows = 1;
  result.back() = shapeOf(rhs)[1];
  for (int64_t dim : llvm::ArrayRef(result).drop_back())
    rows *= dim;
  Value product = node.build.matmul(node.build.reshape(lhs, {1, rows, k}),
                                    node.build.withRank(rhs, 3));
  return node.build.reshape(product, result);
}

/// Both operands have batch dimensions, which broadcast.
Value multiplyBatches(NodeContext &node, Value lhs, Value rhs,
                      llvm::ArrayRef<int64_t> batch) {
  auto flatten = [&](Value value) {
    Shape shape(batch);
    int64_t count = 1;
    for (int64_t dim : batch)
      count *= dim;
    llvm::ArrayRef<int64_t> matrix = shapeOf(value).take_back(2);
    shape.append(matrix.begin(), matrix.end());
    Shape flat{count, matrix[0], matrix[1]};
    return node.build.reshape(node.build.broadcastTo(value, shape), flat);
  };
  Shape result(batch);
  result.append({shapeOf(lhs).take_back(2)[0], shapeOf(rhs).back()});
  return node.build.reshape(node.build.matmul(flatten(lhs), flatten(rhs)),
                            result);
}

LogicalResult checkFactors(NodeContext &node) {
  if (failed(expectKind(node, 0, kNumbers)))
    return failure();
  if (node.element(1) != node.element(0))
    return node.error() << "expects operands of one element type, but got "
                        << node.element(0) << " and " << node.element(1);
  if (failed(node.expectFinite(0)) || failed(node.expectFinite(1)))
    return failure();
  return success();
}

/// MatMul as numpy.matmul: a vector is a matrix of one row or column that
/// vanishes from the result.
LogicalResult convertMatMul(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)) || failed(checkFactors(node)))
    return failure();
  Shape left(node.shape(0)), right(node.shape(1));
  if (left.empty() || right.empty())
    return node.error() << "expects operands of rank 1 or more, but got "
                        << shapeText(left) << " and " << shapeText(right);
  bool isRow = left.size() == 1, isColumn = right.size() == 1;
  if (isRow)
    left.insert(left.begin(), 1);
  if (isColumn)
    right.push_back(1);
  auto batch = broadcastShapes(llvm::ArrayRef(left).drop_back(2),
                               llvm::ArrayRef(right).drop_back(2));
  if (left.back() != right[right.size() - 2] || !batch)
    return node.error() << "expects shapes (.., M, K) and (.., K, N), but got "
                        << shapeText(node.shape(0)) << " and "
                        << shapeText(node.shape(1));
  Shape shape(*batch);
  shape.append({left[left.size() - 2], right.back()});
  if (failed(node.expectShape(shape)))
    return failure();

  Value lhs = node.build.reshape(node.input(0), left);
  Value rhs = node.build.reshape(node.input(1), right);
  Value result = right.size() == 2 ? multiplyByMatrix(node, lhs, rhs)
                                   : multiplyBatches(node, lhs, rhs, *batch);
  if (isColumn)
    shape.pop_back();
  if (isRow)
    shape.erase(shape.end() - (isColumn ? 1 : 2));
  return node.set(node.build.reshape(result, shape));
}

/// A or B of a Gemm: [1, rows, columns], transposed and scaled. A constant is
/// transposed and scaled here.
Value gemmOperand(NodeContext &node, size_t index, bool isTransposed,
                  double factor) {
  llvm::SmallVector<int64_t> permutation{0, 1};
  if (isTransposed)
    std::swap(permutation[0], permutation[1]);
  const HostTensor *constant = node.constant(index);
  if (!constant) {
    Value value = node.build.transpose(node.input(index), permutation);
    return node.build.withRank(value, 3);
  }
  HostTensor matrix = constant->transposed(permutation);
  if (matrix.isSplat())
    matrix = HostTensor::splat(matrix.elementType(), matrix.shape(),
                               matrix.asDouble(0) * factor);
  else if (factor != 1.0)
    for (int64_t i = 0, e = matrix.count(); i < e; ++i)
      matrix.set(i, matrix.asDouble(i) * factor);
  llvm::ArrayRef<int64_t> shape = matrix.shape();
  return node.build.constant(matrix.reshaped({1, shape[0], shape[1]}));
}

/// beta * C, computed here if C is a constant.
Value scaledBias(NodeContext &node, double beta) {
  const HostTensor *constant = node.constant(2);
  if (beta == 1)
    return node.input(2);
  if (!constant)
    return node.build.mulScalar(node.input(2), beta);
  HostTensor scaled = HostTensor::zeros(node.element(2), node.shape(2));
  for (int64_t i = 0, e = scaled.count(); i < e; ++i)
    scaled.set(i, constant->asDouble(i) * beta);
  return node.build.constant(scaled);
}

/// Gemm: alpha * op(A) * op(B) + beta * C
LogicalResult convertGemm(NodeContext &node) {
  if (failed(node.expectInputs(2, 3)) || failed(checkFactors(node)))
    return failure();
  if (node.rank(0) != 2 || node.rank(1) != 2)
    return node.error() << "expects matrices, but got "
                        << shapeText(node.shape(0)) << " and "
                        << shapeText(node.shape(1));
  bool transA = node.getInt("transA", 0), transB = node.getInt("transB", 0);
  double alpha = node.getFloat("alpha", 1), beta = node.getFloat("beta", 1);
  int64_t m = node.shape(0)[transA], k = node.shape(0)[!transA];
  int64_t n = node.shape(1)[!transB];
  if (node.shape(1)[transB] != k)
    return node.error() << "expects operands that share " << k
                        << " as inner dimension, but got "
                        << shapeText(node.shape(0)) << " and "
                        << shapeText(node.shape(1));
  Shape shape{1, m, n};
  if (failed(node.expectShape(shape)))
    return failure();
  bool hasBias = node.hasInput(2) && beta != 0;
  if (hasBias && broadcastShapes(shape, node.shape(2)) != shape)
    return node.error() << "expects C to broadcast to [" << m << ", " << n
                        << "], but got " << shapeText(node.shape(2));
  if (hasBias && (failed(node.expectFinite(2)) ||
                  (beta != 1 && node.constant(2) &&
                   failed(node.reserve(node.element(2), node.shape(2))))))
    return failure();

  bool foldsAlpha = node.constant(1);
  Value result =
      node.build.matmul(gemmOperand(node, 0, transA, 1.0),
                        gemmOperand(node, 1, transB, foldsAlpha ? alpha : 1));
  if (!foldsAlpha && alpha != 1)
    result = node.build.mulScalar(result, alpha);
  if (hasBias) {
    result = node.build.add(result, scaledBias(node, beta));
  }
  return node.set(node.build.reshape(result, {m, n}));
}

} // namespace

void quantc::onnx::addMatMuls(ConversionTable &table) {
  table.conversions["Gemm"] = convertGemm;
  table.conversions["MatMul"] = convertMatMul;
}
