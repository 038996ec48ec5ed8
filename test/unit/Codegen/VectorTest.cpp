//===- VectorTest.cpp - Float ops as vectors, against their definition ----===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Programs.h"

#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"
#include <cmath>

// A product and a sum are two roundings, as in the programs.
#pragma STDC FP_CONTRACT OFF

using namespace quantc;

namespace {

/// The sum of a row as docs/Numerics.md defines it: value l goes to partial sum
/// l % 16, then partial sums are added pair by pair.
float sumOfRow(llvm::ArrayRef<float> row) {
  float sums[16];
  std::fill(std::begin(sums), std::end(sums), -0.0f);
  for (auto [place, value] : llvm::enumerate(row))
    sums[place % 16] += value;
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; ++i)
      sums[i] += sums[i + half];
  return 0.0f + sums[0];
}

std::string reduction(llvm::StringRef kind, int64_t rows, int64_t columns) {
  return llvm::formatv("func.func @f(%x: tensor<{0}x{1}xf32>) -> "
                       "tensor<{0}x1xf32> {{\n"
                       "  %y = tosa.{2} %x {{axis = 1 : i32} : "
                       "(tensor<{0}x{1}xf32>) -> tensor<{0}x1xf32>\n"
                       "  return %y : tensor<{0}x1xf32>\n}\n",
                       rows, columns, kind)
      .str();
}

} // namespace

TEST(Vector, SumsHaveTheirOrderAtEveryLevel) {
  for (int64_t columns : {2, 7, 15, 16, 17, 31, 37, 64, 100}) {
    std::vector<float> x = Draw(7).reals(3 * columns);
    std::string text = reduction("reduce_sum", 3, columns);
    for (llvm::StringRef level : {"reference", "sse4"}) {
      std::vector<float> y = runProgram(text, level, x, /*contract=*/false);
      for (int64_t row = 0; row < 3; ++row)
        EXPECT_EQ(y[row],
                  sumOfRow(llvm::ArrayRef(x).slice(row * columns, columns)))
            << level.str() << ", row " << row << " of " << columns;
    }
    expectSameBytes(text, x);
    expectSameBytes(reduction("reduce_max", 3, columns), x);
  }
}

namespace {

/// softmax(2 x + mask) over rows, with a mask that heads share.
std::string softmax(int64_t heads, int64_t rows, int64_t columns) {
  return llvm::formatv(
             "func.func @f(%x: tensor<{0}x{1}x{2}xf32>) -> "
             "tensor<{0}x{1}x{2}xf32> {{\n"
             "  %i = \"tosa.const\"() <{{values = dense<0> : tensor<1xi8>}> : "
             "() -> tensor<1xi8>\n"
             "  %two = \"tosa.const\"() <{{values = dense<2.0> : "
             "tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>\n"
             "  %o = tosa.const_shape {{values = dense<0> : tensor<3xindex>} : "
             "() -> !tosa.shape<3>\n"
             "  %z = tosa.const_shape {{values = dense<[1, {1}, {2}]> : "
             "tensor<3xindex>} : () -> !tosa.shape<3>\n"
             "  %mask = tosa.slice %x, %o, %z : (tensor<{0}x{1}x{2}xf32>, "
             "!tosa.shape<3>, !tosa.shape<3>) -> tensor<1x{1}x{2}xf32>\n"
             "  %s = tosa.mul %x, %two, %i : (tensor<{0}x{1}x{2}xf32>, "
             "tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<{0}x{1}x{2}xf32>\n"
             "  %a = tosa.add %s, %mask : (tensor<{0}x{1}x{2}xf32>, "
             "tensor<1x{1}x{2}xf32>) -> tensor<{0}x{1}x{2}xf32>\n"
             "  %m = tosa.reduce_max %a {{axis = 2 : i32} : "
             "(tensor<{0}x{1}x{2}xf32>) -> tensor<{0}x{1}x1xf32>\n"
             "  %d = tosa.sub %a, %m : (tensor<{0}x{1}x{2}xf32>, "
             "tensor<{0}x{1}x1xf32>) -> tensor<{0}x{1}x{2}xf32>\n"
             "  %e = tosa.exp %d : (tensor<{0}x{1}x{2}xf32>) -> "
             "tensor<{0}x{1}x{2}xf32>\n"
             "  %t = tosa.reduce_sum %e {{axis = 2 : i32} : "
             "(tensor<{0}x{1}x{2}xf32>) -> tensor<{0}x{1}x1xf32>\n"
             "  %r = tosa.reciprocal %t : (tensor<{0}x{1}x1xf32>) -> "
             "tensor<{0}x{1}x1xf32>\n"
             "  %y = tosa.mul %e, %r, %i : (tensor<{0}x{1}x{2}xf32>, "
             "tensor<{0}x{1}x1xf32>, tensor<1xi8>) -> "
             "tensor<{0}x{1}x{2}xf32>\n"
             "  return %y : tensor<{0}x{1}x{2}xf32>\n}\n",
             heads, rows, columns)
      .str();
}

} // namespace

