//===- ContractionTest.cpp - Contractions of any shape, at every level ----===//
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

/// The types of a program, with or without signed codes.
std::string types(Draw &draw, int64_t channels, int axis, bool isSigned) {
  // Weights without zero points are one i8 each, others a sum of up to three.
  std::string scales;
  bool hasZeroPoints = draw.coin(), isUnsigned = hasZeroPoints && draw.coin();
  // Now and then, scaled sums are larger than any int32.
  double unit = draw.between(0, 3) == 0 ? 100000.0 : 0.001;
  for (int64_t i = 0; i < channels; ++i) {
    scales += (i ? ", " : "") +
              llvm::formatv("{0:f6}", unit * draw.between(1, 20)).str();
    if (hasZeroPoints)
      scales += ":" + std::to_string(draw.between(0, isUnsigned ? 255 : 127));
  }
  int64_t low = isSigned ? -128 : 0;
  std::string kind = isSigned ? "i8" : "u8";
  return llvm::formatv("!xq = !quant.uniform<{0}:f32, 0.0625:{1}>\n"
                       "!yq = !quant.uniform<{0}:f32, 0.25:{2}>\n"
                       "!wq = !quant.uniform<{5}:f32:{3}, {{{4}}>\n",
                       kind, low + draw.between(0, 255),
                       low + draw.between(0, 255), axis, scales,
                       isUnsigned      ? "u8"
                       : hasZeroPoints ? "i8"
                                       : "i8<-127:127>")
      .str();
}

struct Window {
  int64_t kernel, stride, dilation, before, after, size;

  static Window draw(Draw &draw, int64_t mostPadding = 2) {
    Window window;
    window.kernel = draw.between(1, 5);
    window.stride = draw.between(1, 3);
    window.dilation = draw.between(1, 2);
    window.before = draw.between(0, mostPadding);
    window.after = draw.between(0, mostPadding);
    int64_t least = window.dilation * (window.kernel - 1) + 1 - window.before -
                    window.after;
    window.size = std::max<int64_t>(least, 1) + draw.between(0, 17);
    return window;
  }
  int64_t outputs() const {
    return (size + before + after - dilation * (kernel - 1) - 1) / stride + 1;
  }
};

/// A convolution, from reals to reals, through codes or from the sums; if it
/// `steps`, of a multiple of four channels and with more padding.
std::string convolution(Draw &draw, bool depthwise, int64_t &elements,
                        bool steps = false) {
  int64_t mostPadding = steps ? 5 : 2;
  Window y = Window::draw(draw, mostPadding),
         x = Window::draw(draw, mostPadding);
  int64_t batch = draw.between(1, 2);
  int64_t in = steps ? 4 * draw.between(1, 10) : draw.between(1, 40);
  int64_t out = depthwise ? in : draw.between(1, 70);
  elements = batch * y.size * x.size * in;
  std::string input = dimensions({batch, y.size, x.size, in});
  std::string output = dimensions({batch, y.outputs(), x.outputs(), out});
  std::string weights = depthwise ? dimensions({y.kernel, x.kernel, in})
                                  : dimensions({out, y.kernel, x.kernel, in});
  int64_t taps = y.kernel * x.kernel * (depthwise ? in : in * out);
  bool codes = draw.coin();
  std::string result = codes ? "!yq" : "f32";
  std::string text = types(draw, out, depthwise ? 2 : 0, draw.coin());
  text += llvm::formatv(
      "func.func @f(%x: tensor<{0}f32>) -> tensor<{1}f32> {{\n"
      "  %q = lowbit.quantize %x : tensor<{0}f32> to tensor<{0}!xq>\n"
      "  %w = lowbit.constant {2} as tensor<{3}!wq>\n"
      "  %b = arith.constant {4} : tensor<{5}xi32>\n"
      "  %y = lowbit.{6} %q, %w, %b pad [{7}, {8}, {9}, {10}] stride [{11}, "
      "{12}]"
      " dilation [{13}, {14}] : (tensor<{0}!xq>, tensor<{3}!wq>, "
      "tensor<{5}xi32>) -> tensor<{1}{15}>\n",
      input, output, draw.codes(taps, weights), weights, draw.biases(out), out,
      depthwise ? "depthwise_conv2d" : "conv2d", y.before, y.after, x.before,
      x.after, y.stride, x.stride, y.dilation, x.dilation, result);
  text += codes ? "  %r = lowbit.dequantize %y : tensor<" + output +
                      "!yq> to tensor<" + output + "f32>\n  return %r"
                : std::string("  return %y");
  return text + " : tensor<" + output + "f32>\n}\n";
}

