//===- ContractionTest.cpp - Derivatives of sums of products --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Gradients.h"

#include "gtest/gtest.h"
#include <random>

using namespace quantc;

namespace {

std::string text(const std::vector<int64_t> &shape) {
  std::string text = "tensor<";
  for (int64_t size : shape)
    text += std::to_string(size) + "x";
  return text + "f32>";
}

std::string list(const std::vector<int64_t> &numbers) {
  std::string text = "array<i64: ";
  for (size_t i = 0; i < numbers.size(); ++i)
    text += (i ? ", " : "") + std::to_string(numbers[i]);
  return text + ">";
}

/// `@f(x, w, b)` of a convolution.
std::string convolution(const std::string &op, const std::string &attributes,
                        const std::vector<int64_t> &x,
                        const std::vector<int64_t> &w, int64_t bias,
                        const std::vector<int64_t> &y) {
  std::string types = text(x) + ", " + text(w) + ", " + text({bias});
  return "func.func @f(%x: " + text(x) + ", %w: " + text(w) +
         ", %b: " + text({bias}) + ") -> " + text(y) + R"mlir( {
      %zero = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
      %y = )mlir" +
         op + " %x, %w, %b, %zero, %zero {acc_type = f32, " + attributes +
         "} : (" + types + ", tensor<1xf32>, tensor<1xf32>) -> " + text(y) +
         "\n  return %y : " + text(y) + "\n}";
}

TEST(ContractionGradients, ofProducts) {
  for (auto [batch, rows, depth, columns] :
       {std::tuple(1, 3, 4, 5), std::tuple(3, 1, 2, 1), std::tuple(2, 5, 1, 3)})
    expectGradients(
        "func.func @f(%a: " + text({batch, rows, depth}) +
        ", %b: " + text({batch, depth, columns}) + ") -> " +
        text({batch, rows, columns}) + R"mlir( {
      %zero = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
      %y = tosa.matmul %a, %b, %zero, %zero : ()mlir" +
        text({batch, rows, depth}) + ", " + text({batch, depth, columns}) +
        ", tensor<1xf32>, tensor<1xf32>) -> " + text({batch, rows, columns}) +
        "\n  return %y : " + text({batch, rows, columns}) + "\n}");
}

TEST(ContractionGradients, ofLinalgProducts) {
  expectGradients(R"mlir(
    func.func @f(%a: tensor<3x4xf32>, %b: tensor<4x5xf32>, %c: tensor<3x5xf32>) -> tensor<3x5xf32> {
      %y = linalg.matmul ins(%a, %b : tensor<3x4xf32>, tensor<4x5xf32>) outs(%c : tensor<3x5xf32>) -> tensor<3x5xf32>
      return %y : tensor<3x5xf32>
    })mlir");
}

struct Axis {
  int64_t kernel, stride, dilation, low, high, out;
  int64_t in() const {
    return (out - 1) * stride + dilation * (kernel - 1) + 1 - low - high;
  }
  /// Whether there is anything but padding in the windows.
  bool seesInput() const {
    for (int64_t o = 0; o < out; ++o)
      for (int64_t k = 0; k < kernel; ++k)
        if (int64_t at = o * stride + k * dilation - low; at >= 0 && at < in())
          return true;
    return false;
  }
};

/// Windows of any kind, also with padding that no window fills.
Axis drawAxis(std::mt19937 &generator) {
  auto between = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(generator);
  };
  for (;;) {
    Axis axis{between(1, 3), between(1, 3), between(1, 2),
              between(0, 3), between(0, 3), between(1, 4)};
    if (axis.in() >= 1 && axis.seesInput())
      return axis;
  }
}

std::string windows(const Axis &h, const Axis &w) {
  return "pad = " + list({h.low, h.high, w.low, w.high}) +
         ", stride = " + list({h.stride, w.stride}) +
         ", dilation = " + list({h.dilation, w.dilation});
}

TEST(ContractionGradients, ofConvolutions) {
  std::mt19937 generator(11);
  for (int i = 0; i < 16; ++i) {
    Axis h = drawAxis(generator), w = drawAxis(generator);
    int64_t samples = 1 + i % 2, from = 1 + i % 3, to = 1 + (i / 2) % 3;
    expectGradients(convolution("tosa.conv2d", windows(h, w),
                                {samples, h.in(), w.in(), from},
                                {to, h.kernel, w.kernel, from}, i % 4 ? to : 1,
                                {samples, h.out, w.out, to}));
  }
}

TEST(ContractionGradients, ofDepthwiseConvolutions) {
  std::mt19937 generator(13);
  for (int i = 0; i < 12; ++i) {
    Axis h = drawAxis(generator), w = drawAxis(generator);
    int64_t samples = 1 + i % 2, channels = 1 + i % 3, each = 1 + (i / 3) % 2;
    expectGradients(convolution("tosa.depthwise_conv2d", windows(h, w),
                                {samples, h.in(), w.in(), channels},
                                {h.kernel, w.kernel, channels, each},
                                channels * each,
                                {samples, h.out, w.out, channels * each}));
  }
}

TEST(ContractionGradients, ofTransposedConvolutions) {
  for (auto [stride, low, high] :
       {std::tuple(1, 0, 0), std::tuple(2, 1, 0), std::tuple(2, -1, -1),
        std::tuple(3, 2, -1)}) {
    int64_t kernel = 3, in = 4, out = (in - 1) * stride + low + high + kernel;
    expectGradients(convolution("tosa.transpose_conv2d",
                                "out_pad = " + list({low, high, low, high}) +
                                    ", stride = " + list({stride, stride}),
                                {1, in, in, 2}, {3, kernel, kernel, 2}, 3,
                                {1, out, out, 3}));
  }
}

} // namespace
