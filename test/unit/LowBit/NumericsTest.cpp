//===- NumericsTest.cpp - Known answers of rounding -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Numerics.h"

#include "Oracle.h"
#include "Program.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/Builders.h"
#include "gtest/gtest.h"
#include <limits>

using mlir::Float32Type;
using mlir::IntegerType;
using mlir::MLIRContext;
namespace quant = mlir::quant;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();

struct Case {
  float real;
  int64_t code;
};

class Numerics : public testing::Test {
protected:
  Numerics() { context.loadDialect<quant::QuantDialect>(); }

  quant::UniformQuantizedType u8(double scale, int64_t zeroPoint) {
    return quant::UniformQuantizedType::get(0, IntegerType::get(&context, 8),
                                            Float32Type::get(&context), scale,
                                            zeroPoint, 0, 255);
  }
  quant::UniformQuantizedType i8(double scale, int64_t zeroPoint) {
    return quant::UniformQuantizedType::get(
        quant::QuantizationFlags::Signed, IntegerType::get(&context, 8),
        Float32Type::get(&context), scale, zeroPoint, -128, 127);
  }

  MLIRContext context;
};

} // namespace

TEST_F(Numerics, TiesGoToEven) {
  for (auto [real, code] : {Case{0.5f, 0},
                            {1.5f, 2},
                            {2.5f, 2},
                            {-0.5f, 0},
                            {-1.5f, -2},
                            {-2.5f, -2},
                            {0.49999997f, 0},
                            {0.50000006f, 1},
                            {-0.0f, 0},
                            {126.5f, 126},
                            {127.5f, 127}})
    EXPECT_EQ(roundToCode(real, 0, -128, 127), code) << real;
}

TEST_F(Numerics, SaturatesAndTakesNaNAsLowest) {
  for (auto [real, code] : {Case{1e30f, 255},
                            {-1e30f, 0},
                            {infinity, 255},
                            {-infinity, 0},
                            {notANumber, 0},
                            {-3.5f, 0},
                            {252.5f, 255}})
    EXPECT_EQ(roundToCode(real, 3, 0, 255), code) << real;
}

TEST_F(Numerics, ParityIsThatOfTheRealNotOfTheCode) {
  // The tie is broken before the zero point is added.
  EXPECT_EQ(roundToCode(0.5f, 3, 0, 255), 3);
  EXPECT_EQ(roundToCode(1.5f, 3, 0, 255), 5);
}

TEST_F(Numerics, QuantizeDividesInF32) {
  Format format(u8(0.1, 128));
  EXPECT_EQ(format.scale(), 0.1f);
  EXPECT_EQ(lowbit::quantize(0.25f, format), 130); // 0.25f / 0.1f == 2.5f
  // 0.35f / 0.1f is 3.4999999 exactly, 3.5f in f32, and the tie goes to 4.
  EXPECT_EQ(lowbit::quantize(0.35f, format), 132);
  EXPECT_EQ(lowbit::dequantize(130, format), 0.2f);
}

TEST_F(Numerics, MultipliersAreRoundedOnce) {
  // f32(0.1f * 0.3f) / 0.7f and the single rounding differ in the last bit.
  Random random(1);
  int differences = 0;
  for (int i = 0; i < 2000; ++i) {
    float x = random.scale(-7), w = random.scale(-9), y = random.scale(-6);
    oracle::Exact expected = oracle::quotient(
        oracle::product(oracle::exact(x), oracle::exact(w)), oracle::exact(y));
    float actual = multiplier(x, w, y);
    EXPECT_EQ(
        std::ldexp(static_cast<float>(expected.mantissa), expected.exponent),
        actual);
    differences += actual != x * w / y;
  }
  EXPECT_GT(differences, 100);
}

TEST_F(Numerics, OnlyUsableFormatsAreFormats) {
  EXPECT_TRUE(isFormat(u8(0.1, 128)));
  EXPECT_TRUE(isFormat(i8(0.1, -128)));
  EXPECT_FALSE(isFormat(u8(0.1, 256)));
  EXPECT_FALSE(isFormat(i8(0.1, -129)));
  EXPECT_FALSE(isFormat(u8(1e-40, 0)));
  EXPECT_FALSE(isFormat(u8(1e300, 0)));
  EXPECT_FALSE(isFormat(Float32Type::get(&context)));
  EXPECT_FALSE(isFormat(quant::UniformQuantizedType::get(
      0, IntegerType::get(&context, 16), Float32Type::get(&context), 0.1, 0, 0,
      65535)));
}

/// The executed op against the definition, on every kind of f32.
TEST_F(Numerics, ExecutedQuantizeAgreesOnEdges) {
  std::vector<float> reals = {
      0.0f,   -0.0f,    0.05f,     0.15f,      0.25f,  -0.05f, 12.7f,     1e30f,
      -1e30f, infinity, -infinity, notANumber, 1e-45f, -12.8f, 12.749999f};
  Random random(2);
  while (reals.size() < 256)
    reals.push_back(static_cast<float>(random(-1500, 1500)) * 0.01f);
  std::string type = perTensor(false, 0.1f, 128);
  Program program(
      "func.func @f(%x: tensor<256xf32>) -> " + tensor({256}, type) +
      " {\n %q = lowbit.quantize %x : tensor<256xf32> to " +
      tensor({256}, type) + "\n return %q : " + tensor({256}, type) + "\n}");
  std::vector<uint8_t> codes(256);
  program.run({reals.data(), codes.data()});
  Format format(u8(0.1f, 128));
  for (size_t i = 0; i < reals.size(); ++i)
    EXPECT_EQ(codes[i], lowbit::quantize(reals[i], format)) << reals[i];
}

TEST_F(Numerics, ExecutedRoundTripIsExact) {
  // Every code survives dequantize and quantize, for signed, unsigned and
  // per-axis formats.
  Random random(3);
  for (int i = 0; i < 3; ++i) {
    std::string type = i == 2 ? perAxis(1, {random.scale(-3), random.scale(9)})
                              : perTensor(i == 0, random.scale(-5), 17);
    std::string codes = tensor({128, 2}, type), reals = tensor({128, 2}, "f32");
    Program program("func.func @f(%q: " + codes + ") -> " + codes +
                    " {\n %x = lowbit.dequantize %q : " + codes + " to " +
                    reals + "\n %y = lowbit.quantize %x : " + reals + " to " +
                    codes + "\n return %y : " + codes + "\n}");
    std::vector<int8_t> in, out(256);
    for (int code = 0; code < 256; ++code)
      in.push_back(static_cast<int8_t>(i == 2 && code == 128 ? 0 : code));
    program.run({in.data(), out.data()});
    EXPECT_EQ(in, out);
  }
}
