//===- ProductTest.cpp - Products of two activations ----------------------===//
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

std::string format(Draw &draw, llvm::StringRef scale, bool symmetric = false) {
  bool isSigned = draw.coin();
  int64_t zero = symmetric ? 128 : draw.between(0, 255);
  return llvm::formatv("!quant.uniform<{0}:f32, {1}:{2}>",
                       isSigned ? "i8" : "u8", scale,
                       isSigned ? zero - 128 : zero)
      .str();
}

/// a [B,M,K] as codes times a tensor of codes [B,K,N], as reals or codes.
std::string codeProduct(Draw &draw, int64_t &elements) {
  int64_t batch = draw.between(1, 3), rows = draw.between(1, 30);
  int64_t depth = draw.between(1, 90), columns = draw.between(1, 70);
  elements = batch * rows * depth;
  std::string left = dimensions({batch, rows, depth});
  std::string right = dimensions({batch, depth, columns});
  std::string result = dimensions({batch, rows, columns});
  bool codes = draw.coin();
  std::string text = "!aq = " + format(draw, "0.0625") + "\n!bq = " +
                     format(draw, "0.03125", /*symmetric=*/draw.coin()) +
                     "\n!yq = " + format(draw, "0.5") + "\n";
  text += llvm::formatv(
              "func.func @f(%x: tensor<{0}f32>) -> tensor<{1}f32> {{\n"
              "  %a = lowbit.quantize %x : tensor<{0}f32> to tensor<{0}!aq>\n"
              "  %s = arith.constant {2}\n"
              "  %b = quant.scast %s : tensor<{3}i8> to tensor<{3}!bq>\n"
              "  %y = lowbit.batch_matmul %a, %b : (tensor<{0}!aq>, "
              "tensor<{3}!bq>) -> tensor<{1}{4}>\n",
              left, result, draw.codes(batch * depth * columns, right), right,
              codes ? "!yq" : "f32")
              .str();
  text += codes ? "  %r = lowbit.dequantize %y : tensor<" + result +
                      "!yq> to tensor<" + result + "f32>\n  return %r"
                : std::string("  return %y");
  return text + " : tensor<" + result + "f32>\n}\n";
}

} // namespace

TEST(KernelProduct, CodesGiveTheBytesOfTheReference) {
  for (unsigned seed = 0; seed < 16; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    int64_t elements;
    std::string text = codeProduct(draw, elements);
    expectSameBytes(text, draw.reals(elements));
    if (HasFatalFailure())
      return;
  }
}

TEST(KernelProduct, RealsAgreeWithSumsInDoublePrecision) {
  // x times its own transpose, over depths and rows that fill no vector.
  for (auto [batch, rows, depth] :
       {std::array<int64_t, 3>{1, 5, 3}, {3, 17, 8}, {2, 33, 21}}) {
    std::vector<float> x(batch * rows * depth);
    Draw draw(3);
    for (float &value : x)
      value = float(draw.between(-1000, 1000)) / 256;
    std::string text =
        llvm::formatv(
            "func.func @f(%x: tensor<{0}x{1}x{2}xf32>) -> "
            "tensor<{0}x{1}x{1}xf32> {{\n"
            "  %z = \"tosa.const\"() <{{values = dense<0.0> : tensor<1xf32>}> "
            ": () -> tensor<1xf32>\n"
            "  %t = tosa.transpose %x {{perms = array<i32: 0, 2, 1>} : "
            "(tensor<{0}x{1}x{2}xf32>) -> tensor<{0}x{2}x{1}xf32>\n"
            "  %y = tosa.matmul %x, %t, %z, %z : (tensor<{0}x{1}x{2}xf32>, "
            "tensor<{0}x{2}x{1}xf32>, tensor<1xf32>, tensor<1xf32>) -> "
            "tensor<{0}x{1}x{1}xf32>\n"
            "  return %y : tensor<{0}x{1}x{1}xf32>\n}\n",
            batch, rows, depth)
            .str();
    expectSameBytes(text, x);
    std::vector<float> y = runProgram(text, "sse4", x, /*contract=*/false);
    for (int64_t b = 0; b < batch; ++b)
      for (int64_t m = 0; m < rows; ++m)
        for (int64_t n = 0; n < rows; ++n) {
          double sum = 0, size = 0;
          for (int64_t k = 0; k < depth; ++k) {
            double product = double(x[(b * rows + m) * depth + k]) *
                             x[(b * rows + n) * depth + k];
            sum += product;
            size += std::abs(product);
          }
          EXPECT_NEAR(y[(b * rows + m) * rows + n], sum, 1e-6 * size);
        }
  }
}
