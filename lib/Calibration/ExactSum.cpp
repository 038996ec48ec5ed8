//===- ExactSum.cpp - Sums of floats without rounding ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Calibration/ExactSum.h"

#include "llvm/ADT/bit.h"
#include <cassert>
#include <cmath>

using namespace quantc;
using Words = std::array<uint64_t, 6>;

static void addTo(Words &words, const Words &other) {
  uint64_t carry = 0;
  for (size_t i = 0; i != words.size(); ++i) {
    uint64_t sum = words[i] + other[i];
    uint64_t overflow = sum < words[i];
    words[i] = sum + carry;
    carry = overflow | (words[i] < carry);
  }
}

static Words negate(Words words) {
  for (uint64_t &word : words)
    word = ~word;
  addTo(words, Words{1});
  return words;
}

void ExactSum::add(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  uint32_t exponent = bits >> 23 & 0xff;
  assert(exponent != 0xff && "only finite values have a sum");
  uint64_t mantissa = bits & 0x7fffff;
  if (exponent != 0)
    mantissa |= 0x800000;
  // value = mantissa * 2^(shift - 149)
  uint32_t shift = exponent == 0 ? 0 : exponent - 1;
  Words term = {};
  term[shift / 64] = mantissa << shift % 64;
  if (shift % 64 > 40)
    term[shift / 64 + 1] = mantissa >> (64 - shift % 64);
  addTo(words, bits >> 31 ? negate(term) : term);
}

void ExactSum::merge(const ExactSum &other) { addTo(words, other.words); }

double ExactSum::toDouble() const {
  bool isNegative = words.back() >> 63;
  Words magnitude = isNegative ? negate(words) : words;
  int top = static_cast<int>(magnitude.size()) - 1;
  while (top > 0 && magnitude[top] == 0)
    --top;
  // The first 64 bits of the number, with all that follows as one sticky bit.
  int zeros = llvm::countl_zero(magnitude[top]);
  uint64_t leading = magnitude[top];
  bool isInexact = false;
  int exponent = 64 * top - 149;
  if (top > 0) {
    uint64_t below = magnitude[top - 1];
    if (zeros > 0) {
      leading = leading << zeros | below >> (64 - zeros);
      below <<= zeros;
      exponent -= zeros;
    }
    isInexact = below != 0;
    for (int i = top - 2; i >= 0; --i)
      isInexact |= magnitude[i] != 0;
  }
  // 64 bits to 53: the conversion rounds to nearest even, and the sticky bit
  // lies far below its half-way point.
  double result =
      std::ldexp(static_cast<double>(leading | isInexact), exponent);
  return isNegative ? -result : result;
}

double ExactSum::meanOver(int64_t count) const {
  return count == 0 ? 0.0 : toDouble() / static_cast<double>(count);
}
