//===- ReductionTest.cpp - Derivatives of reductions and pools ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Gradients.h"

#include "gtest/gtest.h"

using namespace quantc;

namespace {

TEST(ReductionGradients, ofEveryKindAndAxis) {
  for (const char *op :
       {"reduce_max", "reduce_min", "reduce_product", "reduce_sum"})
    for (int axis : {0, 1, 2}) {
      std::string result = std::string(axis == 0 ? "1" : "3") + "x" +
                           (axis == 1 ? "1" : "2") + "x" +
                           (axis == 2 ? "1" : "4") + "xf32";
      expectGradients(function(std::string("tosa.") + op + " %0 {axis = " +
                                   std::to_string(axis) + " : i32}",
                               {"3x2x4xf32", result}));
    }
}

TEST(ReductionGradients, ofAProductWithZeros) {
  auto product = function("tosa.reduce_product %0 {axis = 1 : i32}",
                          {"3x3xf32", "3x1xf32"});
  auto gradient =
      gradientsAt(product, {{2, 3, 5, 2, 0, 5, 0, 0, 5}, {1, 1, 1}});
  EXPECT_EQ(gradient[0], (std::vector<double>{15, 10, 6, 0, 10, 0, 0, 0, 0}));
}

TEST(ReductionGradients, shareAMaximum) {
  auto max =
      function("tosa.reduce_max %0 {axis = 0 : i32}", {"4xf32", "1xf32"});
  EXPECT_EQ(gradientsAt(max, {{7, 1, 7, 2}, {3}})[0],
            (std::vector<double>{1.5, 0, 1.5, 0}));
}

std::string pool(const std::string &op, const std::string &attributes,
                 const std::string &in, const std::string &out) {
  std::string zeros = op == "tosa.max_pool2d" ? "" : ", %zero, %zero";
  std::string types =
      op == "tosa.max_pool2d" ? "" : ", tensor<1xf32>, tensor<1xf32>";
  return "func.func @f(%x: tensor<" + in + "xf32>) -> tensor<" + out +
         R"mlir(xf32> {
      %zero = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
      %y = )mlir" +
         op + " %x" + zeros + " {" + attributes + "} : (tensor<" + in +
         "xf32>" + types + ") -> tensor<" + out +
         "xf32>\n  return %y : tensor<" + out + "xf32>\n}";
}

struct PoolCase {
  const char *kernel, *stride, *pad, *in, *out;
};
// Windows that overlap, that leave gaps, that hang over the edge.
constexpr PoolCase kPools[] = {
    {"2, 2", "2, 2", "0, 0, 0, 0", "2x4x6x3", "2x2x3x3"},
    {"3, 2", "1, 2", "0, 0, 0, 0", "1x5x6x2", "1x3x3x2"},
    {"3, 3", "2, 2", "1, 1, 1, 1", "1x5x7x2", "1x3x4x2"},
    {"3, 3", "1, 1", "2, 0, 1, 1", "1x4x4x1", "1x4x4x1"},
    {"1, 2", "3, 3", "0, 0, 0, 1", "1x7x4x2", "1x3x2x2"},
};

TEST(ReductionGradients, ofMaxPools) {
  for (const PoolCase &c : kPools)
    expectGradients(pool("tosa.max_pool2d",
                         std::string("kernel = array<i64: ") + c.kernel +
                             ">, stride = array<i64: " + c.stride +
                             ">, pad = array<i64: " + c.pad + ">",
                         c.in, c.out));
}

TEST(ReductionGradients, ofAveragePools) {
  for (const PoolCase &c : kPools)
    expectGradients(pool("tosa.avg_pool2d",
                         std::string("acc_type = f32, kernel = array<i64: ") +
                             c.kernel + ">, stride = array<i64: " + c.stride +
                             ">, pad = array<i64: " + c.pad + ">",
                         c.in, c.out));
}

TEST(ReductionGradients, shareAWindow) {
  auto max = pool("tosa.max_pool2d",
                  "kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, "
                  "pad = array<i64: 0, 0, 0, 0>",
                  "1x2x2x1", "1x1x1x1");
  EXPECT_EQ(gradientsAt(max, {{0, 5, 5, 1}, {1}})[0],
            (std::vector<double>{0, 0.5, 0.5, 0}));
}

/// Folds that the importer writes where TOSA has no op.
std::string fold(const std::string &combine, const std::string &start) {
  return R"mlir(
    func.func @f(%x: tensor<3x5xf32>, %w: tensor<5xf32>) -> tensor<3xf32> {
      %start = arith.constant )mlir" +
         start + R"mlir( : f32
      %e = tensor.empty() : tensor<3xf32>
      %i = linalg.fill ins(%start : f32) outs(%e : tensor<3xf32>) -> tensor<3xf32>
      %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>,
            affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>],
            iterator_types = ["parallel", "reduction"]}
          ins(%x, %w : tensor<3x5xf32>, tensor<5xf32>) outs(%i : tensor<3xf32>) {
      ^bb0(%a: f32, %b: f32, %o: f32):
        %p = arith.mulf %a, %b : f32
        %q = math.sin %p : f32
        %r = )mlir" +
         combine + R"mlir( : f32
        linalg.yield %r : f32
      } -> tensor<3xf32>
      return %y : tensor<3xf32>
    })mlir";
}

TEST(ReductionGradients, ofFoldsInLinalg) {
  expectGradients(fold("arith.addf %o, %q", "0.0"));
  expectGradients(fold("arith.addf %q, %o", "0.0"));
  expectGradients(fold("arith.maximumf %o, %q", "-9.0"));
  expectGradients(fold("arith.minnumf %q, %o", "9.0"));
}

TEST(ReductionGradients, ofOtherFoldsAreRefused) {
  EXPECT_NE(gradientError(fold("arith.mulf %o, %q", "1.0"))
                .find("it folds its elements by 'arith.mulf', which is no sum, "
                      "maximum or minimum"),
            std::string::npos);
}

TEST(ReductionGradients, ofWindowsInLinalg) {
  expectGradients(R"mlir(
    func.func @f(%x: tensor<2x11xf32>, %k: tensor<3xf32>, %b: tensor<2x4xf32>) -> tensor<2x4xf32> {
      %y = linalg.generic {indexing_maps = [affine_map<(n, i, k) -> (n, i * 2 + k * 2)>,
            affine_map<(n, i, k) -> (k)>, affine_map<(n, i, k) -> (n, i)>],
            iterator_types = ["parallel", "parallel", "reduction"]}
          ins(%x, %k : tensor<2x11xf32>, tensor<3xf32>) outs(%b : tensor<2x4xf32>) {
      ^bb0(%a: f32, %c: f32, %o: f32):
        %p = arith.mulf %a, %c : f32
        %r = arith.addf %o, %p : f32
        linalg.yield %r : f32
      } -> tensor<2x4xf32>
      return %y : tensor<2x4xf32>
    })mlir");
}

} // namespace
