//===- QuantizeRowsTest.cpp - Formats that a program chooses itself -------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Programs.h"

#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace quantc;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kLargest = std::numeric_limits<float>::max();

/// Rows of all magnitudes; some have nothing, or numbers that are none.
std::vector<float> drawRows(Draw &draw, int64_t rows, int64_t depth) {
  std::vector<float> values;
  for (int64_t m = 0; m < rows; ++m) {
    auto exponent = static_cast<int>(draw.between(-150, 120));
    int64_t kind = draw.between(0, 5);
    for (int64_t k = 0; k < depth; ++k) {
      float value = std::ldexp(float(draw.between(-1000, 1000)), exponent);
      if (kind == 0)
        value = draw.coin() ? 0.0f : -0.0f;
      if (kind == 1 && draw.between(0, 3) == 0)
        value = draw.coin() ? kInfinity : -kInfinity;
      if (kind < 3 && kind > 0 && draw.between(0, 3) == 0)
        value = std::numeric_limits<float>::quiet_NaN();
      values.push_back(value);
    }
  }
  return values;
}

/// The dialect's definition, with one rounding for each operation.
struct Row {
  float scale = 1, factor = 1;

  explicit Row(llvm::ArrayRef<float> values) {
    float largest = 0;
    for (float value : values)
      if (!std::isnan(value))
        largest = std::max(largest, std::min(std::abs(value), kLargest));
    if (largest < 0x1p-100f)
      return;
    scale = largest / 127;
    factor = 127 / largest;
  }

  float code(float value) const {
    float real = value * factor;
    if (std::isnan(real))
      return -127;
    float rounded = std::nearbyint(std::clamp<float>(real, -127, 127));
    return rounded + 0.0f; // No code is -0.
  }
};

std::string program(int64_t rows, int64_t depth, bool isScaled) {
  std::string x = "tensor<" + dimensions({rows, depth}) + "f32>";
  return llvm::formatv(
             "!q = !quant.uniform<i8<-127:127>:f32, 1.0>\n"
             "func.func @f(%x: {0}) -> {0} {{\n"
             "  %q, %s = lowbit.quantize_rows %x : {0} to tensor<{1}!q>, "
             "tensor<{2}xf32>\n"
             "  %c = lowbit.dequantize %q : tensor<{1}!q> to {0}\n"
             "  %b = arith.constant dense<0.5> : tensor<{3}xf32>\n"
             "  %y = lowbit.scale_rows %c, %s, %b : ({0}, tensor<{2}xf32>, "
             "tensor<{3}xf32>) -> {0}\n"
             "  return %{4} : {0}\n}\n",
             x, dimensions({rows, depth}), rows, depth, isScaled ? "y" : "c")
      .str();
}

} // namespace

TEST(QuantizeRows, EveryLevelComputesWhatTheDescriptionSays) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    int64_t rows = draw.between(1, 9), depth = draw.between(1, 100);
    std::vector<float> input = drawRows(draw, rows, depth), expected;
    bool isScaled = draw.coin();
    for (int64_t m = 0; m < rows; ++m) {
      llvm::ArrayRef<float> values =
          llvm::ArrayRef(input).slice(m * depth, depth);
      Row row(values);
      for (float value : values) {
        volatile float product = row.code(value) * row.scale;
        expected.push_back(isScaled ? product + 0.5f : row.code(value));
      }
    }
    std::string text = program(rows, depth, isScaled);
    expectBytes(text, input, expected);
    expectSameBytes(text, input);
    if (HasFatalFailure())
      return;
  }
}