/// A depthwise convolution of so many channels that some of them make up whole
/// registers, to codes of all values.
std::string wideDepthwise(Draw &draw, int64_t &elements) {
  Window y = Window::draw(draw), x = Window::draw(draw);
  y.dilation = 1;
  y.size += y.kernel;
  int64_t batch = draw.between(1, 2), channels = draw.between(64, 150);
  elements = batch * y.size * x.size * channels;
  bool isSigned = draw.coin();
  const char *kind = isSigned ? "i8" : "u8";
  int64_t low = isSigned ? -128 : 0;
  std::string scales;
  for (int64_t i = 0; i < channels; ++i)
    scales += (i ? ", " : "") +
              llvm::formatv("{0:f6}", 0.001 * draw.between(1, 20)).str();
  return llvm::formatv(
      "!xq = !quant.uniform<{0}:f32, 0.0625:{1}>\n"
      "!yq = !quant.uniform<{0}:f32, 0.25:{2}>\n"
      "!wq = !quant.uniform<i8<-127:127>:f32:2, {{{3}}>\n"
      "func.func @f(%x: tensor<{4}f32>) -> tensor<{5}f32> {{\n"
      "  %q = lowbit.quantize %x : tensor<{4}f32> to tensor<{4}!xq>\n"
      "  %w = lowbit.constant {6} as tensor<{7}!wq>\n"
      "  %b = arith.constant {8} : tensor<{9}xi32>\n"
      "  %y = lowbit.depthwise_conv2d %q, %w, %b pad [{10}, {11}, {12}, {13}] "
      "stride [{14}, {15}] dilation [1, {16}] : (tensor<{4}!xq>, "
      "tensor<{7}!wq>, tensor<{9}xi32>) -> tensor<{5}!yq>\n"
      "  %r = lowbit.dequantize %y : tensor<{5}!yq> to tensor<{5}f32>\n"
      "  return %r : tensor<{5}f32>\n}\n",
      kind, low + draw.between(0, 255), low + draw.between(0, 255), scales,
      dimensions({batch, y.size, x.size, channels}),
      dimensions({batch, y.outputs(), x.outputs(), channels}),
      draw.codes(y.kernel * x.kernel * channels,
                 dimensions({y.kernel, x.kernel, channels})),
      dimensions({y.kernel, x.kernel, channels}), draw.biases(channels),
      channels, y.before, y.after, x.before, x.after, y.stride, x.stride,
      x.dilation);
}

/// A format of codes of either sign, some of which are never used.
std::string format(Draw &draw, float scale) {
  bool isSigned = draw.coin();
  int64_t low = isSigned ? -128 : 0, high = low + 255;
  if (draw.coin())
    low += draw.between(1, 9), high -= draw.between(0, 9);
  return llvm::formatv("!quant.uniform<{0}<{1}:{2}>:f32, {3:f6}:{4}>\n",
                       isSigned ? "i8" : "u8", low, high, scale,
                       draw.between(low, high))
      .str();
}

