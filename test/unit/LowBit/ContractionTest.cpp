//===- ContractionTest.cpp - Contractions against exact arithmetic --------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Oracle.h"
#include "Program.h"
#include "gtest/gtest.h"

using namespace quantc;
using namespace quantc::oracle;

namespace {

struct Convolution {
  int64_t height, width, channels, outputs, kernelHeight, kernelWidth;
  int64_t pad[4], stride[2], dilation[2];
  bool isSigned, isDepthwise, hasClamp, isFloat;
  /// Of the weights: unsigned codes, a zero point for each channel.
  bool isUnsigned = false, hasZeroPoints = false;

  int64_t extent(int64_t size, int i, int64_t kernel) const {
    return (size + pad[2 * i] + pad[2 * i + 1] - dilation[i] * (kernel - 1) -
            1) /
               stride[i] +
           1;
  }
};

std::string pair(const int64_t (&values)[2]) {
  return "[" + std::to_string(values[0]) + ", " + std::to_string(values[1]) +
         "]";
}

/// One convolution on random codes, and what exact arithmetic says.
class Experiment {
public:
  Experiment(const Convolution &shape, uint32_t seed) : shape(shape) {
    Random random(seed);
    oh = shape.extent(shape.height, 0, shape.kernelHeight);
    ow = shape.extent(shape.width, 1, shape.kernelWidth);
    depth = shape.isDepthwise ? 1 : shape.channels;
    inputScale = random.scale(-6);
    outputScale = random.scale(-2);
    low = shape.isSigned ? -128 : 0;
    inputZero = low + random(0, 255);
    outputZero = low + random(0, 255);
    for (int64_t o = 0; o < shape.outputs; ++o)
      weightScales.push_back(random.scale(-8));
    input = random.vector<int8_t>(shape.height * shape.width * shape.channels,
                                  -128, 127);
    weights = random.vector<int8_t>(shape.outputs * shape.kernelHeight *
                                        shape.kernelWidth * depth,
                                    -127, 127);
    for (int64_t o = 0; o < shape.outputs; ++o)
      weightZeros.push_back(!shape.hasZeroPoints ? 0
                            : shape.isUnsigned   ? random(0, 255)
                                                 : random(-128, 127));
    bias = random.vector<int32_t>(shape.outputs, -20000, 20000);
  }

  std::string source() const {
    const Convolution &s = shape;
    std::string x = tensor({1, s.height, s.width, s.channels},
                           perTensor(s.isSigned, inputScale, inputZero));
    int64_t axis = s.isDepthwise ? 2 : 0;
    std::string format =
        s.isUnsigned || s.hasZeroPoints
            ? perAxis(axis, !s.isUnsigned, weightScales, weightZeros)
            : perAxis(axis, weightScales);
    std::string w =
        s.isDepthwise
            ? tensor({s.kernelHeight, s.kernelWidth, s.outputs}, format)
            : tensor({s.outputs, s.kernelHeight, s.kernelWidth, s.channels},
                     format);
    std::string b = tensor({s.outputs}, "i32");
    std::string y = tensor(
        {1, oh, ow, s.outputs},
        s.isFloat ? "f32" : perTensor(s.isSigned, outputScale, outputZero));
    std::string clamp = s.hasClamp ? " clamp [" + std::to_string(lowest()) +
                                         ", " + std::to_string(highest()) + "]"
                                   : "";
    return "func.func @f(%x: " + x + ", %w: " + w + ", %b: " + b + ") -> " + y +
           " {\n %y = lowbit." + (s.isDepthwise ? "depthwise_" : "") +
           "conv2d %x, %w, %b pad [" + std::to_string(s.pad[0]) + ", " +
           std::to_string(s.pad[1]) + ", " + std::to_string(s.pad[2]) + ", " +
           std::to_string(s.pad[3]) + "] stride " + pair(s.stride) +
           " dilation " + pair(s.dilation) + clamp + " : (" + x + ", " + w +
           ", " + b + ") -> " + y + "\n return %y : " + y + "\n}";
  }

