//===- FloatTest.cpp - f32 kernels against sums in f64 --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Programs.h"

#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace quantc;

namespace {

/// y = clamp(conv(x, w) + b) over 7x9 pixels, 5 to 21 channels, 3x3, stride 1,
/// padding 1; w[o,i,j,c] = ((o + 2i + 3j + 5c) % 7 - 3) / 8 and b[o] = o / 4.
constexpr int64_t kHeight = 7, kWidth = 9, kIn = 5, kOut = 21;

double weight(int64_t o, int64_t i, int64_t j, int64_t c) {
  return ((o + 2 * i + 3 * j + 5 * c) % 7 - 3) / 8.0;
}

std::string program() {
  std::string weights, bias;
  for (int64_t o = 0; o < kOut; ++o) {
    weights += o ? ", [" : "[";
    for (int64_t i = 0; i < 3; ++i) {
      weights += i ? ", [" : "[";
      for (int64_t j = 0; j < 3; ++j) {
        weights += j ? ", [" : "[";
        for (int64_t c = 0; c < kIn; ++c)
          weights += (c ? ", " : "") +
                     llvm::formatv("{0:f4}", weight(o, i, j, c)).str();
        weights += "]";
      }
      weights += "]";
    }
    weights += "]";
    bias += (o ? ", " : "") + llvm::formatv("{0:f4}", o / 4.0).str();
  }
  return llvm::formatv(
             "func.func @f(%x: tensor<1x{0}x{1}x{2}xf32>) -> "
             "tensor<1x{0}x{1}x{3}xf32> {{\n"
             "  %w = \"tosa.const\"() <{{values = dense<[{4}]> : "
             "tensor<{3}x3x3x{2}xf32>}> : () -> tensor<{3}x3x3x{2}xf32>\n"
             "  %b = \"tosa.const\"() <{{values = dense<[{5}]> : "
             "tensor<{3}xf32>}> : () -> tensor<{3}xf32>\n"
             "  %z = \"tosa.const\"() <{{values = dense<0.0> : tensor<1xf32>}> "
             ": () -> tensor<1xf32>\n"
             "  %c = tosa.conv2d %x, %w, %b, %z, %z {{acc_type = f32, pad = "
             "array<i64: 1, 1, 1, 1>, "
             "stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : "
             "(tensor<1x{0}x{1}x{2}xf32>, "
             "tensor<{3}x3x3x{2}xf32>, tensor<{3}xf32>, tensor<1xf32>, "
             "tensor<1xf32>) -> tensor<1x{0}x{1}x{3}xf32>\n"
             "  %y = tosa.clamp %c {{min_val = 0.0 : f32, max_val = 40.0 : "
             "f32} : (tensor<1x{0}x{1}x{3}xf32>) -> tensor<1x{0}x{1}x{3}xf32>\n"
             "  return %y : tensor<1x{0}x{1}x{3}xf32>\n}\n",
             kHeight, kWidth, kIn, kOut, weights, bias)
      .str();
}

double expected(const std::vector<float> &x, int64_t row, int64_t column,
                int64_t o) {
  double sum = o / 4.0;
  for (int64_t i = 0; i < 3; ++i)
    for (int64_t j = 0; j < 3; ++j)
      for (int64_t c = 0; c < kIn; ++c) {
        int64_t y = row + i - 1, z = column + j - 1;
        if (y < 0 || y >= kHeight || z < 0 || z >= kWidth)
          continue;
        sum += weight(o, i, j, c) * x[(y * kWidth + z) * kIn + c];
      }
  return std::min(std::max(sum, 0.0), 40.0);
}

TEST(KernelFloat, ConvolutionAgreesWithSumsInDoublePrecision) {
  Draw draw(7);
  std::vector<float> x;
  for (int64_t i = 0; i < kHeight * kWidth * kIn; ++i)
    x.push_back(draw.between(-1000, 1000) / 300.0f);
  for (const char *level :
       {"reference", "sse4", "avx2", "avx512", "avxvnni", "vnni"})
    for (bool contract : {false, true}) {
      std::vector<float> y = runProgram(program(), level, x, contract);
      if (y.empty())
        continue; // This machine does not run the level.
      for (int64_t row = 0; row < kHeight; ++row)
        for (int64_t column = 0; column < kWidth; ++column)
          for (int64_t o = 0; o < kOut; ++o)
            ASSERT_NEAR(y[(row * kWidth + column) * kOut + o],
                        expected(x, row, column, o), 1e-4)
                << level << (contract ? ", contracted" : "");
    }
}

TEST(KernelFloat, UncontractedSumsAreTheSameAtEveryLevel) {
  Draw draw(8);
  std::vector<float> x;
  for (int64_t i = 0; i < kHeight * kWidth * kIn; ++i)
    x.push_back(draw.between(-1000, 1000) / 300.0f);
  expectSameBytes(program(), x);
}

} // namespace
