//===- DifferentiateTest.cpp - Sweeps over several ops --------------------===//
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

bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

TEST(Differentiate, sumsOverPathsAndOrders) {
  // x * tanh(x * w) + x has x on three paths.
  std::string text = R"mlir(
    func.func @f(%x: tensor<2x3xf32>, %w: tensor<1x3xf32>) -> tensor<2x3xf32> {
      %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
      %0 = tosa.mul %x, %w, %shift : (tensor<2x3xf32>, tensor<1x3xf32>, tensor<1xi8>) -> tensor<2x3xf32>
      %1 = tosa.tanh %0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
      %2 = tosa.mul %x, %1, %shift : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<1xi8>) -> tensor<2x3xf32>
      %3 = tosa.add %2, %x : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
      return %3 : tensor<2x3xf32>
    })mlir";
  expectGradients(text);
  expectGradients(text, {}, /*order=*/2);
  expectGradients(text, {}, /*order=*/3);
}

/// A small classifier up to its loss: convolution, Relu, pools, a product,
/// log softmax.
constexpr const char *kNetwork = R"mlir(
    func.func @f(%x: tensor<2x6x6x2xf32>, %k: tensor<3x3x3x2xf32>, %b: tensor<3xf32>, %w: tensor<1x12x4xf32>) -> tensor<2x1xf32> {
      %zero = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
      %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
      %label = "tosa.const"() {values = dense<[[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]> : tensor<2x4xf32>} : () -> tensor<2x4xf32>
      %rows = tosa.const_shape {values = dense<[1, 2, 12]> : tensor<3xindex>} : () -> !tosa.shape<3>
      %flat = tosa.const_shape {values = dense<[2, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
      %0 = tosa.conv2d %x, %k, %b, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<2x6x6x2xf32>, tensor<3x3x3x2xf32>, tensor<3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x6x6x3xf32>
      %1 = tosa.clamp %0 {min_val = 0.0 : f32, max_val = 3.4028235E+38 : f32} : (tensor<2x6x6x3xf32>) -> tensor<2x6x6x3xf32>
      %2 = tosa.max_pool2d %1 {kernel = array<i64: 3, 3>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 3, 3>} : (tensor<2x6x6x3xf32>) -> tensor<2x2x2x3xf32>
      %3 = tosa.reshape %2, %rows : (tensor<2x2x2x3xf32>, !tosa.shape<3>) -> tensor<1x2x12xf32>
      %4 = tosa.matmul %3, %w, %zero, %zero : (tensor<1x2x12xf32>, tensor<1x12x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x4xf32>
      %5 = tosa.reshape %4, %flat : (tensor<1x2x4xf32>, !tosa.shape<2>) -> tensor<2x4xf32>
      %6 = tosa.reduce_max %5 {axis = 1 : i32} : (tensor<2x4xf32>) -> tensor<2x1xf32>
      %7 = tosa.sub %5, %6 : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
      %8 = tosa.exp %7 : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %9 = tosa.reduce_sum %8 {axis = 1 : i32} : (tensor<2x4xf32>) -> tensor<2x1xf32>
      %10 = tosa.log %9 : (tensor<2x1xf32>) -> tensor<2x1xf32>
      %11 = tosa.sub %7, %10 : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
      %12 = tosa.mul %11, %label, %shift : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<1xi8>) -> tensor<2x4xf32>
      %13 = tosa.reduce_sum %12 {axis = 1 : i32} : (tensor<2x4xf32>) -> tensor<2x1xf32>
      return %13 : tensor<2x1xf32>
    })mlir";

TEST(Differentiate, aNetwork) {
  expectGradients(kNetwork, {{-1, 1}, {-1, 1}, {-1, 1}, {-1, 1}});
}

TEST(Differentiate, whatDoesNotDependIsZero) {
  std::string text = R"mlir(
    func.func @f(%x: tensor<2xf32>, %z: tensor<3xf32>) -> tensor<2xf32> {
      %y = tosa.tanh %x : (tensor<2xf32>) -> tensor<2xf32>
      return %y : tensor<2xf32>
    })mlir";
  auto gradients = gradientsAt(text, {{0, 0}, {1, 2, 3}, {1, 2}});
  ASSERT_EQ(gradients.size(), 2u);
  EXPECT_EQ(gradients[0], (std::vector<double>{1, 2}));
  EXPECT_EQ(gradients[1], (std::vector<double>{0, 0, 0}));
}

TEST(Differentiate, integersPassNothingOn) {
  std::string text = R"mlir(
    func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
      %0 = tosa.cast %x : (tensor<2xf32>) -> tensor<2xi32>
      %1 = tosa.cast %0 : (tensor<2xi32>) -> tensor<2xf32>
      %2 = tosa.add %1, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      return %2 : tensor<2xf32>
    })mlir";
  EXPECT_EQ(gradientsAt(text, {{1.4, -3.6}, {1, 2}})[0],
            (std::vector<double>{1, 2}));
}

