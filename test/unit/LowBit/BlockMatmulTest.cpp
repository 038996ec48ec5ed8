//===- BlockMatmulTest.cpp - Packed weights against plain arithmetic ------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Oracle.h"
#include "Program.h"
#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"
#include <algorithm>

using namespace quantc;

namespace {

/// A format of weights, described once more, by hand.
struct Weights {
  const char *name;
  int bits;
  int64_t block;
  /// What a code stands for, in steps of the format's grid.
  int (*value)(int code);
  const char *scaleType;
  int scaleBytes;
  /// A scale's bits, and the number; steps of the grid included.
  int64_t lowestScale, highestScale;
  float (*scale)(int64_t bits, float second);
  bool hasSecond = false, hasZeros = false;
};

int signedOf(int code, int bits) {
  return code < 1 << (bits - 1) ? code : code - (1 << bits);
}

float halfOf(int64_t bits, float) {
  int64_t exponent = bits >> 10, mantissa = bits & 1023;
  return exponent == 0 ? std::ldexp(float(mantissa), -24)
                       : std::ldexp(float(1024 + mantissa), int(exponent) - 25);
}

int e2m1TimesTwo(int code) {
  static const int magnitudes[] = {0, 1, 2, 3, 4, 6, 8, 12};
  return code & 8 ? -magnitudes[code & 7] : magnitudes[code & 7];
}

const Weights kFormats[] = {
    {"i4:b16", 4, 16, [](int code) { return signedOf(code, 4); }, "f16", 2, 1,
     0x3800, halfOf},
    {"ternary:b32", 2, 32, [](int code) { return signedOf(code, 2); }, "f16", 2,
     0x2000, 0x3800, halfOf},
    {"i5:b24", 5, 24, [](int code) { return signedOf(code, 5); }, "f16", 2,
     0x2000, 0x3800, halfOf},
    {"mxint8", 8, 32, [](int code) { return signedOf(code, 8); }, "f8E8M0FNU",
     1, 115, 130,
     [](int64_t bits, float) { return std::ldexp(1.0f, int(bits) - 127 - 6); }},
    {"mxfp4", 4, 32, e2m1TimesTwo, "f8E8M0FNU", 1, 115, 130,
     [](int64_t bits, float) { return std::ldexp(1.0f, int(bits) - 127 - 1); }},
    {"nvfp4", 4, 16, e2m1TimesTwo, "f8E4M3FN", 1, 1, 0x7e,
     [](int64_t bits, float second) {
       int64_t exponent = bits >> 3, mantissa = bits & 7;
       float scale = exponent == 0
                         ? std::ldexp(float(mantissa), -9)
                         : std::ldexp(float(8 + mantissa), int(exponent) - 10);
       volatile float product = scale * (second * 0.5f);
       return product;
     },
     true},
    {"u3:b16", 3, 16, [](int code) { return code; }, "f16", 2, 0x2000, 0x3800,
     halfOf, false, true},
};

/// Bytes, least significant bit first; `count` codes of every row start a byte.
std::vector<uint8_t> packed(const std::vector<int> &codes, size_t count,
                            int bits) {
  std::vector<uint8_t> bytes;
  for (size_t row = 0; row < codes.size(); row += count) {
    size_t first = bytes.size();
    bytes.resize(first + (count * bits + 7) / 8);
    for (size_t i = 0; i < count * bits; ++i)
      if (codes[row + i / bits] >> (i % bits) & 1)
        bytes[first + i / 8] |= uint8_t(1 << (i % 8));
  }
  return bytes;
}

std::string bytesText(llvm::ArrayRef<uint8_t> bytes, const std::string &type) {
  return "dense<\"0x" + llvm::toHex(bytes) + "\"> : " + type;
}

enum class Result { Codes, Reals, Rows };

class Experiment {
public:
  Experiment(const Weights &format, Result kind, uint32_t seed);
  std::string source() const;
  void check();

private:
  float accumulator(int64_t row, int64_t output) const;
  float startOf(int64_t output) const;
  int valueOf(int64_t output, int64_t k) const;
  float scaleOf(int64_t output, int64_t block) const {
    return format.scale(scales[output * blocks + block], second);
  }

