//===- MovementTest.cpp - Derivatives of data movement --------------------===//
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

/// A square behind the op gives each element a slope of its own.
std::string squared(const std::string &arguments, const std::string &body,
                    const std::string &shape) {
  std::string type = "tensor<" + shape + "xf32>";
  return "func.func @f(" + arguments + ") -> " + type + " {\n" + body + R"mlir(
      %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
      %square = tosa.mul %y, %y, %shift : ()mlir" +
         type + ", " + type + ", tensor<1xi8>) -> " + type +
         "\n return %square : " + type + "\n}";
}

TEST(MovementGradients, ofReshape) {
  expectGradients(squared("%x: tensor<2x6xf32>", R"mlir(
      %shape = tosa.const_shape {values = dense<[3, 1, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
      %y = tosa.reshape %x, %shape : (tensor<2x6xf32>, !tosa.shape<3>) -> tensor<3x1x4xf32>)mlir",
                          "3x1x4"));
  expectGradients(squared("%x: tensor<2x6xf32>", R"mlir(
      %y = tensor.expand_shape %x [[0], [1, 2]] output_shape [2, 3, 2] : tensor<2x6xf32> into tensor<2x3x2xf32>)mlir",
                          "2x3x2"));
  expectGradients(squared("%x: tensor<2x6xf32>", R"mlir(
      %y = tensor.collapse_shape %x [[0, 1]] : tensor<2x6xf32> into tensor<12xf32>)mlir",
                          "12"));
}

TEST(MovementGradients, ofTranspose) {
  expectGradients(squared("%x: tensor<2x3x5xf32>", R"mlir(
      %y = tosa.transpose %x {perms = array<i32: 2, 0, 1>} : (tensor<2x3x5xf32>) -> tensor<5x2x3xf32>)mlir",
                          "5x2x3"));
}

TEST(MovementGradients, ofConcat) {
  expectGradients(squared(
      "%a: tensor<2x1x3xf32>, %b: tensor<2x4x3xf32>, %c: tensor<2x2x3xf32>",
      R"mlir(
      %y = tosa.concat %a, %b, %c, %a {axis = 1 : i32} : (tensor<2x1x3xf32>, tensor<2x4x3xf32>, tensor<2x2x3xf32>, tensor<2x1x3xf32>) -> tensor<2x8x3xf32>)mlir",
      "2x8x3"));
}

TEST(MovementGradients, ofSlice) {
  expectGradients(squared("%x: tensor<5x7xf32>", R"mlir(
      %start = tosa.const_shape {values = dense<[1, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
      %size = tosa.const_shape {values = dense<[3, 5]> : tensor<2xindex>} : () -> !tosa.shape<2>
      %y = tosa.slice %x, %start, %size : (tensor<5x7xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<3x5xf32>)mlir",
                          "3x5"));
}

TEST(MovementGradients, ofPad) {
  expectGradients(squared("%x: tensor<2x3xf32>, %v: tensor<1xf32>", R"mlir(
      %amounts = tosa.const_shape {values = dense<[0, 2, 1, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
      %y = tosa.pad %x, %amounts, %v : (tensor<2x3xf32>, !tosa.shape<4>, tensor<1xf32>) -> tensor<4x4xf32>)mlir",
                          "4x4"));
}

TEST(MovementGradients, ofTile) {
  expectGradients(squared("%x: tensor<2x1x3xf32>", R"mlir(
      %times = tosa.const_shape {values = dense<[2, 4, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
      %y = tosa.tile %x, %times : (tensor<2x1x3xf32>, !tosa.shape<3>) -> tensor<4x4x3xf32>)mlir",
                          "4x4x3"));
}

TEST(MovementGradients, ofReverse) {
  expectGradients(squared("%x: tensor<2x5xf32>", R"mlir(
      %y = tosa.reverse %x {axis = 1 : i32} : (tensor<2x5xf32>) -> tensor<2x5xf32>)mlir",
                          "2x5"));
}

TEST(MovementGradients, ofGather) {
  // Seven draws from four rows: some come twice.
  expectGradients(squared("%x: tensor<2x4x3xf32>, %i: tensor<2x7xi32>", R"mlir(
      %y = tosa.gather %x, %i : (tensor<2x4x3xf32>, tensor<2x7xi32>) -> tensor<2x7x3xf32>)mlir",
                          "2x7x3"),
                  {{}, {0, 4}});
}

TEST(MovementGradients, ofScatter) {
  expectGradients(squared("%x: tensor<1x5x3xf32>, %u: tensor<1x2x3xf32>",
                          R"mlir(
      %i = "tosa.const"() {values = dense<[[3, 0]]> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
      %y = tosa.scatter %x, %i, %u : (tensor<1x5x3xf32>, tensor<1x2xi32>, tensor<1x2x3xf32>) -> tensor<1x5x3xf32>)mlir",
                          "1x5x3"));
}

TEST(MovementGradients, ofLinalg) {
  expectGradients(squared("%x: tensor<2x5xf32>", R"mlir(
      %e = tensor.empty() : tensor<5x2xf32>
      %y = linalg.transpose ins(%x : tensor<2x5xf32>) outs(%e : tensor<5x2xf32>) permutation = [1, 0])mlir",
                          "5x2"));
  expectGradients(squared("%x: tensor<5xf32>", R"mlir(
      %e = tensor.empty() : tensor<5x3xf32>
      %y = linalg.broadcast ins(%x : tensor<5xf32>) outs(%e : tensor<5x3xf32>) dimensions = [1])mlir",
                          "5x3"));
}

} // namespace
