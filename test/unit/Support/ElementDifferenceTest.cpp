//===- ElementDifferenceTest.cpp - Do two arrays hold the same ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/ElementDifference.h"

#include "gtest/gtest.h"
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

using namespace quantc;

template <typename T>
static std::string equal(ElementType type, std::vector<T> actual,
                         std::vector<T> expected) {
  auto difference =
      compareEqual(type, actual.data(), expected.data(), actual.size());
  return difference ? toString(*difference, actual.size()) : "";
}

static std::string close(std::vector<float> actual, std::vector<float> expected,
                         double tolerance) {
  auto difference = compareClose(ElementType::F32, actual.data(),
                                 expected.data(), actual.size(), tolerance);
  return difference ? toString(*difference, actual.size()) : "";
}

TEST(Compare, EqualIntegers) {
  EXPECT_EQ(equal<int8_t>(ElementType::I8, {1, -2, 3}, {1, -2, 3}), "");
  EXPECT_EQ(equal<int8_t>(ElementType::I8, {1, -2, 3}, {1, 2, -3}),
            "2 of 3 elements differ; the first is element 1: got -2, expected "
            "2");
  EXPECT_EQ(equal<uint8_t>(ElementType::U8, {255}, {0}),
            "1 of 1 elements differ; the first is element 0: got 255, expected "
            "0");
  EXPECT_EQ(equal<int64_t>(ElementType::I64, {INT64_MIN}, {INT64_MAX}),
            "1 of 1 elements differ; the first is element 0: got "
            "-9223372036854775808, expected 9223372036854775807");
  EXPECT_EQ(equal<int32_t>(ElementType::I32, {}, {}), "");
}

TEST(Compare, EqualFloats) {
  uint32_t otherNan = 0xffc00123;
  float nan, other = std::numeric_limits<float>::quiet_NaN();
  std::memcpy(&nan, &otherNan, 4);
  EXPECT_EQ(equal<float>(ElementType::F32, {nan, 1}, {other, 1}), "");
  EXPECT_NE(equal<float>(ElementType::F32, {nan}, {1}), "");
  EXPECT_NE(equal<float>(ElementType::F32, {0.0f}, {-0.0f}), "");
  EXPECT_NE(equal<double>(ElementType::F64, {1.0}, {std::nextafter(1.0, 2.0)}),
            "");
  // f16: NaN is 0x7e00 and 0xfe01; 1.0 is 0x3c00.
  EXPECT_EQ(equal<uint16_t>(ElementType::F16, {0x7e00}, {0xfe01}), "");
  EXPECT_EQ(equal<uint16_t>(ElementType::F16, {0x3c00}, {0x4000}),
            "1 of 1 elements differ; the first is element 0: got 1, expected "
            "2");
}

// |actual - expected| <= tolerance * max(1, |expected|)
TEST(Compare, CloseFloats) {
  EXPECT_EQ(close({0.25f, 104.0f}, {0.5f, 100.0f}, 0.25), "");
  EXPECT_EQ(close({0.125f}, {0.5f}, 0.25),
            "1 of 1 elements differ; the first is element 0: got 0.125, "
            "expected 0.5");
  EXPECT_NE(close({130.0f}, {100.0f}, 0.25), "");
  // The larger of the two does not count, but the expected one.
  EXPECT_NE(close({100.0f}, {79.0f}, 0.25), "");
  EXPECT_EQ(close({79.0f}, {100.0f}, 0.25), "");
}

TEST(Compare, CloseToWhatIsNotFinite) {
  float inf = INFINITY, nan = NAN;
  EXPECT_EQ(close({nan, inf, -inf}, {nan, inf, -inf}, 0.1), "");
  EXPECT_NE(close({1}, {inf}, 0.1), "");
  EXPECT_NE(close({inf}, {1}, 0.1), "");
  EXPECT_NE(close({-inf}, {inf}, 0.1), "");
  EXPECT_NE(close({nan}, {1}, 1e30), "");
  EXPECT_NE(close({1}, {nan}, 1e30), "");
}

TEST(Compare, CloseHalves) {
  // bf16: 1.0 is 0x3f80, 1.0078125 is 0x3f81.
  uint16_t actual = 0x3f81, expected = 0x3f80;
  EXPECT_FALSE(compareClose(ElementType::BF16, &actual, &expected, 1, 0.01));
  EXPECT_TRUE(compareClose(ElementType::BF16, &actual, &expected, 1, 0.001));
}
