//===- Oracle.cpp - Exact arithmetic to compare with ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Oracle.h"

#include <algorithm>
#include <cstring>

using namespace quantc;
using namespace quantc::oracle;

static int width(unsigned __int128 value) {
  int bits = 0;
  for (; value; value >>= 1)
    ++bits;
  return bits;
}

/// mantissa / 2^shift, half to even.
static __int128 shiftRight(__int128 mantissa, int shift) {
  bool isNegative = mantissa < 0;
  unsigned __int128 magnitude = isNegative ? -mantissa : mantissa;
  if (shift >= 127)
    return 0;
  unsigned __int128 kept = magnitude >> shift;
  unsigned __int128 rest = magnitude - (kept << shift);
  unsigned __int128 half = static_cast<unsigned __int128>(1) << (shift - 1);
  if (rest > half || (rest == half && (kept & 1)))
    ++kept;
  return isNegative ? -static_cast<__int128>(kept)
                    : static_cast<__int128>(kept);
}

Exact oracle::exact(int64_t value) { return {value, 0}; }

Exact oracle::exact(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  int field = (bits >> 23) & 255;
  __int128 mantissa = bits & 0x7fffff;
  if (field)
    mantissa |= 0x800000;
  if (bits >> 31)
    mantissa = -mantissa;
  return {mantissa, (field ? field : 1) - 150};
}

Exact oracle::product(Exact a, Exact b) {
  return {a.mantissa * b.mantissa, a.exponent + b.exponent};
}

Exact oracle::sum(Exact a, Exact b) {
  if (a.exponent < b.exponent)
    std::swap(a, b);
  return {(a.mantissa << (a.exponent - b.exponent)) + b.mantissa, b.exponent};
}

Exact oracle::round(Exact value, int bits) {
  int excess =
      width(value.mantissa < 0 ? -value.mantissa : value.mantissa) - bits;
  if (excess <= 0)
    return value;
  return {shiftRight(value.mantissa, excess), value.exponent + excess};
}

int64_t oracle::roundToInteger(Exact value) {
  if (value.exponent >= 0)
    return static_cast<int64_t>(value.mantissa << value.exponent);
  return static_cast<int64_t>(shiftRight(value.mantissa, -value.exponent));
}

Exact oracle::f32(Exact value) { return round(value, 24); }

Exact oracle::quotient(Exact numerator, Exact denominator) {
  // 60 more bits than f64 keeps, and a last bit that says whether more follow.
  int shift = 120 - width(numerator.mantissa);
  __int128 scaled = numerator.mantissa << shift;
  __int128 result = scaled / denominator.mantissa;
  bool isInexact = scaled % denominator.mantissa != 0;
  Exact wide = {(result << 1) | (isInexact ? 1 : 0),
                numerator.exponent - shift - denominator.exponent - 1};
  return round(round(wide, 53), 24);
}

int64_t oracle::code(Exact real, int64_t zeroPoint, int64_t lowest,
                     int64_t highest) {
  return std::clamp(roundToInteger(real) + zeroPoint, lowest, highest);
}
