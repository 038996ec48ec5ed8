//===- PackedPropertyTest.cpp - Random products of packed weights ---------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiling a kernel takes much longer than running it. So a program has
// several products, of formats, shapes and weights that are drawn, and runs on
// several draws of activations, each of which is a case of each product. The
// reference is what docs/Numerics.md says, computed here from the integers and
// scales that lowbit::blockWeights gives; LowBitTests compares those with
// formats that are written down once more.
//
//===----------------------------------------------------------------------===//
#include "Programs.h"

#include "dialects/LowBit/IR/BlockWeights.h"
#include "dialects/LowBit/IR/Coded.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "quantc/Format/Levels.h"
#include "quantc/Format/Spelling.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace quantc;

namespace {

constexpr unsigned kPrograms = 90, kProducts = 6, kDraws = 10;
static_assert(kPrograms * kProducts * kDraws >= 5000);
constexpr const char *kLevels[] = {"sse4", "avx2", "avx512", "avxvnni", "vnni"};

/// A format in blocks with integers of 8 bits.
format::Format drawFormat(Draw &draw) {
  static const char *const names[] = {
      "i2",      "i3",       "i4",      "i5",           "i6",     "i7",
      "i8",      "i4:full",  "u1",      "u2",           "u3",     "u4",
      "u5",      "u6",       "u7",      "i3:midrise",   "fp4",    "pow2",
      "ternary", "binary",   "mxfp4",   "mxfp6e2m3",    "mxint8", "nvfp4",
      "kmeans5", "kmeans16", "fp6e2m3", "ternary:base3"};
  static const char *const scales[] = {"",      ":f32",  ":f16", ":bf16",
                                       ":e8m0", ":e4m3", ":pow2"};
  for (;;) {
    std::string text = names[draw.between(0, std::size(names) - 1)];
    // Blocks that fill steps; half of them as people choose them.
    int64_t block = draw.coin() ? int64_t(16) << draw.between(0, 4)
                                : 4 * draw.between(4, 64);
    text += ":b" + std::to_string(block) +
            scales[draw.between(0, std::size(scales) - 1)];
    llvm::Expected<format::Format> format = format::parse(text);
    if (format)
      return *format;
    llvm::consumeError(format.takeError());
  }
}

/// Primes, 1, and sizes around those of panels and blocks.
int64_t drawSize(Draw &draw, int64_t most) {
  static const int64_t sizes[] = {1,  2,  3,  5,  7,  15, 16,
                                  17, 31, 33, 61, 64, 127};
  int64_t size = sizes[draw.between(0, std::size(sizes) - 1)];
  return draw.coin() || size > most ? draw.between(1, most) : size;
}

/// One product of the program.
struct Product {
  format::Format format;
  int64_t rows, depth, outputs;
  bool isSigned, hasBias, isCodes;
  float inputScale, outputScale;
  int64_t inputZero, outputZero;
  lowbit::BlockWeights weights;
  std::vector<float> bias;
  std::string constant; ///< The op, as text.