/// Two convolutions of one input, and the sum of their codes; then sometimes
/// the sum of that and the first one's, which has to be stored for it.
std::string sum(Draw &draw, int64_t &elements) {
  Window y = Window::draw(draw), x = Window::draw(draw);
  int64_t batch = draw.between(1, 2), in = draw.between(1, 20);
  int64_t out = draw.between(1, 70), taps = y.kernel * x.kernel * in * out;
  elements = batch * y.size * x.size * in;
  std::string input = dimensions({batch, y.size, x.size, in});
  std::string output = dimensions({batch, y.outputs(), x.outputs(), out});
  std::string weights = dimensions({out, y.kernel, x.kernel, in});
  std::string text = types(draw, out, 0, draw.coin());
  text += "!aq = " + format(draw, 0.25f);
  text += "!bq = " + format(draw, 0.01f * draw.between(1, 100));
  text += "!sq = " + format(draw, 0.01f * draw.between(10, 100));
  text += "func.func @f(%x: tensor<" + input + "f32>) -> tensor<" + output +
          "f32> {\n  %q = lowbit.quantize %x : tensor<" + input +
          "f32> to tensor<" + input + "!xq>\n";
  for (const char *name : {"a", "b"})
    text += llvm::formatv(
        "  %w{0} = lowbit.constant {1} as tensor<{2}!wq>\n"
        "  %n{0} = arith.constant {3} : tensor<{4}xi32>\n"
        "  %{0} = lowbit.conv2d %q, %w{0}, %n{0} pad [{5}, {6}, {7}, {8}] "
        "stride [{9}, {10}] dilation [{11}, {12}] : (tensor<{13}!xq>, "
        "tensor<{2}!wq>, tensor<{4}xi32>) -> tensor<{14}!{0}q>\n",
        name, draw.codes(taps, weights), weights, draw.biases(out), out,
        y.before, y.after, x.before, x.after, y.stride, x.stride, y.dilation,
        x.dilation, input, output);
  const char *result = "s";
  text += llvm::formatv("  %s = lowbit.add %a, %b : (tensor<{0}!aq>, "
                        "tensor<{0}!bq>) -> tensor<{0}!sq>\n",
                        output);
  if (draw.coin()) {
    result = "t";
    text += llvm::formatv("  %t = lowbit.add %s, %a : (tensor<{0}!sq>, "
                          "tensor<{0}!aq>) -> tensor<{0}!sq>\n",
                          output);
  }
  text += llvm::formatv("  %r = lowbit.dequantize %{0} : tensor<{1}!sq> to "
                        "tensor<{1}f32>\n  return %r : tensor<{1}f32>\n}\n",
                        result, output);
  return text;
}

std::string matmul(Draw &draw, int64_t &elements) {
  int64_t rows = draw.between(1, 20), depth = draw.between(1, 200);
  int64_t columns = draw.between(1, 80);
  elements = rows * depth;
  std::string text = types(draw, columns, 0, draw.coin());
  std::string weights = dimensions({columns, depth});
  return text +
         llvm::formatv(
             "func.func @f(%x: tensor<{0}x{1}xf32>) -> tensor<{0}x{2}xf32> {{\n"
             "  %q = lowbit.quantize %x : tensor<{0}x{1}xf32> to "
             "tensor<{0}x{1}x!xq>\n"
             "  %w = lowbit.constant {3} as tensor<{2}x{1}x!wq>\n"
             "  %b = arith.constant {4} : tensor<{2}xi32>\n"
             "  %y = lowbit.matmul %q, %w, %b : (tensor<{0}x{1}x!xq>, "
             "tensor<{2}x{1}x!wq>, tensor<{2}xi32>) -> tensor<{0}x{2}x!yq>\n"
             "  %r = lowbit.dequantize %y : tensor<{0}x{2}x!yq> to "
             "tensor<{0}x{2}xf32>\n"
             "  return %r : tensor<{0}x{2}xf32>\n}\n",
             rows, depth, columns, draw.codes(columns * depth, weights),
             draw.biases(columns))
             .str();
}

/// The exact sums, as reals, of codes and weights that are all at their ends:
/// two products of them do not fit 16 bits.
std::string extremeSums(Draw &draw, int64_t size, int64_t in, int64_t kernel,
                        int64_t stride, int64_t &elements) {
  int64_t out = draw.between(9, 40), pad = kernel / 2;
  int64_t outputs = (size + 2 * pad - kernel) / stride + 1;
  elements = size * size * in;
  std::string input = dimensions({1, size, size, in}),
              output = dimensions({1, outputs, outputs, out}),
              weights = dimensions({out, kernel, kernel, in});
  return llvm::formatv(
             "!xq = !quant.uniform<{0}:f32, 1.0:{1}>\n"
             "!wq = !quant.uniform<i8:f32, 1.0>\n"
             "func.func @f(%x: tensor<{2}f32>) -> tensor<{3}f32> {{\n"
             "  %q = lowbit.quantize %x : tensor<{2}f32> to tensor<{2}!xq>\n"
             "  %w = lowbit.constant {4} as tensor<{5}!wq>\n"
             "  %b = arith.constant {6} : tensor<{7}xi32>\n"
             "  %y = lowbit.conv2d %q, %w, %b pad [{8}, {8}, {8}, {8}] "
             "stride [{9}, {9}] dilation [1, 1] : (tensor<{2}!xq>, "
             "tensor<{5}!wq>, tensor<{7}xi32>) -> tensor<{3}f32>\n"
             "  return %y : tensor<{3}f32>\n}\n",
             draw.coin() ? "u8" : "i8", draw.between(0, 127), input, output,
             draw.extremes(out * kernel * kernel * in, weights), weights,
             draw.biases(out), out, pad, stride)
      .str();
}

