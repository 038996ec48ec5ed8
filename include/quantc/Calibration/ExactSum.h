//===- ExactSum.h - Sums of floats without rounding -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_CALIBRATION_EXACTSUM_H
#define QUANTC_CALIBRATION_EXACTSUM_H

#include <array>
#include <cstdint>

namespace quantc {

/// The exact sum of finite f32 values: one big fixed-point integer whose unit
/// is the smallest subnormal number, 2^-149. Integer addition is associative
/// and commutative, so the order of adding and merging makes no difference.
/// Holds sums of at least 2^100 values.
class ExactSum {
public:
  /// Adds `value`, which must be finite.
  void add(float value);

  void merge(const ExactSum &other);

  /// The sum divided by `count`, rounded once to the nearest double (ties to
  /// even) before the division. 0 if `count` is 0.
  double meanOver(int64_t count) const;

  /// The sum, rounded to the nearest double, ties to even.
  double toDouble() const;

  bool operator==(const ExactSum &other) const { return words == other.words; }

private:
  /// Two's complement, least significant word first.
  std::array<uint64_t, 6> words = {};
};

} // namespace quantc

#endif // QUANTC_CALIBRATION_EXACTSUM_H