  Product(Draw &draw, MLIRContext *context);
  std::string text(int64_t number, int64_t first, int64_t inputs) const;
  void expect(llvm::ArrayRef<float> input, std::vector<float> &expected) const;
};

Product::Product(Draw &draw, MLIRContext *context)
    : format(drawFormat(draw)), rows(drawSize(draw, draw.coin() ? 2 : 14)),
      depth(drawSize(draw, 160)), outputs(drawSize(draw, 40)),
      isSigned(draw.coin()), hasBias(draw.coin()), isCodes(draw.coin()),
      inputScale(float(draw.between(1, 1 << 20)) * 0x1p-22f),
      outputScale(float(draw.between(1, 1 << 20)) * 0x1p-17f),
      inputZero(draw.between(0, 255) - (isSigned ? 128 : 0)),
      outputZero(draw.between(-128, 127)) {
  std::vector<float> values;
  for (int64_t i = 0; i < outputs * depth; ++i)
    values.push_back(float(draw.between(-1000, 1000)) * 0x1p-9f);
  for (int64_t n = 0; n < outputs; ++n)
    bias.push_back(hasBias ? float(draw.between(-100, 100)) / 7 : 0.0f);
  format::Encoded encoded = format::quantize(format, values, outputs);
  OpBuilder builder(context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getUnknownLoc());
  builder.setInsertionPointToStart(module->getBody());
  lowbit::CodedConstantOp op =
      lowbit::createCoded(builder, builder.getUnknownLoc(), {outputs, depth},
                          /*axis=*/0, format, encoded);
  llvm::raw_string_ostream(constant) << *op;
  weights = *lowbit::blockWeights(op);
}

/// Reads `depth * rows` elements of %x from `first` on.
std::string Product::text(int64_t number, int64_t first, int64_t inputs) const {
  std::string in = dimensions({rows, depth}), out = dimensions({rows, outputs});
  std::string x =
      llvm::formatv("!quant.uniform<{0}:f32, {1:e16}:{2}>",
                    isSigned ? "i8" : "u8", double(inputScale), inputZero);
  std::string y = llvm::formatv("!quant.uniform<i8:f32, {0:e16}:{1}>",
                                double(outputScale), outputZero);
  std::string element = isCodes ? y : "f32", biasText;
  for (float value : bias)
    biasText += llvm::formatv("{0}{1:e12}", biasText.empty() ? "" : ", ",
                              double(value));
  std::string result;
  llvm::raw_string_ostream os(result);
  os << llvm::formatv("  %s{0} = tensor.extract_slice %x[{1}] [{2}] [1] : "
                      "tensor<{3}xf32> to tensor<{2}xf32>\n",
                      number, first, rows * depth, inputs)
     << llvm::formatv(
            "  %m{0} = tensor.expand_shape %s{0} [[0, 1]] output_shape "
            "[{1}, {2}] : tensor<{3}xf32> into tensor<{4}f32>\n",
            number, rows, depth, rows * depth, in)
     << llvm::formatv("  %q{0} = lowbit.quantize %m{0} : tensor<{1}f32> to "
                      "tensor<{1}{2}>\n",
                      number, in, x)
     << "  %w" << number << constant.substr(constant.find(" ="))
     << llvm::formatv(
            "\n  %b{0} = arith.constant dense<[{1}]> : tensor<{2}xf32>"
            "\n",
            number, biasText, outputs)
     << llvm::formatv(
            "  %y{0} = lowbit.block_matmul %q{0}, %w{0}{1}{2} : "
            "(tensor<{3}{4}>, tensor<{5}!lowbit.coded<\"{6}\">>{7}) -> "
            "tensor<{8}{9}>\n",
            number, hasBias ? llvm::formatv(" bias(%b{0})", number).str() : "",
            isCodes ? " clamp [-120, 100]" : "", in, x,
            dimensions({outputs, depth}), format.name,
            hasBias ? llvm::formatv(", tensor<{0}xf32>", outputs).str() : "",
            out, element);
  if (isCodes)
    os << llvm::formatv("  %r{0} = lowbit.dequantize %y{0} : tensor<{1}{2}> to "
                        "tensor<{1}f32>\n",
                        number, out, y);
  os << llvm::formatv("  %f{0} = tensor.collapse_shape %{3}{0} [[0, 1]] : "
                      "tensor<{1}f32> into tensor<{2}xf32>\n",
                      number, out, rows * outputs, isCodes ? "r" : "y");
  return result;
}

/// What docs/Numerics.md says, each operation rounded by itself.
void Product::expect(llvm::ArrayRef<float> input,
                     std::vector<float> &expected) const {
  int64_t low = isSigned ? -128 : 0, shift = isSigned ? 128 : 0;
  llvm::SmallVector<float> starts = lowbit::blockStarts(
      weights, hasBias ? llvm::ArrayRef<float>(bias) : llvm::ArrayRef<float>(),
      inputScale, inputZero + shift);
  int64_t blocks = weights.blocks();
  for (int64_t m = 0; m < rows; ++m) {
    std::vector<int64_t> codes;
    for (int64_t k = 0; k < depth; ++k)
      codes.push_back(lowbit::roundToCode(input[m * depth + k] / inputScale,
                                          inputZero, low, low + 255) +
                      shift);
    for (int64_t n = 0; n < outputs; ++n) {
      volatile float sum = starts[n];
      for (int64_t b = 0; b < blocks; ++b) {
        int64_t dot = 0;
        for (int64_t k = b * weights.block;
             k < std::min(depth, (b + 1) * weights.block); ++k)
          dot += codes[k] * weights.values[n * depth + k];
        volatile float part = float(dot) * weights.scales[n * blocks + b];
        sum = sum + part;
      }
      volatile float real =
          sum * (isCodes ? lowbit::ratio(inputScale, outputScale) : inputScale);
      if (isCodes)
        real = float(lowbit::roundToCode(real, outputZero, -120, 100) -
                     outputZero) *
               outputScale;
      expected.push_back(float(real));
    }
  }
}

/// Several products side by side, compiled for one level.
void runProgramOf(unsigned seed, MLIRContext *context) {
  Draw draw(seed);
  std::vector<Product> products;
  int64_t inputs = 0, outputs = 0;
  for (unsigned i = 0; i < kProducts; ++i) {
    products.emplace_back(draw, context);
    inputs += products.back().rows * products.back().depth;
    outputs += products.back().rows * products.back().outputs;
  }
  std::string text, list, types, about;
  int64_t first = 0;
  for (auto [i, product] : llvm::enumerate(products)) {
    text += product.text(i, first, inputs);
    first += product.rows * product.depth;
    list += llvm::formatv("{0}%f{1}", i ? ", " : "", i);
    types += llvm::formatv("{0}tensor<{1}xf32>", i ? ", " : "",
                           product.rows * product.outputs);
    about += llvm::formatv("{0} {1}x{2}x{3}, ", product.format.name,
                           product.rows, product.depth, product.outputs);
  }
  std::string source = llvm::formatv(
      "func.func @f(%x: tensor<{0}xf32>) -> tensor<{1}xf32> {{\n{2}"
      "  %y = tensor.concat dim(0) {3} : ({4}) -> tensor<{1}xf32>\n"
      "  return %y : tensor<{1}xf32>\n}\n",
      inputs, outputs, text, list, types);
  std::vector<std::vector<float>> draws;
  for (unsigned i = 0; i < kDraws; ++i) {
    std::vector<float> &input = draws.emplace_back();
    for (const Product &product : products)
      for (int64_t k = 0; k < product.rows * product.depth; ++k)
        input.push_back(float(draw.between(-300, 300)) * product.inputScale);
  }
  std::vector<std::vector<float>> actual =
      runProgram(source, kLevels[seed % std::size(kLevels)], draws);
  if (actual.empty())
    return; // This machine does not run the level.
  for (auto [input, result] : llvm::zip_equal(draws, actual)) {
    std::vector<float> expected;
    llvm::ArrayRef<float> rest = input;
    for (const Product &product : products) {
      product.expect(rest, expected);
      rest = rest.drop_front(product.rows * product.depth);
    }
    ASSERT_EQ(result.size(), expected.size());
    for (size_t i = 0; i < result.size(); ++i)
      ASSERT_EQ(std::memcmp(&result[i], &expected[i], sizeof(float)), 0)
          << "element " << i << ": " << result[i] << " instead of "
          << expected[i] << " of " << about << "\n"
          << source;
  }
}

} // namespace

TEST(PackedProperty, FiveThousandProductsAreWhatTheSpecificationSays) {
  MLIRContext context;
  context.loadDialect<lowbit::LowBitDialect, quant::QuantDialect>();
  for (unsigned seed = 0; seed < kPrograms; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", level " +
                 kLevels[seed % std::size(kLevels)]);
    runProgramOf(seed, &context);
    if (HasFatalFailure())
      return;
  }
}
