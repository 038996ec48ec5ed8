//===- AxisMatrix.h - A constant matrix along one axis ----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_AXISMATRIX_H
#define QUANTC_FRONTEND_ONNX_AXISMATRIX_H

#include "../NodeContext.h"

namespace quantc::onnx {

/// A matrix of `rows` x `columns`, in row-major order.
struct AxisMatrix {
  AxisMatrix(int64_t rows, int64_t columns)
      : rows(rows), columns(columns), numbers(rows * columns, 0.0) {}

  double &at(int64_t row, int64_t column) {
    return numbers[row * columns + column];
  }

  int64_t rows, columns;
  std::vector<double> numbers;
};

/// result[..., r, ...] = sum over c of matrix[r, c] * x[..., c, ...] along one
/// axis of a float tensor: what resizing, Fourier transforms and the like are.
/// Fails if the matrix does not fit into the memory for constants.
mlir::FailureOr<mlir::Value> multiplyAlong(NodeContext &node, mlir::Value x,
                                           int64_t axis, AxisMatrix matrix);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_AXISMATRIX_H
