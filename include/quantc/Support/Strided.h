//===- Strided.h - Gather elements of a tensor in another order -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_STRIDED_H
#define QUANTC_SUPPORT_STRIDED_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

namespace quantc {

/// How many elements lie between neighbours of each dimension, row-major.
llvm::SmallVector<int64_t> rowMajorStrides(llvm::ArrayRef<int64_t> shape);

/// Writes the elements at sum(index[d] * strides[d]) in row-major order of the
/// index over `sizes`. Elements are `width` bytes and strides count elements;
/// they may be negative.
void gatherStrided(const char *source, char *target, size_t width,
                   llvm::ArrayRef<int64_t> strides,
                   llvm::ArrayRef<int64_t> sizes);

} // namespace quantc

#endif // QUANTC_SUPPORT_STRIDED_H
