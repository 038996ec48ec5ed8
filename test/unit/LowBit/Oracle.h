//===- Oracle.h - Exact arithmetic to compare with --------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TEST_UNIT_LOWBIT_ORACLE_H
#define QUANTC_TEST_UNIT_LOWBIT_ORACLE_H

#include <cstdint>

namespace quantc::oracle {

/// The number mantissa * 2^exponent. Products and sums of a few of them are
/// exact; every rounding is an explicit call, in integers.
struct Exact {
  __int128 mantissa = 0;
  int exponent = 0;
};

Exact exact(int64_t value);
Exact exact(float value);
Exact product(Exact a, Exact b);
Exact sum(Exact a, Exact b);

/// Rounds half to even to `bits` significant bits.
Exact round(Exact value, int bits);

/// Rounds half to even to an integer.
int64_t roundToInteger(Exact value);

/// f32 of an exact number.
Exact f32(Exact value);

/// f32(f64(numerator / denominator)).
Exact quotient(Exact numerator, Exact denominator);

/// clamp(round_half_even(real) + zeroPoint, lowest, highest)
int64_t code(Exact real, int64_t zeroPoint, int64_t lowest, int64_t highest);

} // namespace quantc::oracle

#endif // QUANTC_TEST_UNIT_LOWBIT_ORACLE_H
