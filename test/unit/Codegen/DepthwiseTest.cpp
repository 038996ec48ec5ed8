//===- DepthwiseTest.cpp - Depthwise convolutions of reals ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Programs.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

#include <algorithm>

using namespace quantc;

namespace {

/// A window along one axis whose last position ends with the input.
struct Axis {
  int64_t kernel, stride, dilation, before, after, outputs;

  static Axis draw(Draw &draw) {
    Axis axis;
    axis.kernel = draw.between(1, 6);
    axis.stride = draw.between(1, 3);
    axis.dilation = draw.between(1, 2);
    axis.outputs = draw.between(1, 19);
    axis.before = draw.between(0, 2);
    axis.after = draw.between(0, 2);
    // At least one element of the input.
    axis.before = std::min(axis.before, axis.reach() - 1);
    axis.after = std::min(axis.after, axis.reach() - 1 - axis.before);
    return axis;
  }
  int64_t reach() const {
    return (outputs - 1) * stride + (kernel - 1) * dilation + 1;
  }
  int64_t size() const { return reach() - before - after; }
};

/// y[c] = b[c] + sum x[c] * w[i,j,c], with numbers that f32 does not add
/// exactly.
struct FloatDepthwise {
  Axis rows, columns;
  int64_t channels;
  std::vector<float> x, weights, bias;

  explicit FloatDepthwise(Draw &draw)
      : rows(Axis::draw(draw)), columns(Axis::draw(draw)),
        channels(draw.between(1, 40)) {
    auto fill = [&](std::vector<float> &values, int64_t count) {
      for (int64_t i = 0; i < count; ++i)
        values.push_back(float(draw.between(-1000, 1000)) / 300.0f);
    };
    fill(x, rows.size() * columns.size() * channels);
    fill(weights, rows.kernel * columns.kernel * channels);
    fill(bias, channels);
  }

  std::string program() const;
  double expected(int64_t row, int64_t column, int64_t channel) const;
};

std::string hex(llvm::ArrayRef<float> values) {
  return llvm::toHex(llvm::StringRef(
      reinterpret_cast<const char *>(values.data()), 4 * values.size()));
}

std::string FloatDepthwise::program() const {
  std::string input =
      dimensions({1, rows.size(), columns.size(), channels}) + "f32";
  std::string output =
      dimensions({1, rows.outputs, columns.outputs, channels}) + "f32";
  std::string kernel =
      dimensions({rows.kernel, columns.kernel, channels, 1}) + "f32";
  return llvm::formatv(
             "func.func @f(%x: tensor<{0}>) -> tensor<{1}> {{\n"
             "  %w = \"tosa.const\"() <{{values = dense<\"0x{2}\"> : "
             "tensor<{3}>}> : () -> tensor<{3}>\n"
             "  %b = \"tosa.const\"() <{{values = dense<\"0x{4}\"> : "
             "tensor<{5}xf32>}> : () -> tensor<{5}xf32>\n"
             "  %z = \"tosa.const\"() <{{values = dense<0.0> : tensor<1xf32>}> "
             ": () -> tensor<1xf32>\n"
             "  %y = tosa.depthwise_conv2d %x, %w, %b, %z, %z {{acc_type = "
             "f32, pad = array<i64: {6}, {7}, {8}, {9}>, stride = array<i64: "
             "{10}, {11}>, dilation = array<i64: {12}, {13}>} : (tensor<{0}>, "
             "tensor<{3}>, tensor<{5}xf32>, tensor<1xf32>, tensor<1xf32>) -> "
             "tensor<{1}>\n"
             "  return %y : tensor<{1}>\n}\n",
             input, output, hex(weights), kernel, hex(bias), channels,
             rows.before, rows.after, columns.before, columns.after,
             rows.stride, columns.stride, rows.dilation, columns.dilation)
      .str();
}

double FloatDepthwise::expected(int64_t row, int64_t column,
                                int64_t channel) const {
  double sum = bias[channel];
  for (int64_t i = 0; i < rows.kernel; ++i)
    for (int64_t j = 0; j < columns.kernel; ++j) {
      int64_t y = row * rows.stride + i * rows.dilation - rows.before;
      int64_t z =
          column * columns.stride + j * columns.dilation - columns.before;
      if (y < 0 || y >= rows.size() || z < 0 || z >= columns.size())
        continue;
      sum += double(weights[(i * columns.kernel + j) * channels + channel]) *
             x[(y * columns.size() + z) * channels + channel];
    }
  return sum;
}

TEST(KernelDepthwise, FloatAgreesWithSumsInDoublePrecision) {
  for (unsigned seed = 20; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    FloatDepthwise layer(draw);
    expectSameBytes(layer.program(), layer.x);
    std::vector<float> y =
        runProgram(layer.program(), "avx2", layer.x, /*contract=*/true);
    if (HasFatalFailure() || y.empty())
      return; // Wrong already, or a machine without AVX2.
    for (int64_t i = 0; i < int64_t(y.size()); ++i)
      ASSERT_NEAR(y[i],
                  layer.expected(i / layer.channels / layer.columns.outputs,
                                 i / layer.channels % layer.columns.outputs,
                                 i % layer.channels),
                  1e-3);
  }
}

} // namespace
