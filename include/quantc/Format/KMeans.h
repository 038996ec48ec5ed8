//===- KMeans.h - The best few numbers for many -----------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FORMAT_KMEANS_H
#define QUANTC_FORMAT_KMEANS_H

#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace quantc::format {

/// The `count` numbers, ascending, with the least sum of
/// weight * (value - nearest number)^2. Exact up to 65,536 distinct values, by
/// dynamic programming over the sorted values (rows of the cost matrix are
/// monotone, so each takes O(n log n)); more values are first merged into
/// 65,536 neighbourhoods, and Lloyd's steps over all of them follow.
///
/// `weights` may be empty: all are 1. With fewer distinct values than `count`,
/// the largest is repeated.
std::vector<double> kMeans(llvm::ArrayRef<double> values,
                           llvm::ArrayRef<double> weights, unsigned count);

} // namespace quantc::format

#endif // QUANTC_FORMAT_KMEANS_H
