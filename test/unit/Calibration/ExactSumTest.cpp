//===- ExactSumTest.cpp - Sums of floats without rounding -----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Calibration/ExactSum.h"

#include "Random.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <cfloat>

using namespace quantc;

TEST(ExactSum, SmallValues) {
  ExactSum sum;
  EXPECT_EQ(sum.toDouble(), 0.0);
  sum.add(1.5f);
  sum.add(-0.25f);
  EXPECT_EQ(sum.toDouble(), 1.25);
  EXPECT_EQ(sum.meanOver(2), 0.625);
  EXPECT_EQ(sum.meanOver(0), 0.0);
}

TEST(ExactSum, CancellationKeepsTheSmallestNumber) {
  ExactSum sum;
  sum.add(FLT_MAX);
  sum.add(FLT_TRUE_MIN);
  sum.add(-FLT_MAX);
  EXPECT_EQ(sum.toDouble(), 0x1p-149);
  sum.add(-FLT_TRUE_MIN);
  EXPECT_EQ(sum, ExactSum());
}

TEST(ExactSum, LargestNumbersDoNotOverflow) {
  ExactSum sum;
  for (int i = 0; i != 1024; ++i)
    sum.add(-FLT_MAX);
  EXPECT_EQ(sum.toDouble(), -1024.0 * static_cast<double>(FLT_MAX));
}

// 2^53 + 1 lies half-way between two doubles; anything below decides.
TEST(ExactSum, TiesGoToEven) {
  ExactSum sum;
  sum.add(0x1p53f);
  sum.add(1.0f);
  EXPECT_EQ(sum.toDouble(), 0x1p53);
  sum.add(0x1p-140f);
  EXPECT_EQ(sum.toDouble(), 0x1p53 + 2);
  sum.add(-0x1p-139f);
  EXPECT_EQ(sum.toDouble(), 0x1p53);
  sum.add(2.0f);
  sum.add(0x1p-140f); // 2^53 + 3
  EXPECT_EQ(sum.toDouble(), 0x1p53 + 4);
}

// An __int128 counts units of 2^-64.
TEST(ExactSum, AgreesWithIntegers) {
  std::mt19937_64 engine(1);
  for (int round = 0; round != 200; ++round) {
    ExactSum sum;
    __int128 oracle = 0;
    for (int i = 0; i != 500; ++i) {
      int32_t mantissa = static_cast<int32_t>(engine() % (1 << 25)) - (1 << 24);
      int exponent = static_cast<int>(engine() % 80);
      sum.add(std::ldexp(static_cast<float>(mantissa), exponent - 64));
      oracle += static_cast<__int128>(mantissa) << exponent;
    }
    // This conversion rounds to nearest even as well.
    EXPECT_EQ(sum.toDouble(), std::ldexp(static_cast<double>(oracle), -64));
  }
}

TEST(ExactSum, OrderAndPartitionMakeNoDifference) {
  std::mt19937_64 engine(2);
  std::vector<float> values(2000);
  for (float &value : values)
    value = test::anyFloat(engine);
  ExactSum forwards;
  for (float value : values)
    forwards.add(value);

  std::shuffle(values.begin(), values.end(), engine);
  ExactSum parts[7];
  for (float value : values)
    parts[engine() % 7].add(value);
  std::shuffle(std::begin(parts), std::end(parts), engine);
  ExactSum merged;
  for (const ExactSum &part : parts)
    merged.merge(part);
  EXPECT_EQ(merged, forwards);
  EXPECT_EQ(merged.toDouble(), forwards.toDouble());
}