  const Weights &format;
  Result kind;
  int64_t rows, depth, outputs, blocks, inputZero, outputZero;
  bool isSigned, hasBias;
  float inputScale, outputScale, second;
  std::vector<int8_t> input;
  std::vector<int> codes, zeros;
  std::vector<int64_t> scales;
  std::vector<float> bias, rowScales;
};

Experiment::Experiment(const Weights &format, Result kind, uint32_t seed)
    : format(format), kind(kind) {
  Random random(seed);
  rows = random(1, 4);
  depth = random(1, 100);
  outputs = random(1, 5);
  blocks = (depth + format.block - 1) / format.block;
  isSigned = kind == Result::Rows || random(0, 1);
  hasBias = random(0, 2) > 0;
  inputZero = kind == Result::Rows ? 0 : random(0, 255) - (isSigned ? 128 : 0);
  inputScale = kind == Result::Rows ? 1.0f : random.scale(-5);
  outputZero = random(0, 255);
  outputScale = random.scale(1);
  second = random.scale(-7);
  input = random.vector<int8_t>(rows * depth, -128, 127);
  codes = random.vector<int>(outputs * depth, 0, (1 << format.bits) - 1);
  // Two's complement without its lowest number, but for what has none.
  for (int &code : codes)
    if (format.value(code) == -(1 << (format.bits - 1)))
      code = 0;
  zeros = random.vector<int>(outputs * blocks, 0, (1 << format.bits) - 1);
  scales = random.vector<int64_t>(outputs * blocks, format.lowestScale,
                                  format.highestScale);
  for (int64_t n = 0; n < outputs; ++n)
    bias.push_back(float(random(-1000000, 1000000)) / 7e4f);
  for (int64_t m = 0; m < rows; ++m)
    rowScales.push_back(random.scale(-6));
}

std::string Experiment::source() const {
  std::string x =
      tensor({rows, depth}, perTensor(isSigned, inputScale, inputZero));
  std::string w = tensor({outputs, depth},
                         "!lowbit.coded<\"" + std::string(format.name) + "\">");
  std::string y =
      tensor({rows, outputs}, kind == Result::Codes
                                  ? perTensor(false, outputScale, outputZero)
                                  : "f32");
  std::string b = tensor({outputs}, "f32"), r = tensor({rows}, "f32");
  std::vector<uint8_t> bytes = packed(codes, depth, format.bits), scaleBytes;
  for (int64_t scale : scales)
    for (int i = 0; i < format.scaleBytes; ++i)
      scaleBytes.push_back(uint8_t(scale >> (8 * i)));
  std::string constant =
      "axis = 0 : i64, codes = " +
      bytesText(bytes, tensor({int64_t(bytes.size())}, "i8")) + ", scales = " +
      bytesText(scaleBytes, tensor({int64_t(scales.size())}, format.scaleType));
  if (format.hasSecond)
    constant += ", second = " + text(second) + " : f32";
  if (format.hasZeros) {
    std::vector<uint8_t> bits = packed(zeros, zeros.size(), format.bits);
    constant += ", zero_points = " +
                bytesText(bits, tensor({int64_t(bits.size())}, "i8"));
  }
  llvm::ArrayRef<uint8_t> biasBytes(
      reinterpret_cast<const uint8_t *>(bias.data()), 4 * bias.size());
  bool isRows = kind == Result::Rows;
  return "func.func @f(%x: " + x + ", %r: " + r + ") -> " + y +
         " {\n  %w = lowbit.coded_constant {" + constant + "} : " + w +
         "\n  %b = arith.constant " + bytesText(biasBytes, b) +
         "\n  %y = lowbit.block_matmul %x, %w" +
         (isRows ? " row_scales(%r)" : "") + (hasBias ? " bias(%b)" : "") +
         (kind == Result::Codes ? " clamp [3, 250]" : "") + " : (" + x + ", " +
         w + (isRows ? ", " + r : "") + (hasBias ? ", " + b : "") + ") -> " +
         y + "\n  return %y : " + y + "\n}\n";
}

int Experiment::valueOf(int64_t output, int64_t k) const {
  int value = format.value(codes[output * depth + k]);
  return format.hasZeros ? value - zeros[output * blocks + k / format.block]
                         : value;
}

float Experiment::startOf(int64_t output) const {
  double sum = 0;
  for (int64_t b = 0; b < blocks; ++b) {
    int64_t values = 0;
    for (int64_t k = b * format.block;
         k < std::min(depth, (b + 1) * format.block); ++k)
      values += valueOf(output, k);
    volatile double product = double(scaleOf(output, b)) * double(values);
    sum = sum + product;
  }
  volatile double zero = double(inputZero + (isSigned ? 128 : 0)) * sum;
  bool isAdded = hasBias && kind != Result::Rows;
  volatile double first =
      isAdded ? double(bias[output]) / double(inputScale) : 0.0;
  return float(first - zero);
}

float Experiment::accumulator(int64_t row, int64_t output) const {
  volatile float sum = startOf(output);
  for (int64_t b = 0; b < blocks; ++b) {
    int64_t dot = 0;
    for (int64_t k = b * format.block;
         k < std::min(depth, (b + 1) * format.block); ++k) {
      int8_t byte = input[row * depth + k];
      int64_t code = isSigned ? byte + 128 : int64_t(uint8_t(byte));
      dot += code * valueOf(output, k);
    }
    volatile float part = float(dot) * scaleOf(output, b);
    sum = sum + part;
  }
  return sum;
}

void Experiment::check() {
  Program program(source());
  std::vector<float> reals(rows * outputs);
  std::vector<uint8_t> bytes(rows * outputs);
  bool isCodes = kind == Result::Codes;
  program.run({input.data(), rowScales.data(),
               isCodes ? static_cast<void *>(bytes.data()) : reals.data()});
  for (int64_t m = 0; m < rows; ++m)
    for (int64_t n = 0; n < outputs; ++n) {
      volatile float sum = accumulator(m, n);
      if (isCodes) {
        volatile float real =
            sum * float(double(inputScale) / double(outputScale));
        ASSERT_EQ(
            oracle::code(oracle::exact(std::clamp(float(real), -1e4f, 1e4f)),
                         outputZero, 3, 250),
            bytes[m * outputs + n]);
        continue;
      }
      volatile float real =
          sum * (kind == Result::Rows ? rowScales[m] : inputScale);
      if (kind == Result::Rows && hasBias)
        real = real + bias[n];
      ASSERT_EQ(float(real), reals[m * outputs + n]);
    }
}

} // namespace

