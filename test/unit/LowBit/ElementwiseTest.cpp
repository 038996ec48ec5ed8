//===- ElementwiseTest.cpp - Elementwise ops against exact arithmetic -----===//
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

/// y = op(a, b) with a [16, 16] and b [16, 16] or [1, 16].
std::string binary(const std::string &op, const std::string &a,
                   const std::string &b, const std::string &y) {
  return "func.func @f(%a: " + a + ", %b: " + b + ") -> " + y +
         " {\n %y = lowbit." + op + " %a, %b : (" + a + ", " + b + ") -> " + y +
         "\n return %y : " + y + "\n}";
}

struct Operands {
  explicit Operands(uint32_t seed) {
    Random random(seed);
    sa = random.scale(-5);
    sb = random.scale(-4);
    sy = random.scale(-4);
    isWide = seed % 2;
    a = tensor({16, 16}, perTensor(false, sa, 77));
    b = tensor({isWide ? 16 : 1, 16}, perTensor(true, sb, -3));
    y = tensor({16, 16}, perTensor(true, sy, 12));
    left = random.vector<uint8_t>(256, 0, 255);
    right = random.vector<int8_t>(isWide ? 256 : 16, -128, 127);
  }
  int64_t x(int64_t i) const { return left[i] - 77; }
  int64_t z(int64_t i) const { return right[isWide ? i : i % 16] + 3; }

  float sa, sb, sy;
  bool isWide;
  std::string a, b, y;
  std::vector<uint8_t> left;
  std::vector<int8_t> right;
};

} // namespace

TEST(Elementwise, Requantize) {
  for (uint32_t seed = 1; seed < 5; ++seed) {
    Random random(seed);
    // Ratios above and below 1, and exactly 1/2, where ties are.
    float sx = seed == 4 ? 0.25f : random.scale(-3 - seed);
    float sy = seed == 4 ? 0.5f : random.scale(-5);
    std::string from = tensor({256}, perTensor(false, sx, 100));
    std::string to = tensor({256}, perTensor(true, sy, -20));
    Program program("func.func @f(%x: " + from + ") -> " + to +
                    " {\n %y = lowbit.requantize %x clamp [-20, 90] : " + from +
                    " to " + to + "\n return %y : " + to + "\n}");
    std::vector<uint8_t> in;
    for (int i = 0; i < 256; ++i)
      in.push_back(i);
    std::vector<int8_t> out(256);
    program.run({in.data(), out.data()});
    Exact factor = quotient(exact(sx), exact(sy));
    for (int64_t i = 0; i < 256; ++i)
      EXPECT_EQ(out[i],
                code(f32(product(exact(i - 100), factor)), -20, -20, 90))
          << i;
  }
}

TEST(Elementwise, RequantizeKnownAnswers) {
  // Halving: -3 -> -1.5 -> -2, -1 -> -0.5 -> 0, 1 -> 0, 3 -> 2, 5 -> 2.
  std::string from = tensor({6}, perTensor(true, 0.5f, 0));
  std::string to = tensor({6}, perTensor(true, 1.0f, 10));
  Program program("func.func @f(%x: " + from + ") -> " + to +
                  " {\n %y = lowbit.requantize %x : " + from + " to " + to +
                  "\n return %y : " + to + "\n}");
  std::vector<int8_t> in = {-3, -1, 1, 3, 5, 127}, out(6);
  program.run({in.data(), out.data()});
  EXPECT_EQ(out, (std::vector<int8_t>{8, 10, 10, 12, 12, 74}));
}

TEST(Elementwise, Add) {
  for (uint32_t seed = 1; seed < 7; ++seed) {
    Operands o(seed);
    Program program(binary("add", o.a, o.b, o.y));
    std::vector<int8_t> out(256);
    program.run({o.left.data(), o.right.data(), out.data()});
    Exact l = quotient(exact(o.sa), exact(o.sy));
    Exact r = quotient(exact(o.sb), exact(o.sy));
    for (int64_t i = 0; i < 256; ++i) {
      Exact total = f32(
          sum(f32(product(exact(o.x(i)), l)), f32(product(exact(o.z(i)), r))));
      ASSERT_EQ(out[i], code(total, 12, -128, 127)) << i;
    }
  }
}

TEST(Elementwise, Mul) {
  for (uint32_t seed = 1; seed < 7; ++seed) {
    Operands o(seed);
    Program program(binary("mul", o.a, o.b, o.y));
    std::vector<int8_t> out(256);
    program.run({o.left.data(), o.right.data(), out.data()});
    Exact factor = quotient(product(exact(o.sa), exact(o.sb)), exact(o.sy));
    for (int64_t i = 0; i < 256; ++i)
      ASSERT_EQ(out[i], code(f32(product(exact(o.x(i) * o.z(i)), factor)), 12,
                             -128, 127))
          << i;
  }
}

TEST(Elementwise, TableReadsFromTheStoragesLowestCode) {
  for (bool isSigned : {false, true}) {
    std::string type = isSigned ? "!quant.uniform<i8<-127:127>:f32, 1.0>"
                                : "!quant.uniform<u8:f32, 1.0>";
    std::string x = tensor({256}, type);
    Program program("func.func @f(%x: " + x + ", %t: tensor<256xi8>) -> " + x +
                    " {\n %y = lowbit.table %x, %t : (" + x +
                    ", tensor<256xi8>) -> " + x + "\n return %y : " + x +
                    "\n}");
    // Bytes that are no code of the format must not read elsewhere either.
    std::vector<int8_t> in, table, out(256);
    for (int i = 0; i < 256; ++i) {
      in.push_back(static_cast<int8_t>(i));
      table.push_back(static_cast<int8_t>(7 * i + 3));
    }
    program.run({in.data(), table.data(), out.data()});
    for (int i = 0; i < 256; ++i) {
      int64_t index = isSigned ? in[i] + 128 : static_cast<uint8_t>(in[i]);
      EXPECT_EQ(out[i], table[index]);
    }
  }
}
