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

/// One axis of a window that ends with the padded input.
struct Window {
  int64_t kernel, stride, dilation, before, after, outputs, size;

  static Window draw(Draw &draw) {
    Window window{draw.between(1, 4),
                  draw.between(1, 2),
                  draw.between(1, 2),
                  draw.between(0, 3),
                  draw.between(0, 3),
                  0,
                  0};
    int64_t extent = window.dilation * (window.kernel - 1) + 1;
    for (window.size = 0; window.size < 1;)
      window.size = (window.outputs = draw.between(1, 12)) * window.stride -
                    window.stride + extent - window.before - window.after;
    return window;
  }
};

/// A convolution without -0 and infinity, so that the kernel leaves the padding
/// out; the reference multiplies its zeros.
std::string drawnConvolution(Draw &draw, int64_t &elements) {
  Window y = Window::draw(draw), x = Window::draw(draw);
  int64_t in = draw.between(1, 9), out = draw.between(1, 40);
  elements = y.size * x.size * in;
  auto values = [&](int64_t count) {
    std::string text;
    for (int64_t i = 0; i < count; ++i)
      text += (i ? ", " : "") +
              llvm::formatv("{0:f4}", draw.between(1, 2000) / 512.0 - 2).str();
    return text;
  };
  std::string weights = dimensions({out, y.kernel, x.kernel, in}) + "f32";
  return llvm::formatv(
             "func.func @f(%x: tensor<{0}f32>) -> tensor<{1}f32> {{\n"
             "  %v = \"tosa.const\"() <{{values = dense<[{2}]> : "
             "tensor<{3}xf32>}> : () -> tensor<{3}xf32>\n"
             "  %s = tosa.const_shape {{values = dense<[{14}, {15}, {16}, "
             "{17}]>"
             " : tensor<4xindex>} : () -> !tosa.shape<4>\n"
             "  %w = tosa.reshape %v, %s : (tensor<{3}xf32>, !tosa.shape<4>) "
             "-> tensor<{4}>\n"
             "  %b = \"tosa.const\"() <{{values = dense<[{5}]> : "
             "tensor<{14}xf32>}> : () -> tensor<{14}xf32>\n"
             "  %z = \"tosa.const\"() <{{values = dense<0.0> : tensor<1xf32>}> "
             ": () -> tensor<1xf32>\n"
             "  %y = tosa.conv2d %x, %w, %b, %z, %z {{acc_type = f32, pad = "
             "array<i64: {6}, {7}, {8}, {9}>, stride = array<i64: {10}, {11}>, "
             "dilation = array<i64: {12}, {13}>} : (tensor<{0}f32>, "
             "tensor<{4}>, tensor<{14}xf32>, tensor<1xf32>, tensor<1xf32>) -> "
             "tensor<{1}f32>\n"
             "  return %y : tensor<{1}f32>\n}\n",
             dimensions({1, y.size, x.size, in}),
             dimensions({1, y.outputs, x.outputs, out}),
             values(out * y.kernel * x.kernel * in),
             out * y.kernel * x.kernel * in, weights, values(out), y.before,
             y.after, x.before, x.after, y.stride, x.stride, y.dilation,
             x.dilation, out, y.kernel, x.kernel, in)
      .str();
}

TEST(KernelFloat, PaddingIsLeftOutOfTheSums) {
  for (unsigned seed = 20; seed < 36; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    int64_t elements;
    std::string text = drawnConvolution(draw, elements);
    expectSameBytes(text, draw.reals(elements));
    if (HasFatalFailure())
      return;
  }
}

} // namespace
