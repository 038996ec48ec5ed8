//===- ParametersTest.cpp - Known answers of scales and zero points -------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Parameters.h"

#include "gtest/gtest.h"
#include <limits>

using namespace quantc::lowbit;

TEST(Parameters, CoverTheRangeWithZeroAmongTheCodes) {
  Parameters p = chooseAsymmetric(-1.0, 3.0, -128, 127);
  EXPECT_EQ(p.scale, static_cast<double>(4.0f / 255.0f));
  EXPECT_EQ(p.zeroPoint, -64); // -128 + 255 / 4 = -64.25
  p = chooseAsymmetric(-1.0, 3.0, 0, 255);
  EXPECT_EQ(p.zeroPoint, 64);
  p = chooseAsymmetric(0.0, 2.55, 0, 255);
  EXPECT_EQ(p.scale, static_cast<double>(0.01f));
  EXPECT_EQ(p.zeroPoint, 0);
  p = chooseAsymmetric(-2.55, 0.0, 0, 255);
  EXPECT_EQ(p.zeroPoint, 255);
}

TEST(Parameters, ZeroIsForcedIntoTheRange) {
  Parameters p = chooseAsymmetric(2.0, 5.1, 0, 255);
  EXPECT_EQ(p.scale, static_cast<double>(0.02f));
  EXPECT_EQ(p.zeroPoint, 0);
  p = chooseAsymmetric(-5.1, -2.0, 0, 255);
  EXPECT_EQ(p.zeroPoint, 255);
}

TEST(Parameters, DegenerateRangesGiveValidScales) {
  Parameters p = chooseAsymmetric(0.0, 0.0, 0, 255);
  EXPECT_EQ(p.scale, 1.0);
  EXPECT_EQ(p.zeroPoint, 0);
  EXPECT_EQ(chooseAsymmetric(0.0, 0.0, -128, 127).zeroPoint, -128);
  // Below the smallest normal f32, and a constant that is not 0.
  EXPECT_EQ(chooseAsymmetric(0.0, 1e-42, 0, 255).scale,
            static_cast<double>(std::numeric_limits<float>::min()));
  EXPECT_EQ(chooseAsymmetric(5.1, 5.1, 0, 255).scale,
            static_cast<double>(0.02f));
  // The whole of f32, and beyond.
  EXPECT_EQ(chooseAsymmetric(-3.4e38, 3.4e38, 0, 255).zeroPoint, 128);
  EXPECT_EQ(chooseAsymmetric(-1e300, 1e300, 0, 255).scale,
            static_cast<double>(std::numeric_limits<float>::max()));
}

TEST(Parameters, SymmetricScales) {
  EXPECT_EQ(chooseSymmetric(1.27, 127), static_cast<double>(0.01f));
  EXPECT_EQ(chooseSymmetric(0.0, 127), 1.0);
  EXPECT_EQ(chooseSymmetric(1e-43, 127),
            static_cast<double>(std::numeric_limits<float>::min()));
}
