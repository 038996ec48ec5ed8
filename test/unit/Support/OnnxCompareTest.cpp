//===- OnnxCompareTest.cpp - ONNX's rule for equal outputs ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/OnnxCompare.h"

#include "gtest/gtest.h"
#include <cmath>
#include <vector>

using namespace quantc;
using onnx::DataType;

template <typename T>
static OnnxComparison compare(DataType type, std::vector<T> actual,
                              std::vector<T> expected) {
  return compareLikeOnnx(type, actual.data(), expected.data(),
                         int64_t(actual.size()));
}

TEST(OnnxCompare, FloatsMayBeNear) {
  // The bound for 1000 is 1 + 1e-7; 0.875 and 1.125 are exact in f32.
  auto near = compare<float>(DataType::Float, {1000.875f}, {1000});
  EXPECT_FALSE(near.difference);
  EXPECT_FALSE(near.isExact);
  auto far = compare<float>(DataType::Float, {1, 1001.125f}, {1, 1000});
  ASSERT_TRUE(far.difference);
  EXPECT_EQ(far.difference->count, 1);
  EXPECT_EQ(far.difference->first, 1);
  EXPECT_EQ(far.difference->actual, "1001.125");
  EXPECT_EQ(far.difference->expected, "1000");
  // Around zero only 1e-7 is left.
  EXPECT_FALSE(compare<double>(DataType::Double, {0.9e-7}, {0}).difference);
  EXPECT_TRUE(compare<double>(DataType::Double, {1.1e-7}, {0}).difference);
}

TEST(OnnxCompare, SpecialValuesEqualThemselves) {
  const float nan = NAN, inf = INFINITY;
  auto same = compare<float>(DataType::Float, {nan, inf}, {-nan, inf});
  EXPECT_FALSE(same.difference);
  EXPECT_TRUE(same.isExact);
  EXPECT_TRUE(compare<float>(DataType::Float, {inf}, {-inf}).difference);
  EXPECT_TRUE(compare<float>(DataType::Float, {inf}, {3e38f}).difference);
  EXPECT_TRUE(compare<float>(DataType::Float, {nan}, {0}).difference);
  auto zero = compare<float>(DataType::Float, {-0.0f}, {0.0f});
  EXPECT_FALSE(zero.difference);
  EXPECT_FALSE(zero.isExact);
}

TEST(OnnxCompare, IntegersAreEqual) {
  auto far = compare<int64_t>(DataType::Int64, {-1, 1000001}, {-1, 1000000});
  ASSERT_TRUE(far.difference);
  EXPECT_EQ(far.difference->actual, "1000001");
  auto narrow = compare<int8_t>(DataType::Int4, {-8}, {7});
  ASSERT_TRUE(narrow.difference);
  EXPECT_EQ(narrow.difference->actual, "-8");
  auto large = compare<uint8_t>(DataType::Uint8, {200}, {201});
  EXPECT_EQ(large.difference->actual, "200");
}

TEST(OnnxCompare, NarrowFloatsAreCodes) {
  // E5M2: 0x3c is 1, 0x7f and 0xfe are NaN, 0x80 is -0.
  EXPECT_TRUE(compare<uint8_t>(DataType::Float8E5M2, {0x7f}, {0xfe}).isExact);
  EXPECT_FALSE(compare<uint8_t>(DataType::Float8E5M2, {0x80}, {0}).difference);
  auto far = compare<uint8_t>(DataType::Float8E5M2, {0x3d}, {0x3c});
  ASSERT_TRUE(far.difference);
  EXPECT_EQ(far.difference->actual, "1.25");
  // E2M1: 0b0111 is 6, 0b1111 is -6.
  auto four = compare<uint8_t>(DataType::Float4E2M1, {15}, {7});
  ASSERT_TRUE(four.difference);
  EXPECT_EQ(four.difference->actual, "-6");
  EXPECT_EQ(four.difference->expected, "6");
}

TEST(OnnxCompare, ComparesStrings) {
  Array narrow = cantFail(Array::create({"a", "b"}, {2}));
  Array wide = cantFail(Array::create({"a", "bc"}, {2}));
  EXPECT_FALSE(compareStrings(wide, wide).difference);
  OnnxComparison result = compareStrings(narrow, wide);
  ASSERT_TRUE(bool(result.difference));
  EXPECT_FALSE(result.isExact);
  EXPECT_EQ(toString(*result.difference, 2),
            "1 of 2 elements differ; the first is element 1: got 'b', expected "
            "'bc'");
}
