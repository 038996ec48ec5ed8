//===- RealRange.h - An interval of reals -----------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_REALRANGE_H
#define QUANTC_SUPPORT_REALRANGE_H

#include <algorithm>

namespace quantc {

/// The reals from `min` to `max`, both included; `min <= max`. A single point
/// is a range too: the value of a constant activation.
struct RealRange {
  double min = 0;
  double max = 0;

  bool operator==(const RealRange &other) const {
    return min == other.min && max == other.max;
  }
  bool operator!=(const RealRange &other) const { return !(*this == other); }
};

/// The smallest range that holds both.
inline RealRange unite(RealRange lhs, RealRange rhs) {
  return {std::min(lhs.min, rhs.min), std::max(lhs.max, rhs.max)};
}

} // namespace quantc

#endif // QUANTC_SUPPORT_REALRANGE_H
