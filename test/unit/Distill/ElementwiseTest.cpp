//===- ElementwiseTest.cpp - Derivatives of one number from few -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Gradients.h"

#include "gtest/gtest.h"
#include <cmath>

using namespace quantc;

namespace {

struct Case {
  const char *name;
  std::string op;
  Interval interval = {};
};

std::string nameOf(const testing::TestParamInfo<Case> &info) {
  return info.param.name;
}

class TosaUnary : public testing::TestWithParam<Case> {};
TEST_P(TosaUnary, isTheDifference) {
  expectGradients(function(GetParam().op, {"3x5xf32", "3x5xf32"}),
                  {GetParam().interval});
}
INSTANTIATE_TEST_SUITE_P(
    Gradients, TosaUnary,
    testing::Values(
        Case{"abs", "tosa.abs %0"}, Case{"cos", "tosa.cos %0"},
        Case{"clamp",
             "tosa.clamp %0 {min_val = -0.5 : f32, max_val = 1.0 : f32}"},
        Case{"erf", "tosa.erf %0"}, Case{"exp", "tosa.exp %0"},
        Case{"log", "tosa.log %0", {0.1, 3}},
        Case{"reciprocal", "tosa.reciprocal %0", {0.2, 2}},
        Case{"rsqrt", "tosa.rsqrt %0", {0.2, 2}},
        Case{"sigmoid", "tosa.sigmoid %0", {-5, 5}}, Case{"sin", "tosa.sin %0"},
        Case{"tanh", "tosa.tanh %0"}),
    nameOf);

class TosaBinary : public testing::TestWithParam<Case> {};
TEST_P(TosaBinary, ofOneShape) {
  expectGradients(function(GetParam().op, {"3x4xf32", "3x4xf32", "3x4xf32"}),
                  {GetParam().interval, GetParam().interval});
}
TEST_P(TosaBinary, broadcastsOnTheLeft) {
  expectGradients(
      function(GetParam().op, {"1x3x1xf32", "2x3x4xf32", "2x3x4xf32"}),
      {GetParam().interval, GetParam().interval});
}
TEST_P(TosaBinary, broadcastsOnBothSides) {
  expectGradients(
      function(GetParam().op, {"5x1x3xf32", "1x2x1xf32", "5x2x3xf32"}),
      {GetParam().interval, GetParam().interval});
}
TEST_P(TosaBinary, ofScalars) {
  expectGradients(function(GetParam().op, {"f32", "f32", "f32"}),
                  {GetParam().interval, GetParam().interval});
}
INSTANTIATE_TEST_SUITE_P(
    Gradients, TosaBinary,
    testing::Values(Case{"add", "tosa.add %0, %1"},
                    Case{"sub", "tosa.sub %0, %1"},
                    Case{"pow", "tosa.pow %0, %1", {0.3, 2}}),
    nameOf);

TEST(ElementwiseGradients, ofProducts) {
  for (auto [a, b, y] : {std::tuple("2x3xf32", "2x3xf32", "2x3xf32"),
                         std::tuple("2x1xf32", "1x3xf32", "2x3xf32"),
                         std::tuple("1x1x1xf32", "4x3x2xf32", "4x3x2xf32")}) {
    std::string type = std::string("tensor<") + y + ">";
    expectGradients("func.func @f(%a: tensor<" + std::string(a) +
                    ">, %b: tensor<" + b + ">) -> " + type + R"mlir( {
      %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
      %y = tosa.mul %a, %b, %shift : (tensor<)mlir" +
                    a + ">, tensor<" + b + ">, tensor<1xi8>) -> " + type +
                    "\n return %y : " + type + "\n}");
  }
}

TEST(ElementwiseGradients, ofExtrema) {
  for (const char *op : {"tosa.maximum", "tosa.minimum"}) {
    expectGradients(function(std::string(op) + " %0, %1",
                             {"4x5xf32", "4x5xf32", "4x5xf32"}));
    expectGradients(function(std::string(op) + " %0, %1",
                             {"4x1xf32", "4x5xf32", "4x5xf32"}));
  }
}

TEST(ElementwiseGradients, ofNegationAndSelection) {
  expectGradients(R"mlir(
    func.func @f(%a: tensor<3x4xf32>, %b: tensor<1x4xf32>) -> tensor<3x4xf32> {
      %zero = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
      %0 = tosa.negate %b, %zero, %zero : (tensor<1x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4xf32>
      %1 = tosa.greater %a, %0 : (tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<3x4xi1>
      %2 = tosa.exp %a : (tensor<3x4xf32>) -> tensor<3x4xf32>
      %3 = tosa.select %1, %2, %0 : (tensor<3x4xi1>, tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<3x4xf32>
      return %3 : tensor<3x4xf32>
    })mlir");
}

/// `linalg.generic` over two inputs with one op in its body.
std::string generic(const std::string &body, bool isBinary) {
  std::string two = isBinary ? ", %b: tensor<4xf32>" : "";
  std::string map = isBinary ? "affine_map<(i, j) -> (j)>, " : "";
  std::string names = isBinary ? "%a, %b : tensor<3x4xf32>, tensor<4xf32>"
                               : "%a : tensor<3x4xf32>";
  std::string arguments = isBinary ? "%x: f32, %z: f32" : "%x: f32";
  return "func.func @f(%a: tensor<3x4xf32>" + two +
         R"mlir() -> tensor<3x4xf32> {
      %e = tensor.empty() : tensor<3x4xf32>
      %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, )mlir" +
         map + R"mlir(affine_map<(i, j) -> (i, j)>],
            iterator_types = ["parallel", "parallel"]}
          ins()mlir" +
         names + ") outs(%e : tensor<3x4xf32>) {\n  ^bb0(" + arguments +
         ", %o: f32):\n    " + body +
         "\n    linalg.yield %y : f32\n  } -> tensor<3x4xf32>\n"
         "  return %r : tensor<3x4xf32>\n}";
}

class Scalar : public testing::TestWithParam<Case> {};
TEST_P(Scalar, isTheDifference) {
  bool isBinary = GetParam().op.find("%z") != std::string::npos;
  expectGradients(generic("%y = " + GetParam().op + " : f32", isBinary),
                  {GetParam().interval, GetParam().interval});
}
INSTANTIATE_TEST_SUITE_P(
    Gradients, Scalar,
    testing::Values(
        Case{"addf", "arith.addf %x, %z"},
        Case{"divf", "arith.divf %x, %z", {0.5, 2}},
        Case{"maximumf", "arith.maximumf %x, %z"},
        Case{"maxnumf", "arith.maxnumf %x, %z"},
        Case{"minimumf", "arith.minimumf %x, %z"},
        Case{"minnumf", "arith.minnumf %x, %z"},
        Case{"mulf", "arith.mulf %x, %z"}, Case{"negf", "arith.negf %x"},
        Case{"remf", "arith.remf %x, %z", {1.0, 9.0}},
        Case{"subf", "arith.subf %x, %z"}, Case{"absf", "math.absf %x"},
        Case{"acos", "math.acos %x", {-0.9, 0.9}},
        Case{"acosh", "math.acosh %x", {1.2, 4}},
        Case{"asin", "math.asin %x", {-0.9, 0.9}},
        Case{"asinh", "math.asinh %x"}, Case{"atan", "math.atan %x"},
        Case{"atan2", "math.atan2 %x, %z"},
        Case{"atanh", "math.atanh %x", {-0.9, 0.9}},
        Case{"cbrt", "math.cbrt %x", {0.2, 3}},
        Case{"copysign", "math.copysign %x, %x"}, Case{"cos", "math.cos %x"},
        Case{"cosh", "math.cosh %x"}, Case{"erf", "math.erf %x"},
        Case{"erfc", "math.erfc %x"}, Case{"exp", "math.exp %x"},
        Case{"exp2", "math.exp2 %x"}, Case{"expm1", "math.expm1 %x"},
        Case{"fma", "math.fma %x, %z, %x"},
        Case{"log", "math.log %x", {0.2, 3}},
        Case{"log10", "math.log10 %x", {0.2, 3}},
        Case{"log1p", "math.log1p %x", {-0.8, 3}},
        Case{"log2", "math.log2 %x", {0.2, 3}},
        Case{"powf", "math.powf %x, %z", {0.3, 2}},
        Case{"rsqrt", "math.rsqrt %x", {0.2, 3}}, Case{"sin", "math.sin %x"},
        Case{"sinh", "math.sinh %x"}, Case{"sqrt", "math.sqrt %x", {0.2, 3}},
        Case{"tan", "math.tan %x", {-1.2, 1.2}}, Case{"tanh", "math.tanh %x"}),
    nameOf);

/// The sign that copysign takes from elsewhere turns the slope.
TEST(ElementwiseGradients, ofAnotherSign) {
  expectGradients(generic("%s = arith.negf %z : f32\n"
                          "%m = math.copysign %x, %s : f32\n"
                          "%y = arith.mulf %m, %z : f32",
                          true));
}

TEST(ElementwiseGradients, areZeroWhereTheBranchIsNotTaken) {
  // At -1 the root is NaN and at 0 its slope is infinite; neither counts.
  std::string root = generic(R"mlir(%zero = arith.constant 0.0 : f32
    %p = arith.cmpf ogt, %x, %zero : f32
    %q = math.sqrt %x : f32
    %y = arith.select %p, %q, %zero : f32)mlir",
                             false);
  std::vector<double> x(12, 4.0), seed(12, 1.0);
  x[0] = -1;
  x[1] = 0;
  auto gradients = gradientsAt(root, {x, seed});
  ASSERT_EQ(gradients.size(), 1u);
  EXPECT_EQ(gradients[0][0], 0);
  EXPECT_EQ(gradients[0][1], 0);
  EXPECT_EQ(gradients[0][2], 0.25);
}

TEST(ElementwiseGradients, areFiniteWhereExpOverflows) {
  // 1 / (1 + exp(-x)) at -1000 is 0, and flat.
  std::string sigmoid = generic(R"mlir(%one = arith.constant 1.0 : f32
    %n = arith.negf %x : f32
    %p = math.exp %n : f32
    %s = arith.addf %one, %p : f32
    %y = arith.divf %one, %s : f32)mlir",
                                false);
  std::vector<double> x(12, -1000.0), seed(12, 1.0);
  auto gradients = gradientsAt(sigmoid, {x, seed});
  ASSERT_EQ(gradients.size(), 1u);
  EXPECT_EQ(gradients[0][0], 0);
}