void expectExactSums(Draw &draw, int64_t size, int64_t in, int64_t kernel,
                     int64_t stride) {
  int64_t elements;
  std::string text = extremeSums(draw, size, in, kernel, stride, elements);
  expectSameBytes(text, draw.extremeReals(elements));
}

TEST(KernelContraction, SumsOfExtremeCodesDoNotSaturate) {
  for (unsigned seed = 300; seed < 308; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    // Inputs that are widened at once, or in blocks of rows or of columns.
    expectExactSums(draw, draw.between(1, 20), draw.between(1, 150),
                    draw.between(1, 3), draw.between(1, 2));
    if (HasFatalFailure())
      return;
  }
}

TEST(KernelContraction, InputsAreWidenedInPartsThatFitTheStack) {
  Draw draw(320);
  // Parts of a row, of which the last tile begins before the last block; less
  // than what a tile reads; less than a pixel.
  expectExactSums(draw, /*size=*/11, /*in=*/3000, /*kernel=*/1, /*stride=*/1);
  expectExactSums(draw, /*size=*/16, /*in=*/700, /*kernel=*/3, /*stride=*/1);
  expectExactSums(draw, /*size=*/9, /*in=*/1100, /*kernel=*/3, /*stride=*/2);
  expectExactSums(draw, /*size=*/2, /*in=*/30000, /*kernel=*/1, /*stride=*/1);
}

TEST(KernelContraction, Conv2DGivesTheBytesOfTheReference) {
  for (unsigned seed = 0; seed < 24; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    int64_t elements;
    std::string text = convolution(draw, /*depthwise=*/false, elements);
    expectSameBytes(text, draw.reals(elements));
    if (HasFatalFailure())
      return;
  }
}

TEST(KernelContraction, Conv2DLeavesThePaddingOut) {
  for (unsigned seed = 300; seed < 332; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    int64_t elements;
    std::string text =
        convolution(draw, /*depthwise=*/false, elements, /*steps=*/true);
    expectSameBytes(text, draw.reals(elements));
    if (HasFatalFailure())
      return;
  }
}

TEST(KernelContraction, DepthwiseGivesTheBytesOfTheReference) {
  for (unsigned seed = 100; seed < 116; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    int64_t elements;
    std::string text = convolution(draw, /*depthwise=*/true, elements);
    expectSameBytes(text, draw.reals(elements));
    if (HasFatalFailure())
      return;
  }
}

TEST(KernelContraction, WideDepthwiseGivesTheBytesOfTheReference) {
  for (unsigned seed = 120; seed < 136; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    int64_t elements;
    std::string text = wideDepthwise(draw, elements);
    expectSameBytes(text, draw.reals(elements));
    if (HasFatalFailure())
      return;
  }
}

TEST(KernelContraction, SumsGiveTheBytesOfTheReference) {
  for (unsigned seed = 250; seed < 270; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    int64_t elements;
    std::string text = sum(draw, elements);
    expectSameBytes(text, draw.reals(elements));
    if (HasFatalFailure())
      return;
  }
}

TEST(KernelContraction, MatmulGivesTheBytesOfTheReference) {
  for (unsigned seed = 200; seed < 212; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    int64_t elements;
    std::string text = matmul(draw, elements);
    expectSameBytes(text, draw.reals(elements));
    if (HasFatalFailure())
      return;
  }
}

} // namespace