TEST(Vector, RowsThroughASoftmaxAreTheSameAtEveryLevel) {
  Draw draw(17);
  for (int64_t columns : {32, 33, 47, 64, 99, 130}) {
    SCOPED_TRACE(columns);
    int64_t heads = draw.between(1, 3), rows = draw.between(1, 5);
    std::vector<float> x = draw.reals(heads * rows * columns);
    std::string text = softmax(heads, rows, columns);
    expectSameBytes(text, x);
    std::vector<float> y = runProgram(text, "sse4", x, /*contract=*/false);
    ASSERT_EQ(y.size(), x.size());
    for (int64_t row = 0; row < heads * rows; ++row) {
      double sum = 0, most = -1e30;
      std::vector<double> scores;
      for (int64_t i = 0; i < columns; ++i) {
        size_t place = row * columns + i;
        scores.push_back(2.0 * x[place] + x[place % (rows * columns)]);
        most = std::max(most, scores.back());
      }
      for (double score : scores)
        sum += std::exp(score - most);
      for (int64_t i = 0; i < columns; ++i)
        EXPECT_NEAR(y[row * columns + i], std::exp(scores[i] - most) / sum,
                    1e-6);
    }
  }
}

TEST(Vector, ExtremesMindZerosInfinitiesAndNaN) {
  // One row for each special case, its numbers at drawn places. TOSA starts
  // from the largest finite numbers, so that no row is infinite throughout.
  Draw draw(29);
  float inf = HUGE_VALF, nan = std::nanf("");
  std::vector<std::vector<float>> specials = {{0.0f, -0.0f}, {inf, -inf},
                                              {nan},         {-nan, inf},
                                              {-inf, 1.0f},  {-1e-45f, 0.0f}};
  for (int64_t columns : {3, 16, 35, 130}) {
    std::vector<float> x;
    for (const std::vector<float> &some : specials) {
      std::vector<float> row(columns, some.front());
      for (float value : some)
        row[draw.between(0, columns - 1)] = value;
      x.insert(x.end(), row.begin(), row.end());
    }
    for (bool isMax : {true, false}) {
      SCOPED_TRACE(llvm::formatv("{0} of {1}", isMax, columns).str());
      int64_t rows = specials.size();
      std::string text =
          reduction(isMax ? "reduce_max" : "reduce_min", rows, columns);
      expectSameBytes(text, x);
      std::vector<float> y = runProgram(text, "sse4", x, /*contract=*/false);
      ASSERT_EQ(int64_t(y.size()), rows);
      for (int64_t row = 0; row < rows; ++row) {
        float expected = x[row * columns];
        for (float value : llvm::ArrayRef(x).slice(row * columns, columns)) {
          bool isBelow = expected < value ||
                         (expected == value && std::signbit(expected) &&
                          !std::signbit(value));
          bool isAbove =
              value < expected || (expected == value && std::signbit(value) &&
                                   !std::signbit(expected));
          if (std::isnan(value) || (isMax ? isBelow : isAbove))
            expected = value;
          if (std::isnan(expected))
            break;
        }
        EXPECT_EQ(std::isnan(y[row]), std::isnan(expected)) << row;
        if (!std::isnan(expected)) {
          EXPECT_EQ(y[row], expected) << row;
          EXPECT_EQ(std::signbit(y[row]), std::signbit(expected)) << row;
        }
      }
    }
  }
}

