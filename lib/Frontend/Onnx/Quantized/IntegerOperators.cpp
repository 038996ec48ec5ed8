//===- IntegerOperators.cpp - MatMulInteger and ConvInteger ---------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "Integers.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// MatMulInteger: A, B, zero points of A and of B optional
LogicalResult convertMatMulInteger(NodeContext &node) {
  if (failed(node.expectInputs(2, 4)) || failed(expectBytes(node, 0)) ||
      failed(expectBytes(node, 1)))
    return failure();
  FailureOr<MatMulShapes> shapes = matMulShapes(node, 0, 1);
  if (failed(shapes))
    return failure();
  FailureOr<Value> lhs =
      centredInput(node, 0, 2, shapes->lhs, shapes->lhs.size() - 2);
  FailureOr<Value> rhs =
      centredInput(node, 1, 3, shapes->rhs, shapes->rhs.size() - 1);
  if (failed(lhs) || failed(rhs))
    return failure();
  Value product = multiplyIntegers(node, *lhs, *rhs, *shapes);
  return node.set(node.build.reshape(product, shapes->result));
}

/// ConvInteger: x, w, zero points of x and of w optional
LogicalResult convertConvInteger(NodeContext &node) {
  if (failed(node.expectInputs(2, 4)) || failed(expectBytes(node, 0)) ||
      failed(expectBytes(node, 1)))
    return failure();
  int64_t groups = node.getInt("group", 1);
  FailureOr<Window> window = integerWindow(node, 0, 1, groups);
  if (failed(window))
    return failure();
  FailureOr<Value> x = centredInput(node, 0, 2, node.shape(0), 1);
  FailureOr<Value> w = centredInput(node, 1, 3, node.shape(1), 0);
  if (failed(x) || failed(w))
    return failure();
  return node.set(convolveIntegers(node, *x, *w, *window, groups));
}

} // namespace

void quantc::onnx::addIntegerOperators(ConversionTable &table) {
  table.conversions["ConvInteger"] = convertConvInteger;
  table.conversions["MatMulInteger"] = convertMatMulInteger;
}
