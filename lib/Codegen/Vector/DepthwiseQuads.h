//===- DepthwiseQuads.h - Four rows of the input in a lane ------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_DEPTHWISEQUADS_H
#define QUANTC_LIB_CODEGEN_VECTOR_DEPTHWISEQUADS_H

#include "dialects/Kernel/IR/Kernel.h"
#include "llvm/Support/MathExtras.h"

namespace quantc::codegen {

/// Rows in the bytes of a lane.
constexpr int64_t kRows = 4;

/// Which rows of the input a tile of a depthwise convolution sees, four at a
/// time.
struct RowQuads {
  explicit RowQuads(kernel::DepthwiseConv2DOp op)
      : kernelRows(op.getKernel()[0]), stride(op.getStride()[0]) {}

  /// Rows of the input that `rows` of the output see, and lanes' worth of them.
  int64_t inputRows(int64_t rows) const {
    return (rows - 1) * stride + kernelRows;
  }
  int64_t count(int64_t rows) const {
    return llvm::divideCeil(inputRows(rows), kRows);
  }
  /// Whether output `row` of a tile has taps among the four rows of `quad`.
  bool sees(int64_t row, int64_t quad) const {
    int64_t first = row * stride;
    return first < (quad + 1) * kRows && first + kernelRows > quad * kRows;
  }
  /// How often a tile of `rows` multiplies a column of the kernel.
  int64_t dots(int64_t rows) const {
    int64_t dots = 0;
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t quad = 0; quad < count(rows); ++quad)
        dots += sees(row, quad);
    return dots;
  }

  int64_t kernelRows, stride;
};

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_DEPTHWISEQUADS_H