TEST(Vector, TransposesMoveEveryElement) {
  // [b, m, n] -> [n, b, m], as reals and as bytes, around the sizes of blocks.
  Draw draw(23);
  for (int64_t m : {1, 2, 3, 4, 15, 16, 17, 40})
    for (int64_t n : {3, 16, 33}) {
      SCOPED_TRACE(llvm::formatv("{0} x {1}", m, n).str());
      int64_t b = m < 15 ? 1 : draw.between(1, 3);
      std::vector<float> x(b * m * n);
      for (size_t i = 0; i < x.size(); ++i)
        x[i] = float(draw.between(-128, 127));
      std::string text =
          llvm::formatv(
              "func.func @f(%x: tensor<{0}x{1}x{2}xf32>) -> "
              "tensor<{2}x{0}x{1}xf32> {{\n"
              "  %t = tosa.transpose %x {{perms = array<i32: 2, 0, 1>} : "
              "(tensor<{0}x{1}x{2}xf32>) -> tensor<{2}x{0}x{1}xf32>\n"
              "  %c = tosa.cast %x : (tensor<{0}x{1}x{2}xf32>) -> "
              "tensor<{0}x{1}x{2}xi8>\n"
              "  %u = tosa.transpose %c {{perms = array<i32: 2, 0, 1>} : "
              "(tensor<{0}x{1}x{2}xi8>) -> tensor<{2}x{0}x{1}xi8>\n"
              "  %v = tosa.cast %u : (tensor<{2}x{0}x{1}xi8>) -> "
              "tensor<{2}x{0}x{1}xf32>\n"
              "  %y = tosa.add %t, %v : (tensor<{2}x{0}x{1}xf32>, "
              "tensor<{2}x{0}x{1}xf32>) -> tensor<{2}x{0}x{1}xf32>\n"
              "  return %y : tensor<{2}x{0}x{1}xf32>\n}\n",
              b, m, n)
              .str();
      expectSameBytes(text, x);
      std::vector<float> y = runProgram(text, "sse4", x, /*contract=*/false);
      ASSERT_EQ(y.size(), x.size());
      for (int64_t i = 0; i < b * m; ++i)
        for (int64_t j = 0; j < n; ++j)
          ASSERT_EQ(y[j * b * m + i], 2 * x[i * n + j]);
    }
}

TEST(Vector, ArithmeticIsTheSameAtEveryLevel) {
  // x * x[:, 0] - x over rows that no vector divides, with a column and a
  // transposed copy of the same, whose results are not neighbours.
  for (int64_t columns : {3, 5, 21, 100}) {
    std::vector<float> x = Draw(11).reals(7 * columns);
    std::string text =
        llvm::formatv(
            "func.func @f(%x: tensor<7x{0}xf32>) -> tensor<{0}x7xf32> {{\n"
            "  %s = \"tosa.const\"() <{{values = dense<0> : tensor<1xi8>}> : "
            "() "
            "-> tensor<1xi8>\n"
            "  %o = tosa.const_shape {{values = dense<0> : tensor<2xindex>} : "
            "() -> !tosa.shape<2>\n"
            "  %z = tosa.const_shape {{values = dense<[7, 1]> : "
            "tensor<2xindex>} : () -> !tosa.shape<2>\n"
            "  %c = tosa.slice %x, %o, %z : (tensor<7x{0}xf32>, "
            "!tosa.shape<2>, !tosa.shape<2>) -> tensor<7x1xf32>\n"
            "  %m = tosa.mul %x, %c, %s : (tensor<7x{0}xf32>, tensor<7x1xf32>, "
            "tensor<1xi8>) -> tensor<7x{0}xf32>\n"
            "  %d = tosa.sub %m, %x : (tensor<7x{0}xf32>, tensor<7x{0}xf32>) "
            "-> tensor<7x{0}xf32>\n"
            "  %t = tosa.tanh %d : (tensor<7x{0}xf32>) -> tensor<7x{0}xf32>\n"
            "  %y = tosa.transpose %t {{perms = array<i32: 1, 0>} : "
            "(tensor<7x{0}xf32>) -> tensor<{0}x7xf32>\n"
            "  return %y : tensor<{0}x7xf32>\n}\n",
            columns)
            .str();
    expectSameBytes(text, x);
    std::vector<float> y = runProgram(text, "sse4", x, /*contract=*/false);
    for (int64_t row = 0; row < 7; ++row)
      for (int64_t column = 0; column < columns; ++column) {
        float at = x[row * columns + column];
        EXPECT_NEAR(y[column * 7 + row], std::tanh(at * x[row * columns] - at),
                    1e-5);
      }
  }
}
