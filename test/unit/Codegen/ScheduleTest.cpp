//===- ScheduleTest.cpp - Schedules change no byte ------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Programs.h"

#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

using namespace quantc;

namespace {

constexpr int64_t kHeight = 11, kWidth = 12, kChannels = 80;

/// A depthwise convolution of 3x3, whose channels take whole registers of bytes
/// and some more; `schedule` is an attribute or nothing.
std::string depthwise(llvm::StringRef schedule) {
  Draw draw(5);
  std::string in = dimensions({1, kHeight, kWidth, kChannels});
  std::string out = dimensions({1, kHeight - 2, kWidth - 2, kChannels});
  return llvm::formatv(
             "!xq = !quant.uniform<u8:f32, 0.0625>\n"
             "!yq = !quant.uniform<u8:f32, 0.25>\n"
             "func.func @f(%x: tensor<{0}f32>) -> tensor<{1}f32> {{\n"
             "  %q = lowbit.quantize %x : tensor<{0}f32> to tensor<{0}!xq>\n"
             "  %c = quant.scast %q : tensor<{0}!xq> to tensor<{0}i8>\n"
             "  %w = arith.constant {2}\n"
             "  %b = arith.constant {3} : tensor<{4}xi32>\n"
             "  %s = arith.constant dense<0.004> : tensor<{4}xf32>\n"
             "  %e = tensor.empty() : tensor<{1}i8>\n"
             "  %y = kernel.depthwise_conv2d ins(%c, %w, %b, %s : "
             "tensor<{0}i8>, tensor<9x{4}xi8>, tensor<{4}xi32>, "
             "tensor<{4}xf32>) outs(%e : tensor<{1}i8>) kernel [3, 3] stride "
             "[1, 1] dilation [1, 1] {{bounds = array<f32: 0.0, 255.0>{5}} -> "
             "tensor<{1}i8>\n"
             "  %z = quant.scast %y : tensor<{1}i8> to tensor<{1}!yq>\n"
             "  %r = lowbit.dequantize %z : tensor<{1}!yq> to tensor<{1}f32>\n"
             "  return %r : tensor<{1}f32>\n}\n",
             in, out, draw.codes(9 * kChannels, dimensions({9, kChannels})),
             draw.biases(kChannels), kChannels, schedule)
      .str();
}

/// A convolution of one tap with more panels than one group of vectors.
std::string pointwise(llvm::StringRef schedule) {
  Draw draw(6);
  return llvm::formatv(
             "!xq = !quant.uniform<u8:f32, 0.0625>\n"
             "!yq = !quant.uniform<u8:f32, 0.25>\n"
             "func.func @f(%x: tensor<1x6x6x128xf32>) -> tensor<1x6x6x128xf32> "
             "{{\n"
             "  %q = lowbit.quantize %x : tensor<1x6x6x128xf32> to "
             "tensor<1x6x6x128x!xq>\n"
             "  %c = quant.scast %q : tensor<1x6x6x128x!xq> to "
             "tensor<1x6x6x128xi8>\n"
             "  %w = arith.constant {0}\n"
             "  %b = arith.constant {1} : tensor<128xi32>\n"
             "  %s = arith.constant dense<0.004> : tensor<128xf32>\n"
             "  %e = tensor.empty() : tensor<1x6x6x128xi8>\n"
             "  %y = kernel.conv2d ins(%c, %w, %b, %s : tensor<1x6x6x128xi8>, "
             "tensor<8x1x32x16x4xi8>, tensor<128xi32>, tensor<128xf32>) "
             "outs(%e : tensor<1x6x6x128xi8>) kernel [1, 1] stride [1, 1] "
             "dilation [1, 1] {{bounds = array<f32: 0.0, 255.0>{2}} -> "
             "tensor<1x6x6x128xi8>\n"
             "  %z = quant.scast %y : tensor<1x6x6x128xi8> to "
             "tensor<1x6x6x128x!yq>\n"
             "  %r = lowbit.dequantize %z : tensor<1x6x6x128x!yq> to "
             "tensor<1x6x6x128xf32>\n"
             "  return %r : tensor<1x6x6x128xf32>\n}\n",
             draw.codes(8 * 32 * 16 * 4, "8x1x32x16x4x"), draw.biases(128),
             schedule)
      .str();
}

} // namespace

TEST(Schedule, ConvolutionTilesGiveTheSameBytes) {
  Draw draw(9);
  std::vector<float> input = draw.reals(6 * 6 * 128);
  std::vector<float> expected =
      runProgram(pointwise(""), "sse4", input, /*contract=*/false);
  ASSERT_FALSE(expected.empty());
  for (const char *tile :
       {"1, 6, 4, 1, 1", "1, 6, 4, 2, 1", "1, 6, 4, 6, 1", "2, 3, 4, 1, 1",
        "2, 3, 4, 1, 2", "2, 3, 4, 3, 2", "3, 2, 4, 1, 1", "3, 2, 4, 1, 3",
        "3, 2, 4, 2, 3", "6, 1, 4, 1, 1", "6, 1, 4, 1, 2", "6, 1, 4, 1, 6",
        "3, 3, 3, 1, 1", "3, 3, 3, 1, 2", "3, 3, 3, 2, 2", "2, 6, 2, 1, 1",
        "2, 6, 2, 3, 1", "6, 2, 2, 1, 1", "6, 2, 2, 1, 3", "3, 3, 2, 1, 1",
        "2, 2, 4, 1, 3", "2, 2, 4, 3, 3", "2, 2, 6, 1, 1", "2, 2, 6, 1, 3",
        "2, 2, 6, 3, 3", "1, 6, 3, 6, 1", "2, 3, 3, 1, 1"}) {
    SCOPED_TRACE(tile);
    std::string text =
        pointwise(std::string(", schedule = array<i64: ") + tile + ">");
    std::vector<float> actual =
        runProgram(text, "vnni", input, /*contract=*/false);
    if (actual.empty())
      return; // This machine does not run the level.
    EXPECT_EQ(actual, expected);
  }
}

TEST(Schedule, DepthwiseTilesGiveTheSameBytes) {
  Draw draw(9);
  std::vector<float> input = draw.reals(kHeight * kWidth * kChannels);
  std::vector<float> expected =
      runProgram(depthwise(""), "sse4", input, /*contract=*/false);
  ASSERT_FALSE(expected.empty());
  for (const char *tile : {"1, 1", "1, 10", "2, 3", "3, 2", "4, 4", "9, 1"}) {
    SCOPED_TRACE(tile);
    std::string text =
        depthwise(std::string(", schedule = array<i64: ") + tile + ">");
    std::vector<float> actual =
        runProgram(text, "vnni", input, /*contract=*/false);
    if (actual.empty())
      return; // This machine does not run the level.
    EXPECT_EQ(actual, expected);
  }
}