TEST(Differentiate, namesOpsWithoutADerivative) {
  std::string resize = R"mlir(
    func.func @f(%x: tensor<1x2x2x1xf32>) -> tensor<1x3x3x1xf32> {
      %scale = tosa.const_shape {values = dense<[4, 2, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
      %offset = tosa.const_shape {values = dense<0> : tensor<2xindex>} : () -> !tosa.shape<2>
      %border = tosa.const_shape {values = dense<0> : tensor<2xindex>} : () -> !tosa.shape<2>
      %y = tosa.resize %x, %scale, %offset, %border {mode = BILINEAR} : (tensor<1x2x2x1xf32>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x3x3x1xf32> loc("up")
      return %y : tensor<1x3x3x1xf32>
    })mlir";
  std::string error = gradientError(resize);
  EXPECT_TRUE(contains(error, "'tosa.resize' of 'up': has no derivative"))
      << error;
}

/// Reads a table by computed places, some of them twice, and scales by another
/// tensor of which the body knows its own place.
TEST(Differentiate, throughReadsByIndex) {
  expectGradients(R"mlir(
    func.func @f(%x: tensor<3x4xf32>, %i: tensor<5x2xi32>, %s: tensor<5x2xf32>) -> tensor<5x2xf32> {
      %e = tensor.empty() : tensor<5x2xf32>
      %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
          iterator_types = ["parallel", "parallel"]} ins(%i, %s : tensor<5x2xi32>, tensor<5x2xf32>) outs(%e : tensor<5x2xf32>) {
      ^bb0(%a: i32, %b: f32, %o: f32):
        %row = arith.index_cast %a : i32 to index
        %column = linalg.index 1 : index
        %v = tensor.extract %x[%row, %column] : tensor<3x4xf32>
        %w = tensor.extract %x[%column, %row] : tensor<3x4xf32>
        %p = arith.mulf %v, %b : f32
        %q = math.sin %w : f32
        %r = arith.addf %p, %q : f32
        linalg.yield %r : f32
      } -> tensor<5x2xf32>
      return %y : tensor<5x2xf32>
    })mlir",
                  {{}, {0, 3}});
}

TEST(Differentiate, refusesWhatALoopReadsFromOutside) {
  std::string error = gradientError(R"mlir(
    func.func @f(%x: tensor<4xf32>, %u: tensor<4xf32>) -> tensor<4xf32> {
      %c = arith.constant true
      %y = scf.if %c -> tensor<4xf32> {
        %0 = tosa.tanh %x : (tensor<4xf32>) -> tensor<4xf32>
        scf.yield %0 : tensor<4xf32>
      } else {
        scf.yield %u : tensor<4xf32>
      } loc("branch")
      return %y : tensor<4xf32>
    })mlir");
  EXPECT_TRUE(contains(error, "'scf.if' of 'branch': has no derivative"))
      << error;
}

TEST(Differentiate, namesScalarsWithoutADerivative) {
  std::string error = gradientError(R"mlir(
    func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
      %e = tensor.empty() : tensor<4xf32>
      %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
          iterator_types = ["parallel"]} ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
      ^bb0(%a: f32, %o: f32):
        %c = math.clampf %a to [%a, %a] : f32
        linalg.yield %c : f32
      } -> tensor<4xf32>
      return %y : tensor<4xf32>
    })mlir");
  EXPECT_TRUE(contains(error, "'math.clampf'")) << error;
}

} // namespace
