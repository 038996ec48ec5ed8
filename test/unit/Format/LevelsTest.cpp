//===- LevelsTest.cpp - Every code of every format ------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Levels.h"
#include "quantc/Format/Catalog.h"
#include "quantc/Format/Spelling.h"

#include "llvm/ADT/APFloat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <cmath>
#include <limits>

using namespace quantc::format;
using testing::ElementsAre;

static Format formatOf(llvm::StringRef text) {
  llvm::Expected<Format> format = parse(text);
  EXPECT_TRUE(bool(format)) << llvm::toString(format.takeError());
  return format ? *format : Format();
}

static std::vector<double> levelsOf(llvm::StringRef text) {
  return finiteLevels(formatOf(text).levels);
}

/// LLVM's own types of these names are another implementation.
TEST(LevelsTest, FieldsAreThoseOfLlvmForAllCodes) {
  struct {
    const char *name;
    const llvm::fltSemantics &semantics;
    double largest, smallest;
  } cases[] = {
      {"fp4", llvm::APFloat::Float4E2M1FN(), 6, 0.5},
      {"fp6e2m3", llvm::APFloat::Float6E2M3FN(), 7.5, 0.125},
      {"fp6e3m2", llvm::APFloat::Float6E3M2FN(), 28, 0.0625},
      {"fp8e4m3", llvm::APFloat::Float8E4M3FN(), 448, 0x1p-9},
      {"fp8e5m2", llvm::APFloat::Float8E5M2(), 57344, 0x1p-16},
  };
  for (const auto &c : cases) {
    Levels levels = formatOf(c.name).levels;
    unsigned bits = llvm::APFloat::getSizeInBits(c.semantics);
    ASSERT_EQ(levels.bits, bits) << c.name;
    for (unsigned code = 0; code < (1u << bits); ++code) {
      llvm::APFloat expected(c.semantics, llvm::APInt(bits, code));
      double actual = levelOf(levels, code);
      if (expected.isNaN())
        EXPECT_TRUE(std::isnan(actual)) << c.name << " " << code;
      else
        EXPECT_EQ(actual, expected.convertToDouble()) << c.name << " " << code;
    }
    std::vector<double> all = finiteLevels(levels);
    EXPECT_EQ(all.back(), c.largest) << c.name;
    EXPECT_EQ(all[all.size() / 2 + 1], c.smallest) << c.name;
  }
}

TEST(LevelsTest, IntegersOfAllWidths) {
  for (unsigned bits = 2; bits <= 8; ++bits) {
    std::string i = "i" + std::to_string(bits), u = "u" + std::to_string(bits);
    int half = 1 << (bits - 1);
    Levels narrow = formatOf(i).levels, full = formatOf(i + ":full").levels;
    Levels odd = formatOf(i + ":midrise").levels, plain = formatOf(u).levels;
    for (int code = 0; code < 2 * half; ++code) {
      int value = code < half ? code : code - 2 * half;
      EXPECT_EQ(levelOf(full, code), value);
      if (value == -half)
        EXPECT_TRUE(std::isnan(levelOf(narrow, code)));
      else
        EXPECT_EQ(levelOf(narrow, code), value);
      EXPECT_EQ(levelOf(odd, code), 2 * code - 2 * half + 1);
      EXPECT_EQ(levelOf(plain, code), code);
    }
    EXPECT_TRUE(std::isnan(levelOf(full, 2 * half)));
  }
}

TEST(LevelsTest, SmallSets) {
  EXPECT_THAT(levelsOf("ternary"), ElementsAre(-1, 0, 1));
  EXPECT_THAT(levelsOf("binary"), ElementsAre(-1, 1));
  EXPECT_THAT(levelsOf("u1"), ElementsAre(0, 1));
  EXPECT_THAT(levelsOf("pow2"), ElementsAre(-64, -32, -16, -8, -4, -2, -1, 0, 1,
                                            2, 4, 8, 16, 32, 64));
  std::vector<double> nf4 = levelsOf("nf4");
  ASSERT_EQ(nf4.size(), 16u);
  EXPECT_EQ(nf4.front(), -1);
  EXPECT_EQ(nf4[7], 0);
  EXPECT_EQ(nf4.back(), 1);
  std::vector<double> mx = levelsOf("mxint8");
  EXPECT_EQ(mx.size(), 255u);
  EXPECT_EQ(mx.front(), -1.984375);
  EXPECT_EQ(mx.back(), 1.984375);
}

