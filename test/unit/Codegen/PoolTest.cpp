//===- PoolTest.cpp - Pools and elementwise code, at every level ----------===//
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

struct Shape {
  int64_t batch, height, width, channels;
  std::string text() const {
    return dimensions({batch, height, width, channels});
  }
  int64_t elements() const { return batch * height * width * channels; }
};

std::string types(Draw &draw) {
  bool isSigned = draw.coin();
  int64_t low = isSigned ? -128 : 0;
  return llvm::formatv("!xq = !quant.uniform<{0}:f32, 0.0625:{1}>\n"
                       "!yq = !quant.uniform<{0}:f32, 0.1:{2}>\n",
                       isSigned ? "i8" : "u8", low + draw.between(0, 255),
                       low + draw.between(0, 255))
      .str();
}

std::string pool(Draw &draw, bool average, Shape &in) {
  int64_t kernel[2] = {draw.between(1, 4), draw.between(1, 4)};
  int64_t stride[2] = {draw.between(1, 3), draw.between(1, 3)};
  int64_t pad[4];
  for (int i = 0; i < 4; ++i)
    pad[i] = draw.between(0, kernel[i / 2] - 1);
  in = {draw.between(1, 2), kernel[0] + draw.between(0, 9),
        kernel[1] + draw.between(0, 9), draw.between(1, 80)};
  Shape out = in;
  out.height = (in.height + pad[0] + pad[1] - kernel[0]) / stride[0] + 1;
  out.width = (in.width + pad[2] + pad[3] - kernel[1]) / stride[1] + 1;
  return types(draw) +
         llvm::formatv(
             "func.func @f(%x: tensor<{0}f32>) -> tensor<{1}f32> {{\n"
             "  %q = lowbit.quantize %x : tensor<{0}f32> to tensor<{0}!xq>\n"
             "  %y = lowbit.{2}_pool2d %q kernel [{3}, {4}] pad [{5}, {6}, "
             "{7}, {8}]"
             " stride [{9}, {10}] : tensor<{0}!xq> to tensor<{1}{11}>\n"
             "  %r = lowbit.dequantize %y : tensor<{1}{11}> to tensor<{1}f32>\n"
             "  return %r : tensor<{1}f32>\n}\n",
             in.text(), out.text(), average ? "avg" : "max", kernel[0],
             kernel[1], pad[0], pad[1], pad[2], pad[3], stride[0], stride[1],
             average ? "!yq" : "!xq")
             .str();
}

TEST(KernelPool, PoolsGiveTheBytesOfTheReference) {
  for (unsigned seed = 300; seed < 324; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    Shape in;
    std::string text = pool(draw, seed % 2, in);
    expectSameBytes(text, draw.reals(in.elements()));
    if (HasFatalFailure())
      return;
  }
}

TEST(Elementwise, SumsProductsTablesAndFunctionsGiveTheBytesOfTheReference) {
  for (unsigned seed = 400; seed < 406; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    int64_t rows = draw.between(1, 9), columns = draw.between(1, 70);
    std::string shape = dimensions({rows, columns});
    std::string text =
        types(draw) +
        llvm::formatv(
            "func.func @f(%x: tensor<{0}f32>) -> tensor<{0}f32> {{\n"
            "  %a = lowbit.quantize %x : tensor<{0}f32> to tensor<{0}!xq>\n"
            "  %b = lowbit.requantize %a : tensor<{0}!xq> to tensor<{0}!yq>\n"
            "  %c = lowbit.add %a, %b : (tensor<{0}!xq>, tensor<{0}!yq>) -> "
            "tensor<{0}!yq>\n"
            "  %d = lowbit.mul %c, %b : (tensor<{0}!yq>, tensor<{0}!yq>) -> "
            "tensor<{0}!xq>\n"
            "  %t = arith.constant {1} : tensor<256xi8>\n"
            "  %e = lowbit.table %d, %t : (tensor<{0}!xq>, tensor<256xi8>) -> "
            "tensor<{0}!yq>\n"
            "  %r = lowbit.dequantize %e : tensor<{0}!yq> to tensor<{0}f32>\n"
            "  %s = math.exp %r : tensor<{0}f32>\n"
            "  %l = math.tanh %s : tensor<{0}f32>\n"
            "  return %l : tensor<{0}f32>\n}\n",
            shape, draw.table())
            .str();
    expectSameBytes(text, draw.reals(rows * columns));
    if (HasFatalFailure())
      return;
  }
}

TEST(Elementwise, TablesOfCodesGiveTheBytesOfTheReference) {
  // Between two pools, a table is all that happens to the codes. The sizes
  // reach from a part of a vector of bytes to several.
  for (unsigned seed = 420; seed < 432; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw(seed);
    int64_t rows = draw.between(1, 3), channels = draw.between(1, 90);
    std::string in = dimensions({1, rows + 2, 1, channels});
    std::string middle = dimensions({1, rows + 1, 1, channels});
    std::string out = dimensions({1, rows, 1, channels});
    std::string text =
        types(draw) +
        llvm::formatv(
            "func.func @f(%x: tensor<{0}f32>) -> tensor<{2}f32> {{\n"
            "  %q = lowbit.quantize %x : tensor<{0}f32> to tensor<{0}!xq>\n"
            "  %a = lowbit.max_pool2d %q kernel [2, 1] pad [0, 0, 0, 0] stride "
            "[1, 1] : tensor<{0}!xq> to tensor<{1}!xq>\n"
            "  %t = arith.constant {3} : tensor<256xi8>\n"
            "  %b = lowbit.table %a, %t : (tensor<{1}!xq>, tensor<256xi8>) -> "
            "tensor<{1}!yq>\n"
            "  %c = lowbit.max_pool2d %b kernel [2, 1] pad [0, 0, 0, 0] stride "
            "[1, 1] : tensor<{1}!yq> to tensor<{2}!yq>\n"
            "  %r = lowbit.dequantize %c : tensor<{2}!yq> to tensor<{2}f32>\n"
            "  return %r : tensor<{2}f32>\n}\n",
            in, middle, out, draw.table())
            .str();
    expectSameBytes(text, draw.reals((rows + 2) * channels));
    if (HasFatalFailure())
      return;
  }
}

} // namespace