  void check() {
    Program program(source());
    int64_t size = oh * ow * shape.outputs;
    std::vector<int8_t> codes(size);
    std::vector<float> reals(size);
    program.run({input.data(), weights.data(), bias.data(),
                 shape.isFloat ? static_cast<void *>(reals.data())
                               : static_cast<void *>(codes.data())});
    for (int64_t i = 0; i < size; ++i) {
      int64_t o = i % shape.outputs;
      int64_t column = i / shape.outputs % ow, row = i / shape.outputs / ow;
      Exact real = f32(exact(accumulator(row, column, o)));
      if (shape.isFloat) {
        Exact factor = f32(product(exact(inputScale), exact(weightScales[o])));
        Exact expected = f32(product(real, factor));
        ASSERT_EQ(reals[i], std::ldexp(static_cast<float>(expected.mantissa),
                                       expected.exponent));
        continue;
      }
      Exact factor =
          quotient(product(exact(inputScale), exact(weightScales[o])),
                   exact(outputScale));
      int64_t expected =
          code(f32(product(real, factor)), outputZero, lowest(), highest());
      ASSERT_EQ(codes[i], static_cast<int8_t>(expected)) << "element " << i;
    }
  }

private:
  int64_t lowest() const { return shape.hasClamp ? outputZero : low; }
  int64_t highest() const {
    return shape.hasClamp ? std::min(outputZero + 60, low + 255) : low + 255;
  }

  int64_t accumulator(int64_t row, int64_t column, int64_t o) const {
    const Convolution &s = shape;
    int64_t result = bias[o];
    for (int64_t kh = 0; kh < s.kernelHeight; ++kh)
      for (int64_t kw = 0; kw < s.kernelWidth; ++kw) {
        int64_t h = row * s.stride[0] + kh * s.dilation[0] - s.pad[0];
        int64_t w = column * s.stride[1] + kw * s.dilation[1] - s.pad[2];
        if (h < 0 || h >= s.height || w < 0 || w >= s.width)
          continue; // Padding is the real number 0.
        for (int64_t c = 0; c < depth; ++c) {
          int64_t channel = s.isDepthwise ? o / (s.outputs / s.channels) : c;
          int8_t byte = input[(h * s.width + w) * s.channels + channel];
          int64_t x = s.isSigned ? byte : static_cast<uint8_t>(byte);
          int8_t code =
              s.isDepthwise
                  ? weights[(kh * s.kernelWidth + kw) * s.outputs + o]
                  : weights[((o * s.kernelHeight + kh) * s.kernelWidth + kw) *
                                s.channels +
                            c];
          int64_t weight = s.isUnsigned ? static_cast<uint8_t>(code) : code;
          result += (x - inputZero) * (weight - weightZeros[o]);
        }
      }
    return result;
  }

  Convolution shape;
  int64_t oh, ow, depth, low, inputZero, outputZero;
  float inputScale, outputScale;
  std::vector<float> weightScales;
  std::vector<int64_t> weightZeros;
  std::vector<int8_t> input, weights;
  std::vector<int32_t> bias;
};

} // namespace

TEST(Contraction, Conv2D) {
  // h, w, c, o, kernel, pad, stride, dilation, signed, depthwise, clamp, float
  Experiment({5,
              4,
              3,
              4,
              3,
              3,
              {0, 0, 0, 0},
              {1, 1},
              {1, 1},
              false,
              false,
              false,
              false},
             1)
      .check();
  Experiment({6,
              7,
              2,
              3,
              3,
              2,
              {1, 2, 0, 1},
              {2, 1},
              {1, 2},
              true,
              false,
              false,
              false},
             2)
      .check();
  Experiment({8,
              5,
              5,
              2,
              1,
              1,
              {0, 0, 0, 0},
              {2, 2},
              {1, 1},
              false,
              false,
              true,
              false},
             3)
      .check();
  Experiment({4,
              4,
              2,
              3,
              3,
              3,
              {2, 2, 2, 2},
              {1, 1},
              {2, 2},
              true,
              false,
              true,
              false},
             4)
      .check();
  Experiment({5,
              5,
              2,
              3,
              3,
              3,
              {1, 1, 1, 1},
              {1, 1},
              {1, 1},
              false,
              false,
              false,
              true},
             5)
      .check();
}