TEST(LevelsTest, EveryLevelIsItsOwnNearest) {
  for (const Family &family : catalog())
    for (const std::string &name : family.examples) {
      Format format = formatOf(name);
      if (format.isReal() || format.isFitted())
        continue;
      Rounder rounder(format.levels);
      for (unsigned code = 0; code < (1u << format.levels.bits); ++code) {
        double level = levelOf(format.levels, code);
        if (!std::isfinite(level))
          continue;
        EXPECT_EQ(rounder.round(level), level) << name;
        EXPECT_EQ(levelOf(format.levels, rounder.code(level)), level) << name;
      }
    }
}

TEST(LevelsTest, TiesOfIntegersGoToEven) {
  Rounder i4(formatOf("i4").levels);
  for (int k = -7; k < 7; ++k)
    EXPECT_EQ(i4.round(k + 0.5), std::nearbyint(k + 0.5)) << k;
}

TEST(LevelsTest, TiesOfFloatsGoToTheEvenMantissa) {
  Rounder fp4(formatOf("fp4").levels);
  EXPECT_EQ(fp4.round(0.25), 0);
  EXPECT_EQ(fp4.round(0.75), 1);
  EXPECT_EQ(fp4.round(1.25), 1);
  EXPECT_EQ(fp4.round(1.75), 2);
  EXPECT_EQ(fp4.round(2.5), 2);
  EXPECT_EQ(fp4.round(3.5), 4);
  EXPECT_EQ(fp4.round(5), 4);
  EXPECT_EQ(fp4.round(-5), -4);
  EXPECT_EQ(fp4.round(-2.5), -2);
  EXPECT_EQ(fp4.round(-3.5), -4);
}

/// Against LLVM's conversion, ties and all, far beyond the ends too.
TEST(LevelsTest, RoundingToE4M3IsLlvms) {
  Rounder rounder(formatOf("fp8e4m3").levels);
  for (int i = -448 * 64; i <= 448 * 64; ++i) {
    double x = i / 64.0;
    llvm::APFloat expected(x);
    bool lost;
    expected.convert(llvm::APFloat::Float8E4M3FN(),
                     llvm::APFloat::rmNearestTiesToEven, &lost);
    EXPECT_EQ(rounder.round(x), expected.convertToDouble()) << x;
  }
}

TEST(LevelsTest, WhatLiesBeyondSaturates) {
  double infinity = std::numeric_limits<double>::infinity();
  for (auto [name, largest] : {std::pair<const char *, double>{"i4", 7},
                               {"ternary", 1},
                               {"binary", 1},
                               {"fp8e4m3", 448},
                               {"fp8e5m2", 57344},
                               {"nf4", 1},
                               {"pow2", 64}}) {
    Rounder rounder(formatOf(name).levels);
    EXPECT_EQ(rounder.round(1e30), largest) << name;
    EXPECT_EQ(rounder.round(infinity), largest) << name;
    EXPECT_EQ(rounder.round(-1e30), -largest) << name;
    EXPECT_EQ(rounder.round(std::nan("")), -largest) << name;
  }
}

TEST(LevelsTest, ZeroIsPlusOneInBinary) {
  Rounder rounder(formatOf("binary").levels);
  EXPECT_EQ(rounder.round(0.0), 1);
  EXPECT_EQ(rounder.round(-0.0), 1);
  EXPECT_EQ(rounder.round(-1e-30), -1);
}

TEST(LevelsTest, BasisSums) {
  Rounder rounder = Rounder::ofBasis({1.0, 2.5});
  EXPECT_THAT(rounder.levels().vec(), ElementsAre(-3.5, -1.5, 1.5, 3.5));
  EXPECT_EQ(rounder.code(3.0), 3u);
  EXPECT_EQ(rounder.code(1.0), 2u);
  EXPECT_EQ(rounder.code(-1.0), 1u);
}

TEST(LevelsTest, GridsOfEightBits) {
  EXPECT_EQ(gridUnit(formatOf("i8").levels), 1);
  EXPECT_EQ(gridUnit(formatOf("fp4").levels), 0.5);
  EXPECT_EQ(gridUnit(formatOf("fp6e2m3").levels), 0.125);
  EXPECT_EQ(gridUnit(formatOf("mxint8").levels), 0x1p-6);
  EXPECT_EQ(gridUnit(formatOf("pow2").levels), 1);
  EXPECT_EQ(gridUnit(formatOf("i7:midrise").levels), 1);
  for (const char *name :
       {"nf4", "fp6e3m2", "fp8e4m3", "fp8e5m2", "i8:midrise"})
    EXPECT_FALSE(gridUnit(formatOf(name).levels)) << name;
  Levels twoAndThree;
  twoAndThree.decode = Decode::Table;
  twoAndThree.bits = 1;
  twoAndThree.table = {2, 3};
  EXPECT_EQ(gridUnit(twoAndThree), 1);
}
