//===- ScaleTest.cpp - Scales as they are stored --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Scale.h"

#include "gtest/gtest.h"
#include <cmath>

using namespace quantc::format;

TEST(ScaleTest, EveryCodeOfE8m0) {
  for (int code = 0; code < 255; ++code) {
    double scale = std::ldexp(1.0, code - 127);
    EXPECT_EQ(decodeScale(ScaleType::E8M0, uint32_t(code)), scale);
    EXPECT_EQ(encodeScale(ScaleType::E8M0, scale), uint32_t(code));
    EXPECT_EQ(roundScale(ScaleType::E8M0, scale), scale);
  }
  EXPECT_TRUE(std::isnan(decodeScale(ScaleType::E8M0, 0xFF)));
  EXPECT_EQ(roundScale(ScaleType::E8M0, 0), 0x1p-127);
  EXPECT_EQ(roundScale(ScaleType::E8M0, 1e300), 0x1p127);
}

TEST(ScaleTest, EveryPositiveCodeOfE4m3) {
  for (uint32_t code = 1; code < 0x7F; ++code) {
    double scale = decodeScale(ScaleType::E4M3, code);
    double expected = code < 8 ? std::ldexp(code, -9)
                               : std::ldexp(8 + code % 8, int(code / 8) - 10);
    EXPECT_EQ(scale, expected);
    EXPECT_EQ(encodeScale(ScaleType::E4M3, scale), code);
    EXPECT_EQ(roundScale(ScaleType::E4M3, scale), scale);
  }
  EXPECT_TRUE(std::isnan(decodeScale(ScaleType::E4M3, 0x7F)));
}

/// A block whose values are small may not lose its scale.
TEST(ScaleTest, NothingRoundsToZeroOrInfinity) {
  EXPECT_EQ(roundScale(ScaleType::E4M3, 1e-20), 0x1p-9);
  EXPECT_EQ(roundScale(ScaleType::E4M3, 460), 448);
  EXPECT_EQ(roundScale(ScaleType::E4M3, 1e20), 448);
  EXPECT_EQ(roundScale(ScaleType::F16, 1e-20), 0x1p-24);
  EXPECT_EQ(roundScale(ScaleType::F16, 1e20), 65504);
  EXPECT_EQ(roundScale(ScaleType::BF16, 1e300), 0x1.fep127);
  EXPECT_EQ(roundScale(ScaleType::F32, 0), 0x1p-126);
}

TEST(ScaleTest, TiesGoToEven) {
  EXPECT_EQ(roundScale(ScaleType::E4M3, 17), 16);
  EXPECT_EQ(roundScale(ScaleType::E4M3, 19), 20);
  EXPECT_EQ(roundScale(ScaleType::F16, 2049), 2048);
  EXPECT_EQ(roundScale(ScaleType::F16, 2051), 2052);
  EXPECT_EQ(roundScale(ScaleType::BF16, 257), 256);
}

TEST(ScaleTest, Neighbours) {
  EXPECT_EQ(neighbour(ScaleType::E8M0, 1, 1), 2);
  EXPECT_EQ(neighbour(ScaleType::E8M0, 0x1p127, 1), 0x1p127);
  EXPECT_EQ(neighbour(ScaleType::E4M3, 16, 1), 18);
  EXPECT_EQ(neighbour(ScaleType::E4M3, 16, -1), 15);
  EXPECT_EQ(neighbour(ScaleType::F16, 1, 1), 1 + 0x1p-10);
  EXPECT_EQ(neighbour(ScaleType::E4M3, 0x1p-9, -1), 0x1p-9);
}

TEST(ScaleTest, Widths) {
  EXPECT_EQ(scaleBits(ScaleType::F32), 32u);
  EXPECT_EQ(scaleBits(ScaleType::F16), 16u);
  EXPECT_EQ(scaleBits(ScaleType::BF16), 16u);
  EXPECT_EQ(scaleBits(ScaleType::E8M0), 8u);
  EXPECT_EQ(scaleBits(ScaleType::E4M3), 8u);
  EXPECT_EQ(scaleBits(ScaleType::PowerOfTwo), 8u);
}
