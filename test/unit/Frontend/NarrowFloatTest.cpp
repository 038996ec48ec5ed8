//===- NarrowFloatTest.cpp - Codes of narrow floats against APFloat ---------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Onnx/NarrowFloat.h"

#include "../LowBit/Program.h"
#include "lib/Frontend/Onnx/TosaBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;
using llvm::APFloat;
using llvm::APInt;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// `@f` that computes `body` for each of `count` elements, as text.
std::string elementwise(int64_t count, llvm::StringRef from, llvm::StringRef to,
                        ScalarBody body) {
  MLIRContext context;
  context.loadDialect<arith::ArithDialect, func::FuncDialect,
                      linalg::LinalgDialect, tensor::TensorDialect,
                      tosa::TosaDialect>();
  auto loc = UnknownLoc::get(&context);
  auto type = [&](llvm::StringRef element) -> Type {
    return element == "f32"
               ? Type(Float32Type::get(&context))
               : IntegerType::get(&context, element == "i8" ? 8 : 16);
  };
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  OpBuilder builder(&context);
  builder.setInsertionPointToEnd(module->getBody());
  auto input = RankedTensorType::get({count}, type(from));
  auto output = RankedTensorType::get({count}, type(to));
  auto function = func::FuncOp::create(
      builder, loc, "f", builder.getFunctionType({input}, {output}));
  builder.setInsertionPointToEnd(function.addEntryBlock());
  Value result =
      TosaBuilder(loc, builder).map(function.getArgument(0), type(to), body);
  func::ReturnOp::create(builder, loc, result);
  std::string text;
  llvm::raw_string_ostream(text) << *module;
  return text;
}

/// Types live in the context of the builder that asks for them.
using TypeMaker = FloatType (*)(MLIRContext *);

template <typename T>
FloatType make(MLIRContext *context) {
  return T::get(context);
}

struct Narrow {
  const char *name;
  TypeMaker type;
  const llvm::fltSemantics &semantics;
  unsigned width;
};

void PrintTo(const Narrow &narrow, std::ostream *stream) {
  *stream << narrow.name;
}

class NarrowFloat : public ::testing::TestWithParam<Narrow> {
protected:
  const llvm::fltSemantics &semantics() { return GetParam().semantics; }
  unsigned width() { return GetParam().width; }
  bool isFinite4() { return width() == 4; }
  APFloat fromCode(uint32_t code) {
    return APFloat(semantics(), APInt(width(), code));
  }
  static float toFloat(APFloat number) {
    bool loses;
    number.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &loses);
    return number.convertToFloat();
  }

  std::vector<float> decode(const std::vector<uint16_t> &codes);
  std::vector<uint32_t> encode(const std::vector<float> &reals, bool saturates);
  uint32_t expected(float real, bool saturates);
  /// Every finite number of the type, the middle between it and the next one,
  /// and both neighbours of these.
  std::vector<float> borders();
};

std::vector<float> NarrowFloat::decode(const std::vector<uint16_t> &codes) {
  Program program(elementwise(
      codes.size(), "i16", "f32", [](ImplicitLocOpBuilder &b, ValueRange in) {
        return decodeFloat(b, in[0], GetParam().type(b.getContext()));
      }));
  std::vector<float> reals(codes.size());
  program.run({codes.data(), reals.data()});
  return reals;
}

std::vector<uint32_t> NarrowFloat::encode(const std::vector<float> &reals,
                                          bool saturates) {
  bool isWide = width() == 16;
  Program program(elementwise(reals.size(), "f32", isWide ? "i16" : "i8",
                              [&](ImplicitLocOpBuilder &b, ValueRange in) {
                                return encodeFloat(
                                    b, in[0], GetParam().type(b.getContext()),
                                    saturates);
                              }));
  std::vector<uint16_t> wide(reals.size());
  std::vector<uint8_t> narrow(reals.size());
  if (isWide)
    program.run({reals.data(), wide.data()});
  else
    program.run({reals.data(), narrow.data()});
  if (isWide)
    return {wide.begin(), wide.end()};
  return {narrow.begin(), narrow.end()};
}

uint32_t NarrowFloat::expected(float real, bool saturates) {
  if (isFinite4() && std::isnan(real))
    return 8;
  bool loses;
  APFloat number(real), largest = APFloat::getLargest(semantics());
  // LLVM keeps the upper bits of a NaN; ours is always the quiet one.
  if (number.isNaN())
    return APFloat::getQNaN(semantics(), number.isNegative())
        .bitcastToAPInt()
        .getZExtValue();
  number.convert(semantics(), APFloat::rmNearestTiesToEven, &loses);
  if (!number.isFinite() && saturates) {
    number = largest;
    if (std::signbit(real))
      number.changeSign();
  }
  return number.bitcastToAPInt().getZExtValue();
}

std::vector<float> NarrowFloat::borders() {
  std::vector<float> result{0.0f,
                            -0.0f,
                            kInfinity,
                            -kInfinity,
                            std::nanf(""),
                            -std::nanf(""),
                            std::numeric_limits<float>::max(),
                            std::numeric_limits<float>::denorm_min()};
  auto addAround = [&](float real) {
    for (float near : {real, std::nextafter(real, kInfinity),
                       std::nextafter(real, -kInfinity)}) {
      result.push_back(near);
      result.push_back(-near);
    }
  };
  uint32_t largest =
      APFloat::getLargest(semantics()).bitcastToAPInt().getZExtValue();
  for (uint32_t code = 0; code <= largest; ++code) {
    float real = toFloat(fromCode(code));
    // Beyond the largest number the steps go on.
    float next = code < largest ? toFloat(fromCode(code + 1))
                                : 2 * real - toFloat(fromCode(code - 1));
    addAround(real);
    addAround(real + (next - real) / 2);
    addAround(next);
  }
  // All exponents, with a few mantissas.
  for (uint32_t bits = 0; bits < 0x10000; bits += 5)
    result.push_back(llvm::bit_cast<float>(bits << 16 | bits % 7));
  return result;
}