TEST(ElementwiseGradients, atKinks) {
  std::vector<double> seed = {1, 1, 1};
  auto relu =
      function("tosa.clamp %0 {min_val = 0.0 : f32, max_val = 6.0 : f32}",
               {"3xf32", "3xf32"});
  EXPECT_EQ(gradientsAt(relu, {{0, 6, 3}, seed})[0],
            (std::vector<double>{0, 0, 1}));
  auto abs = function("tosa.abs %0", {"3xf32", "3xf32"});
  EXPECT_EQ(gradientsAt(abs, {{0, -2, 3}, seed})[0],
            (std::vector<double>{0, -1, 1}));
  auto max = function("tosa.maximum %0, %1", {"3xf32", "3xf32", "3xf32"});
  auto halves = gradientsAt(max, {{0, 1, 2}, {0, 2, 1}, seed});
  EXPECT_EQ(halves[0], (std::vector<double>{0.5, 0, 1}));
  EXPECT_EQ(halves[1], (std::vector<double>{0.5, 1, 0}));
  auto floor = function("tosa.floor %0", {"3xf32", "3xf32"});
  EXPECT_EQ(gradientsAt(floor, {{0, 0.5, 2}, seed})[0],
            (std::vector<double>{0, 0, 0}));
}

TEST(ElementwiseGradients, throughCasts) {
  // In f64 the casts vanish; what is held here is that the types fit.
  std::string text = R"mlir(
    func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
      %0 = tosa.cast %x : (tensor<4xf32>) -> tensor<4xf64>
      %e = tensor.empty() : tensor<4xf64>
      %1 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
          iterator_types = ["parallel"]} ins(%0 : tensor<4xf64>) outs(%e : tensor<4xf64>) {
      ^bb0(%a: f64, %o: f64):
        %y = math.exp %a : f64
        linalg.yield %y : f64
      } -> tensor<4xf64>
      %2 = tosa.cast %1 : (tensor<4xf64>) -> tensor<4xf32>
      return %2 : tensor<4xf32>
    })mlir";
  expectGradients(text);
}

} // namespace
