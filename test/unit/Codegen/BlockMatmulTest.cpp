//===- BlockMatmulTest.cpp - Packed weights in blocks ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Programs.h"

#include "dialects/Kernel/IR/PlanePacking.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <cmath>

using namespace quantc;

namespace {

struct ScaleKind {
  const char *name;
  const llvm::fltSemantics &semantics;
  int bits;
  unsigned least, most; ///< Finite ones, as bits.
};

const ScaleKind &scaleKind(int64_t index) {
  static const ScaleKind kinds[] = {
      {"f32", llvm::APFloat::IEEEsingle(), 32, 0x38000000, 0x3f800000},
      {"f16", llvm::APFloat::IEEEhalf(), 16, 0, 0x3c00},
      {"bf16", llvm::APFloat::BFloat(), 16, 0x3800, 0x3f80},
      {"e8m0", llvm::APFloat::Float8E8M0FNU(), 8, 0, 130},
      {"e4m3", llvm::APFloat::Float8E4M3FN(), 8, 0, 0x7e},
  };
  return kinds[index];
}

float valueOf(const ScaleKind &kind, unsigned bits) {
  llvm::APFloat value(kind.semantics, llvm::APInt(kind.bits, bits));
  bool losesInfo = false;
  value.convert(llvm::APFloat::IEEEsingle(), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.convertToFloat();
}

/// One product, with everything drawn.
class Problem {
public:
  /// A large one has several sections of weights and groups of tiles.
  explicit Problem(unsigned seed, bool isLarge = false);
  std::string text() const;
  std::vector<float> input() const {
    return std::vector<float>(codes.begin(), codes.end());
  }
  std::vector<float> expected() const;

private:
  template <typename T>
  static std::string constant(llvm::StringRef name, llvm::ArrayRef<T> values,
                              llvm::StringRef type);
  float result(int64_t row, int64_t output) const;

  Draw draw;
  int64_t rows, outputs, depth, count, block, blocks, panels;
  bool isSigned, dynamic, toCodes;
  const ScaleKind &kind;
  float factor;
  std::vector<int> codes; ///< As the program gets them.
  std::vector<uint8_t> weights;
  std::vector<int8_t> levels;   ///< `count` of them: 2^bits, or 3.
  std::vector<unsigned> scales; ///< [panels, blocks, 16]
  std::vector<float> start, scale, rowScale, bias;
};

Problem::Problem(unsigned seed, bool isLarge)
    : draw(seed), rows(isLarge ? draw.between(129, 200)
                               : draw.between(1, draw.coin() ? 3 : 20)),
      outputs(draw.between(1, isLarge ? 60 : 75)),
      depth(isLarge ? draw.between(700, 1500) : draw.between(1, 300)),
      count(draw.between(0, 4) == 0 ? 3 : int64_t(1) << draw.between(1, 8)),
      block(4 * draw.between(1, isLarge && seed % 4 == 0 ? 350 : 70)),
      blocks(llvm::divideCeil(depth, block)), panels(kernel::panelsOf(outputs)),
      isSigned(draw.coin()), dynamic(draw.coin()),
      toCodes(!dynamic && draw.coin()), kind(scaleKind(draw.between(0, 4))),
      factor(draw.coin() ? 1.0f : 0.37f) {
  for (int64_t i = 0; i < rows * depth; ++i)
    codes.push_back(draw.between(0, 3) == 0 ? (draw.coin() ? 255 : 0)
                                            : draw.between(0, 255));
  if (isSigned)
    for (int &code : codes)
      code -= 128;
  for (int64_t i = 0; i < outputs * depth; ++i)
    weights.push_back(draw.between(0, count - 1));
  bool consecutive = count > 16 || draw.coin();
  int64_t lowest = draw.between(-128, 128 - count);
  for (int64_t i = 0; i < count; ++i)
    levels.push_back(consecutive ? lowest + i : draw.between(-128, 127));
  for (int64_t i = 0; i < panels * blocks * kernel::kPanel; ++i)
    scales.push_back(draw.between(kind.least, kind.most));
  for (int64_t i = 0; i < panels * kernel::kPanel; ++i) {
    start.push_back(float(draw.between(-100000, 100000)) / 7);
    scale.push_back(float(draw.between(1, 1000)) / 1e6f);
    bias.push_back(float(draw.between(-1000, 1000)) / 3);
  }
  for (int64_t i = 0; i < rows; ++i)
    rowScale.push_back(float(draw.between(1, 1000)) / 1e5f);
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
  std::string in = dimensions({rows, depth}), out = dimensions({rows, outputs});
  llvm::SmallVector<int8_t> packed = kernel::packPlanes(
      weights, outputs, depth, block,
      kernel::Planes::ofLevels(count, kernel::stepsOf(block)));
  int64_t padded = panels * kernel::kPanel;
  std::string w =
      "tensor<" +
      dimensions({panels, blocks, int64_t(packed.size()) / (panels * blocks)}) +
      "i8>";
  std::string s = llvm::formatv("tensor<{0}{1}{2}>",
                                dimensions({panels, blocks, kernel::kPanel}),
                                kind.bits == 32 ? "f" : "i", kind.bits);
  std::string n = llvm::formatv("tensor<{0}xf32>", padded);
  std::string m = llvm::formatv("tensor<{0}xf32>", rows);
  std::string text =
      llvm::formatv("!xq = !quant.uniform<{0}:f32, 1.0>\n"
                    "!yq = !quant.uniform<i8:f32, 1.0>\n"
                    "func.func @f(%x: tensor<{1}f32>) -> tensor<{2}f32> {{\n"
                    "  %q = lowbit.quantize %x : tensor<{1}f32> to "
                    "tensor<{1}!xq>\n"
                    "  %c = quant.scast %q : tensor<{1}!xq> to tensor<{1}i8>\n",
                    isSigned ? "i8" : "u8", in, out);
  text += constant<int8_t>("w", packed, w);
  if (kind.bits == 32)
    text += constant<unsigned>("s", scales, s);
  else if (kind.bits == 16)
    text += constant<uint16_t>(
        "s", std::vector<uint16_t>(scales.begin(), scales.end()), s);
  else
    text += constant<uint8_t>(
        "s", std::vector<uint8_t>(scales.begin(), scales.end()), s);
  text += constant<float>("start", start, n);
  text += constant<float>("scale", scale, n);
  text += constant<float>("bias", bias, n);
  text += constant<float>("row", rowScale, m);
  std::string element = toCodes ? "i8" : "f32", list;
  for (int8_t level : levels)
    list += (list.empty() ? "" : ", ") + std::to_string(level);
  text += llvm::formatv(
      "  %e = tensor.empty() : tensor<{0}{1}>\n"
      "  %y = kernel.block_matmul ins(%c, %w, %s, %start : tensor<{2}i8>, {3}, "
      "{4}, {5}) {6} outs(%e : tensor<{0}{1}>) {{levels = array<i8: {7}>, "
      "block = {8} : i64, scale_type = #kernel.scale<{9}>, ",
      out, element, in, w, s, n,
      dynamic ? "row_scale(%row : " + m + ") bias(%bias : " + n + ")"
              : "scale(%scale : " + n + ")",
      list, block, kind.name);
  text +=
      llvm::formatv("factor = {0:e8} : f32{1}{2}} -> tensor<{3}{4}>\n",
                    double(factor), isSigned ? ", signed_input" : "",
                    toCodes ? ", zero_point = -3 : i64, bounds = array<f32: "
                              "-100.0, 90.0>"
                            : "",
                    out, element);
  if (!toCodes)
    return text + "  return %y : tensor<" + out + "f32>\n}\n";
  return text + llvm::formatv("  %z = quant.scast %y : tensor<{0}i8> to "
                              "tensor<{0}!yq>\n"
                              "  %r = lowbit.dequantize %z : tensor<{0}!yq> to "
                              "tensor<{0}f32>\n"
                              "  return %r : tensor<{0}f32>\n}\n",
                              out)
                    .str();
}

/// As the op's description has it, each operation rounded by itself.
float Problem::result(int64_t row, int64_t output) const {
  volatile float sum = start[output];
  int64_t panel = output / kernel::kPanel, lane = output % kernel::kPanel;
  for (int64_t b = 0; b < blocks; ++b) {
    int64_t dot = 0;
    for (int64_t k = b * block; k < std::min(depth, (b + 1) * block); ++k)
      dot += int64_t(codes[row * depth + k] + (isSigned ? 128 : 0)) *
             levels[weights[output * depth + k]];
    unsigned bits = scales[(panel * blocks + b) * kernel::kPanel + lane];
    volatile float real = valueOf(kind, bits) * factor;
    volatile float part = float(dot) * real;
    sum = sum + part;
  }
  volatile float result = sum * (dynamic ? rowScale[row] : scale[output]);
  if (dynamic)
    result = result + bias[output];
  if (!toCodes)
    return result;
  float real = result, bounded = std::clamp(real, -97.0f, 93.0f);
  return std::nearbyint(bounded) - 3;
}

std::vector<float> Problem::expected() const {
  std::vector<float> all;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t output = 0; output < outputs; ++output)
      all.push_back(result(row, output));
  return all;
}

} // namespace

TEST(BlockMatmul, EveryLevelComputesWhatTheDescriptionSays) {
  for (unsigned seed = 0; seed < 16; ++seed) {
    SCOPED_TRACE(seed);
    Problem problem(seed);
    expectBytes(problem.text(), problem.input(), problem.expected());
    if (HasFatalFailure())
      return;
  }
}

TEST(BlockMatmul, ManyRowsMultiplySectionsOfManyBlocks) {
  for (unsigned seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    Problem problem(seed, /*isLarge=*/true);
    expectBytes(problem.text(), problem.input(), problem.expected());
    if (HasFatalFailure())
      return;
  }
}