TEST(Contraction, DepthwiseConv2D) {
  Experiment({5,
              4,
              3,
              3,
              3,
              3,
              {1, 1, 1, 1},
              {1, 1},
              {1, 1},
              false,
              true,
              false,
              false},
             6)
      .check();
  // Two and three results for each channel.
  Experiment(
      {5, 6, 2, 4, 3, 2, {1, 0, 0, 1}, {2, 1}, {1, 1}, true, true, true, false},
      7)
      .check();
  Experiment({6,
              6,
              2,
              6,
              2,
              2,
              {0, 1, 1, 0},
              {1, 2},
              {2, 1},
              false,
              true,
              false,
              true},
             8)
      .check();
}

TEST(Contraction, WeightsWithZeroPoints) {
  Convolution shape = {5,      5,      2,     3,     3,     3,    {1, 1, 1, 1},
                       {1, 1}, {1, 1}, false, false, false, false};
  uint32_t seed = 20;
  for (bool isDepthwise : {false, true})
    for (bool isUnsigned : {false, true})
      for (bool hasZeroPoints : {false, true}) {
        if (!isUnsigned && !hasZeroPoints)
          continue;
        shape.isDepthwise = isDepthwise;
        shape.outputs = isDepthwise ? 2 : 3;
        shape.isUnsigned = isUnsigned;
        shape.hasZeroPoints = hasZeroPoints;
        Experiment(shape, seed++).check();
      }
}

TEST(Contraction, Matmul) {
  for (bool isFloat : {false, true}) {
    Random random(9 + isFloat);
    int64_t rows = 6, columns = 5, depth = 77;
    float xs = random.scale(-5), ws = random.scale(-7), ys = random.scale(-1);
    std::string x = tensor({2, 3, depth}, perTensor(true, xs, -100));
    std::string w = tensor(
        {columns, depth}, "!quant.uniform<i8<-127:127>:f32, " + text(ws) + ">");
    std::string b = tensor({columns}, "i32");
    std::string y =
        tensor({2, 3, columns}, isFloat ? "f32" : perTensor(false, ys, 99));
    Program program("func.func @f(%x: " + x + ", %w: " + w + ", %b: " + b +
                    ") -> " + y + " {\n %y = lowbit.matmul %x, %w, %b : (" + x +
                    ", " + w + ", " + b + ") -> " + y + "\n return %y : " + y +
                    "\n}");
    auto input = random.vector<int8_t>(rows * depth, -128, 127);
    auto weights = random.vector<int8_t>(columns * depth, -127, 127);
    auto bias = random.vector<int32_t>(columns, -50000, 50000);
    std::vector<uint8_t> codes(rows * columns);
    std::vector<float> reals(rows * columns);
    program.run({input.data(), weights.data(), bias.data(),
                 isFloat ? static_cast<void *>(reals.data())
                         : static_cast<void *>(codes.data())});
    for (int64_t m = 0; m < rows; ++m)
      for (int64_t n = 0; n < columns; ++n) {
        int64_t accumulator = bias[n];
        for (int64_t k = 0; k < depth; ++k)
          accumulator += (input[m * depth + k] + 100) * weights[n * depth + k];
        Exact real = f32(exact(accumulator));
        Exact scale = product(exact(xs), exact(ws));
        if (isFloat) {
          Exact expected = f32(product(real, f32(scale)));
          ASSERT_EQ(reals[m * columns + n],
                    std::ldexp(static_cast<float>(expected.mantissa),
                               expected.exponent));
          continue;
        }
        ASSERT_EQ(
            codes[m * columns + n],
            code(f32(product(real, quotient(scale, exact(ys)))), 99, 0, 255));
      }
  }
}