TEST(BlockMatmul, EveryFormatGivesWhatTheSpecificationSays) {
  uint32_t seed = 0;
  for (const Weights &format : kFormats)
    for (Result kind : {Result::Codes, Result::Reals, Result::Rows})
      for (int i = 0; i < 3; ++i) {
        SCOPED_TRACE(std::string(format.name) + ", seed " +
                     std::to_string(++seed));
        Experiment(format, kind, seed).check();
        if (HasFatalFailure())
          return;
      }
}

TEST(BlockMatmul, PatchesHoldTheWindowsOfAConvolution) {
  Program program(
      "!q = !quant.uniform<i8:f32, 0.5:-7>\n"
      "func.func @f(%x: tensor<2x5x4x3x!q>) -> tensor<12x18x!q> {\n"
      "  %y = lowbit.patches %x kernel [3, 2] pad [1, 0, 0, 1] stride [2, 1] "
      "dilation [1, 2] : tensor<2x5x4x3x!q> to tensor<12x18x!q>\n"
      "  return %y : tensor<12x18x!q>\n}\n");
  Random random(1);
  std::vector<int8_t> input = random.vector<int8_t>(2 * 5 * 4 * 3, -128, 127);
  std::vector<int8_t> output(12 * 18);
  program.run({input.data(), output.data()});
  for (int64_t row = 0; row < 12; ++row)
    for (int64_t column = 0; column < 18; ++column) {
      int64_t n = row / 6, oh = row / 3 % 2, ow = row % 3;
      int64_t kh = column / 6, kw = column / 3 % 2, c = column % 3;
      int64_t h = 2 * oh + kh - 1, w = ow + 2 * kw;
      bool isInside = h >= 0 && h < 5 && w < 4;
      ASSERT_EQ(output[row * 18 + column],
                isInside ? input[((n * 5 + h) * 4 + w) * 3 + c] : -7)
          << row << ", " << column;
    }
}
