//===- Strided.cpp - Gather elements of a tensor in another order ---------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Strided.h"

#include <algorithm>
#include <cstring>

using namespace llvm;

/// Columns that are gathered side by side: their cache lines serve the rows
/// that follow, too.
static constexpr int64_t kBlock = 32;

SmallVector<int64_t> quantc::rowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t d = int64_t(shape.size()) - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

namespace {

/// The two innermost dimensions, of elements of `width` bytes.
struct Matrix {
  int64_t rowStride, columnStride, rows, columns;

  /// `Width` is known at compile time, so that a copy is a load and a store.
  template <size_t Width>
  void gather(const char *source, char *target) const {
    for (int64_t block = 0; block < columns; block += kBlock) {
      int64_t end = std::min(block + kBlock, columns);
      for (int64_t row = 0; row < rows; ++row) {
        const char *from = source + row * rowStride * int64_t(Width);
        char *to = target + row * columns * int64_t(Width);
        for (int64_t column = block; column < end; ++column)
          std::memcpy(to + column * int64_t(Width),
                      from + column * columnStride * int64_t(Width), Width);
      }
    }
  }

  void gather(const char *source, char *target, size_t width) const {
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t column = 0; column < columns; ++column)
        std::memcpy(target + (row * columns + column) * int64_t(width),
                    source + (row * rowStride + column * columnStride) *
                                 int64_t(width),
                    width);
  }
};

} // namespace

static void gatherMatrix(const char *source, char *target, size_t width,
                         const Matrix &matrix) {
  switch (width) {
  case 1:
    return matrix.gather<1>(source, target);
  case 2:
    return matrix.gather<2>(source, target);
  case 4:
    return matrix.gather<4>(source, target);
  case 8:
    return matrix.gather<8>(source, target);
  default:
    return matrix.gather(source, target, width);
  }
}

void quantc::gatherStrided(const char *source, char *target, size_t width,
                           ArrayRef<int64_t> strides, ArrayRef<int64_t> sizes) {
  // Elements that are side by side in both are one.
  if (!sizes.empty() && strides.back() == 1 && sizes.back() != 1 &&
      llvm::all_of(strides.drop_back(),
                   [&](int64_t s) { return s % sizes.back() == 0; })) {
    SmallVector<int64_t> coarse(strides.drop_back());
    for (int64_t &stride : coarse)
      stride /= sizes.back();
    return gatherStrided(source, target, width * size_t(sizes.back()), coarse,
                         sizes.drop_back());
  }
  if (sizes.size() <= 2) {
    Matrix matrix{0, 0, 1, 1};
    if (!sizes.empty()) {
      matrix.columns = sizes.back();
      matrix.columnStride = strides.back();
    }
    if (sizes.size() == 2) {
      matrix.rows = sizes.front();
      matrix.rowStride = strides.front();
    }
    return gatherMatrix(source, target, width, matrix);
  }
  int64_t step = int64_t(width);
  for (int64_t size : sizes.drop_front())
    step *= size;
  for (int64_t i = 0; i < sizes.front(); ++i)
    gatherStrided(source + i * strides.front() * int64_t(width),
                  target + i * step, width, strides.drop_front(),
                  sizes.drop_front());
}
