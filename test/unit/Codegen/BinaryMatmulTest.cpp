//===- BinaryMatmulTest.cpp - Products of bits ----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Programs.h"

#include "dialects/Kernel/IR/BitPacking.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <cmath>

using namespace quantc;

namespace {

/// Windows over codes, their bits packed, times planes of bits: everything
/// drawn.
class Problem {
public:
  explicit Problem(unsigned seed, bool isDeep = false);
  std::string text() const;
  std::vector<float> input() const {
    return std::vector<float>(codes.begin(), codes.end());
  }
  std::vector<float> expected() const;

private:
  int64_t bitOf(int64_t image, int64_t row, int64_t column, int64_t tap,
                int64_t plane) const;
  float result(int64_t image, int64_t row, int64_t column,
               int64_t output) const;
  int64_t rows() const { return images * outs[0] * outs[1]; }
  int64_t taps() const { return kernel[0] * kernel[1] * channels; }

  Draw draw;
  int64_t images, channels, extra, outputs, planes, weightPlanes, firstBit,
      offset;
  int64_t kernel[2], stride[2], dilation[2], outs[2], sizes[2];
  bool toCodes;
  std::vector<int> codes;
  std::vector<uint8_t> weights; ///< [planes, outputs, taps]
  std::vector<int32_t> factors, start;
  std::vector<float> scale;
};

Problem::Problem(unsigned seed, bool isDeep) : draw(seed) {
  bool isMatrix = isDeep || draw.coin();
  images = isMatrix ? 1 : draw.between(1, 2);
  channels = isDeep     ? draw.between(15300, 31000)
             : isMatrix ? draw.between(1, draw.coin() ? 2100 : 70)
                        : draw.between(1, 75);
  extra = isMatrix || draw.coin() ? 0 : draw.between(1, 9);
  outputs = draw.between(1, isDeep ? 17 : 75);
  planes = isDeep ? 1 : draw.between(1, 3);
  weightPlanes = isDeep ? 1 : draw.between(1, 2);
  firstBit = draw.between(0, 8 - planes);
  offset = draw.between(-128, 127);
  toCodes = draw.coin();
  for (int axis : {0, 1}) {
    bool isOne = isMatrix && axis == 0;
    kernel[axis] = isMatrix ? 1 : draw.between(1, 3);
    stride[axis] = isMatrix ? 1 : draw.between(1, 2);
    dilation[axis] = isMatrix ? 1 : draw.between(1, 2);
    outs[axis] = isOne ? 1 : draw.between(1, isDeep ? 3 : isMatrix ? 13 : 4);
    sizes[axis] = (outs[axis] - 1) * stride[axis] +
                  dilation[axis] * (kernel[axis] - 1) + 1 +
                  (isMatrix ? 0 : draw.between(0, stride[axis] - 1));
  }
  for (int64_t i = 0; i < images * sizes[0] * sizes[1] * (channels + extra);
       ++i)
    codes.push_back(draw.between(-128, 127));
  for (int64_t i = 0; i < weightPlanes * outputs * taps(); ++i)
    weights.push_back(draw.coin());
  for (int64_t i = 0; i < planes * weightPlanes; ++i)
    factors.push_back(draw.between(-9, 9));
  for (int64_t i = 0; i < kernel::panelsOf(outputs) * kernel::kPanel; ++i) {
    start.push_back(draw.between(-100000, 100000));
    scale.push_back(float(draw.between(1, 1000)) / 1e5f);
  }
}

template <typename T>
std::string constant(llvm::StringRef name, llvm::ArrayRef<T> values,
                     const std::string &type) {
  llvm::ArrayRef<uint8_t> bytes(
      reinterpret_cast<const uint8_t *>(values.data()),
      values.size() * sizeof(T));
  return llvm::formatv("  %{0} = arith.constant dense<\"0x{1}\"> : {2}\n", name,
                       llvm::toHex(bytes), type)
      .str();
}

std::string pair(const int64_t (&values)[2]) {
  return llvm::formatv("[{0}, {1}]", values[0], values[1]).str();
}

std::string Problem::text() const {
  std::string all = dimensions({images, sizes[0], sizes[1], channels + extra});
  std::string in = dimensions({images, sizes[0], sizes[1], channels});
  std::string out = dimensions({rows(), outputs});
  kernel::Runs runs = kernel::Runs::of(kernel, channels, dilation[1] == 1);
  int64_t words = kernel::wordsOf(runs), panels = kernel::panelsOf(outputs);
  std::string bits =
      "tensor<" + dimensions({rows(), planes, words * kernel::kStep}) + "i8>";
  std::string w =
      "tensor<" +
      dimensions({panels, weightPlanes, words, kernel::kPanel, kernel::kStep}) +
      "i8>";
  std::string n = dimensions({panels * kernel::kPanel});
  std::string element = toCodes ? "i8" : "f32", list;
  for (int32_t factor : factors)
    list += (list.empty() ? "" : ", ") + std::to_string(factor);
  std::string text =
      llvm::formatv("!xq = !quant.uniform<i8:f32, 1.0>\n"
                    "func.func @f(%x: tensor<{0}f32>) -> tensor<{1}f32> {{\n"
                    "  %q = lowbit.quantize %x : tensor<{0}f32> to "
                    "tensor<{0}!xq>\n"
                    "  %a = quant.scast %q : tensor<{0}!xq> to tensor<{0}i8>\n"
                    "  %c = tensor.extract_slice %a[0, 0, 0, {3}] [{4}, {5}, "
                    "{6}, {7}] [1, 1, 1, 1] : tensor<{0}i8> to tensor<{2}i8>\n",
                    all, out, in, extra, images, sizes[0], sizes[1], channels);
  text += constant<int8_t>(
      "w", kernel::packBits(weights, outputs, runs, weightPlanes), w);
  text += constant<int32_t>("start", start, "tensor<" + n + "i32>");
  text += constant<float>("scale", scale, "tensor<" + n + "f32>");
  text += llvm::formatv(
      "  %p = tensor.empty() : {0}\n"
      "  %b = kernel.pack_bits ins(%c : tensor<{1}i8>) outs(%p : {0}) kernel "
      "{2} stride {3} dilation {4} {{offset = {5} : i64, first_bit = {6} : "
      "i64} -> {0}\n",
      bits, in, pair(kernel), pair(stride), pair(dilation), offset, firstBit);
  text += llvm::formatv(
      "  %e = tensor.empty() : tensor<{0}{1}>\n"
      "  %y = kernel.binary_matmul ins(%b, %w, %start, %scale : {2}, {3}, "
      "tensor<{4}i32>, tensor<{4}f32>) outs(%e : tensor<{0}{1}>) factors "
      "[{5}]{6} -> tensor<{0}{1}>\n",
      out, element, bits, w, n, list,
      toCodes ? " {zero_point = -3 : i64, bounds = array<f32: -100.0, 90.0>}"
              : "");
  if (!toCodes)
    return text + "  return %y : tensor<" + out + "f32>\n}\n";
  return text + llvm::formatv("  %z = quant.scast %y : tensor<{0}i8> to "
                              "tensor<{0}!xq>\n"
                              "  %r = lowbit.dequantize %z : tensor<{0}!xq> to "
                              "tensor<{0}f32>\n"
                              "  return %r : tensor<{0}f32>\n}\n",
                              out)
                    .str();
}

int64_t Problem::bitOf(int64_t image, int64_t row, int64_t column, int64_t tap,
                       int64_t plane) const {
  int64_t y = row * stride[0] + tap / channels / kernel[1] * dilation[0];
  int64_t x = column * stride[1] + tap / channels % kernel[1] * dilation[1];
  int64_t i = ((image * sizes[0] + y) * sizes[1] + x) * (channels + extra) +
              extra + tap % channels;
  auto code = static_cast<uint8_t>(codes[i] + offset);
  return (code >> (firstBit + plane)) & 1;
}

/// As the op's description has it.
float Problem::result(int64_t image, int64_t row, int64_t column,
                      int64_t output) const {
  int64_t sum = start[output];
  for (int64_t p = 0; p < planes; ++p)
    for (int64_t q = 0; q < weightPlanes; ++q)
      for (int64_t tap = 0; tap < taps(); ++tap)
        if (bitOf(image, row, column, tap, p) !=
            weights[(q * outputs + output) * taps() + tap])
          sum -= factors[p * weightPlanes + q];
  float result = float(sum) * scale[output];
  if (!toCodes)
    return result;
  return std::nearbyint(std::clamp(result, -97.0f, 93.0f)) - 3;
}

std::vector<float> Problem::expected() const {
  std::vector<float> all;
  for (int64_t image = 0; image < images; ++image)
    for (int64_t row = 0; row < outs[0]; ++row)
      for (int64_t column = 0; column < outs[1]; ++column)
        for (int64_t output = 0; output < outputs; ++output)
          all.push_back(result(image, row, column, output));
  return all;
}

void expectDescribed(const Problem &problem) {
  expectBytes(problem.text(), problem.input(), problem.expected());
}

} // namespace

TEST(BinaryMatmul, EveryLevelComputesWhatTheDescriptionSays) {
  for (unsigned seed = 0; seed < 16 && !testing::Test::HasFatalFailure();
       ++seed) {
    SCOPED_TRACE(seed);
    expectDescribed(Problem(seed));
  }
}

/// More words than a counter's bytes hold.
TEST(BinaryMatmul, DeepRowsOverflowNoCounter) {
  for (unsigned seed = 0; seed < 2 && !testing::Test::HasFatalFailure();
       ++seed) {
    SCOPED_TRACE(seed);
    expectDescribed(Problem(seed, /*isDeep=*/true));
  }
}
