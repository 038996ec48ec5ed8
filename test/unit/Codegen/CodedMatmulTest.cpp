//===- CodedMatmulTest.cpp - Packed weights times reals -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Programs.h"

#include "dialects/Kernel/IR/LevelRule.h"
#include "dialects/Kernel/IR/PlanePacking.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <cmath>

using namespace quantc;

namespace {

/// Levels of every kind that there is a rule for, and of none.
std::vector<float> drawLevels(Draw &draw, int64_t bits) {
  std::vector<float> levels;
  int64_t count = int64_t(1) << bits;
  int64_t kind = draw.between(0, 2);
  for (int64_t code = 0; code < count; ++code) {
    int64_t half = code % (count / 2), sign = code < count / 2 ? 1 : -1;
    if (kind == 0) // Integers, or odd ones.
      levels.push_back(float((bits % 2 + 1) * code - count / 2));
    else if (kind == 1 && bits > 2) // Two bits of mantissa.
      levels.push_back(float(sign) *
                       std::ldexp(half < 4 ? float(half) : float(4 + half % 4),
                                  half < 4 ? -9 : int(half / 4) - 10));
    else
      levels.push_back(float(draw.between(-1000, 1000)) / 700);
  }
  return levels;
}

/// One product, with everything drawn.
class Problem {
public:
  explicit Problem(unsigned seed);
  std::string text() const;
  std::vector<float> expected() const;

  std::vector<float> input;

private:
  template <typename T>
  static std::string constant(llvm::StringRef name, llvm::ArrayRef<T> values,
                              llvm::StringRef type);
  float result(int64_t row, int64_t output) const;

  Draw draw;
  int64_t rows, outputs, depth, bits, block, blocks, panels;
  bool hasZeros, isBounded;
  float factor;
  std::vector<uint8_t> weights;
  std::vector<float> levels, scales, zeros, bias; ///< [panels, blocks, 16]
};

Problem::Problem(unsigned seed)
    : draw(seed), rows(draw.between(1, draw.coin() ? 3 : 70)),
      outputs(draw.between(1, 75)), depth(draw.between(1, 400)),
      bits(draw.between(1, 8)),
      block(4 * (draw.coin() ? draw.between(1, 20) : draw.between(1, 120))),
      blocks(llvm::divideCeil(depth, block)), panels(kernel::panelsOf(outputs)),
      hasZeros(draw.between(0, 3) == 0), isBounded(draw.coin()),
      factor(draw.coin() ? 1.0f : 0.37f) {
  for (int64_t i = 0; i < rows * depth; ++i)
    input.push_back(float(draw.between(-5000, 5000)) / 777);
  for (int64_t i = 0; i < outputs * depth; ++i)
    weights.push_back(draw.between(0, (int64_t(1) << bits) - 1));
  levels = drawLevels(draw, bits);
  for (int64_t i = 0; i < panels * blocks * kernel::kPanel; ++i) {
    scales.push_back(float(draw.between(1, 1000)) / 300);
    zeros.push_back(float(draw.between(-20, 20)) / 8);
  }
  for (int64_t i = 0; i < panels * kernel::kPanel; ++i)
    bias.push_back(float(draw.between(-1000, 1000)) / 3);
}

template <typename T>
std::string Problem::constant(llvm::StringRef name, llvm::ArrayRef<T> values,
                              llvm::StringRef type) {
  llvm::ArrayRef<uint8_t> bytes(
      reinterpret_cast<const uint8_t *>(values.data()),
      values.size() * sizeof(T));
  return llvm::formatv("  %{0} = arith.constant dense<\"0x{1}\"> : {2}\n", name,
                       llvm::toHex(bytes), type)
      .str();
}

std::string Problem::text() const {
  auto floats = [](llvm::ArrayRef<int64_t> shape) {
    return "tensor<" + dimensions(shape) + "f32>";
  };
  llvm::SmallVector<int8_t> packed =
      kernel::packPlanes(weights, outputs, depth, block, bits);
  std::string x = floats({rows, depth}), y = floats({rows, outputs}),
              s = floats({panels, blocks, kernel::kPanel}),
              n = floats({panels * kernel::kPanel}),
              t = floats({int64_t(levels.size())});
  std::string w =
      "tensor<" +
      dimensions({panels, blocks, int64_t(packed.size()) / (panels * blocks)}) +
      "i8>";
  std::string text = "func.func @f(%x: " + x + ") -> " + y + " {\n";
  text += constant<int8_t>("w", packed, w) + constant<float>("s", scales, s) +
          constant<float>("z", zeros, s) + constant<float>("b", bias, n) +
          constant<float>("t", levels, t);
  std::string list;
  for (float level : levels)
    list += llvm::formatv("{0}{1:e8}", list.empty() ? "" : ", ", double(level));
  std::string options;
  if (hasZeros)
    options += "zeros(%z : " + s + ") ";
  if (!kernel::LevelRule::of(levels))
    options += "table(%t : " + t + ") ";
  text += llvm::formatv(
      "  %e = tensor.empty() : {0}\n"
      "  %y = kernel.coded_matmul ins(%x, %w, %s, %b : {1}, {2}, {3}, {4}) "
      "{5}outs(%e : {0}) {{levels = array<f32: {6}>, block = {7} : i64, "
      "scale_type = #kernel.scale<f32>, factor = {8:e8} : f32{9}} -> {0}\n"
      "  return %y : {0}\n}\n",
      y, x, w, s, n, options, list, block, double(factor),
      isBounded ? ", bounds = array<f32: -100.0, 200.0>" : "");
  return text;
}

/// As the op's description has it, each operation rounded by itself.
float Problem::result(int64_t row, int64_t output) const {
  volatile float sum = bias[output];
  int64_t panel = output / kernel::kPanel, lane = output % kernel::kPanel;
  for (int64_t k = 0; k < depth; ++k) {
    int64_t at = (panel * blocks + k / block) * kernel::kPanel + lane;
    volatile float scale = scales[at] * factor;
    volatile float level = levels[weights[output * depth + k]];
    if (hasZeros)
      level = level - zeros[at];
    volatile float weight = level * scale;
    volatile float product = input[row * depth + k] * weight;
    sum = sum + product;
  }
  float real = sum;
  return isBounded ? std::clamp(real, -100.0f, 200.0f) : real;
}

std::vector<float> Problem::expected() const {
  std::vector<float> all;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t output = 0; output < outputs; ++output)
      all.push_back(result(row, output));
  return all;
}

} // namespace

TEST(CodedMatmul, EveryLevelComputesWhatTheDescriptionSays) {
  for (unsigned seed = 0; seed < 16; ++seed) {
    SCOPED_TRACE(seed);
    Problem problem(seed);
    expectBytes(problem.text(), problem.input, problem.expected());
    if (HasFatalFailure())
      return;
  }
}