TEST_P(NarrowFloat, DecodesEveryCode) {
  std::vector<uint16_t> codes;
  for (uint32_t code = 0; code < 1u << width(); ++code)
    codes.push_back(code);
  std::vector<float> reals = decode(codes);
  for (uint32_t code = 0; code < codes.size(); ++code) {
    float real = toFloat(fromCode(code));
    if (std::isnan(real))
      EXPECT_TRUE(std::isnan(reals[code])) << "code " << code;
    else
      EXPECT_EQ(llvm::bit_cast<uint32_t>(reals[code]),
                llvm::bit_cast<uint32_t>(real))
          << "code " << code;
  }
}

TEST_P(NarrowFloat, IgnoresTheUpperBitsOfTheInteger) {
  if (width() == 16)
    GTEST_SKIP() << "its codes fill the integer";
  EXPECT_EQ(decode({1, uint16_t(1 | 0xffffu << width())}),
            std::vector<float>(2, toFloat(fromCode(1))));
}

TEST_P(NarrowFloat, EncodesAsApFloat) {
  std::vector<float> reals = borders();
  for (bool saturates : {false, true}) {
    std::vector<uint32_t> codes = encode(reals, saturates);
    for (size_t i = 0; i < reals.size(); ++i) {
      // Four bits have no other choice than to saturate.
      uint32_t code = expected(reals[i], saturates || isFinite4());
      ASSERT_EQ(codes[i], code) << reals[i] << " (" << std::hexfloat << reals[i]
                                << ")" << (saturates ? ", saturating" : "");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Types, NarrowFloat,
    ::testing::Values(
        Narrow{"f4E2M1FN", make<Float4E2M1FNType>, APFloat::Float4E2M1FN(), 4},
        Narrow{"f8E4M3FN", make<Float8E4M3FNType>, APFloat::Float8E4M3FN(), 8},
        Narrow{"f8E4M3FNUZ", make<Float8E4M3FNUZType>,
               APFloat::Float8E4M3FNUZ(), 8},
        Narrow{"f8E5M2", make<Float8E5M2Type>, APFloat::Float8E5M2(), 8},
        Narrow{"f8E5M2FNUZ", make<Float8E5M2FNUZType>,
               APFloat::Float8E5M2FNUZ(), 8},
        Narrow{"f16", make<Float16Type>, APFloat::IEEEhalf(), 16},
        Narrow{"bf16", make<BFloat16Type>, APFloat::BFloat(), 16}),
    [](const auto &info) { return info.param.name; });

//===----------------------------------------------------------------------===//
// Powers of two
//===----------------------------------------------------------------------===//

TEST(PowerOfTwo, DecodesEveryCode) {
  Program program(
      elementwise(256, "i8", "f32", [](ImplicitLocOpBuilder &b, ValueRange in) {
        return decodeFloat(b, in[0], Float8E8M0FNUType::get(b.getContext()));
      }));
  std::vector<uint8_t> codes(256);
  for (int code = 0; code < 256; ++code)
    codes[code] = code;
  std::vector<float> reals(256);
  program.run({codes.data(), reals.data()});
  for (int code = 0; code < 255; ++code)
    EXPECT_EQ(reals[code], std::ldexp(1.0f, code - 127)) << "code " << code;
  EXPECT_TRUE(std::isnan(reals[255]));
}

/// From the definition: the power below and the one above in f64.
int powerCode(double real, PowerRounding rounding, bool saturates) {
  real = std::abs(real);
  if (std::isnan(real))
    return 255;
  int beyond = saturates ? 254 : 255;
  if (std::isinf(real))
    return beyond;
  if (real <= 0x1p-127)
    return 0;
  int below = std::ilogb(real);
  double low = std::ldexp(1.0, below), high = 2 * low;
  bool isUp = false;
  if (rounding == PowerRounding::Up)
    isUp = real > low;
  if (rounding == PowerRounding::Nearest)
    isUp = real - low >= high - real;
  int code = below + isUp + 127;
  return code > 254 ? beyond : code;
}

TEST(PowerOfTwo, Encodes) {
  std::vector<float> reals{0.0f, kInfinity, -kInfinity, std::nanf("")};
  for (int exponent = -149; exponent < 128; ++exponent)
    for (float mantissa : {1.0f, 1.25f, 1.5f, 1.75f}) {
      float real = std::ldexp(mantissa, exponent);
      for (float near : {real, std::nextafter(real, 0.0f),
                         std::nextafter(real, kInfinity)}) {
        reals.push_back(near);
        reals.push_back(-near);
      }
    }
  for (PowerRounding rounding :
       {PowerRounding::Up, PowerRounding::Down, PowerRounding::Nearest})
    for (bool saturates : {false, true}) {
      Program program(elementwise(reals.size(), "f32", "i8",
                                  [&](ImplicitLocOpBuilder &b, ValueRange in) {
                                    return encodePower(b, in[0], rounding,
                                                       saturates);
                                  }));
      std::vector<uint8_t> codes(reals.size());
      program.run({reals.data(), codes.data()});
      for (size_t i = 0; i < reals.size(); ++i)
        ASSERT_EQ(codes[i], powerCode(reals[i], rounding, saturates))
            << std::hexfloat << reals[i] << ", rounding " << int(rounding);
    }
}

} // namespace
