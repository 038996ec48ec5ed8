// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(tosa-fold-transpose-into-matmul))' | FileCheck %s

// matmul(reshape(transpose(x)), w) -> matmul(reshape(x), w')
// Row 2 * c + h of the weights moves to row 3 * h + c.
// CHECK-LABEL: @flattened_image
func.func @flattened_image(%x: tensor<1x2x1x3xf32>) -> tensor<1x1x1xf32> {
  // CHECK-NOT: tosa.transpose
  // CHECK-DAG: %[[W:.+]] = "tosa.const"() <{values = dense<{{\[\[\[}}0.000000e+00], [2.000000e+00], [4.000000e+00], [1.000000e+00], [3.000000e+00], [5.000000e+00]]]> : tensor<1x6x1xf32>}>
  // CHECK-DAG: %[[X:.+]] = tosa.reshape %arg0, %{{.+}} : (tensor<1x2x1x3xf32>, !tosa.shape<3>) -> tensor<1x1x6xf32>
  // CHECK: tosa.matmul %[[X]], %[[W]]
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %w = "tosa.const"() {values = dense<[[[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]]]> : tensor<1x6x1xf32>} : () -> tensor<1x6x1xf32>
  %flat = tosa.const_shape {values = dense<[1, 1, 6]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x2x1x3xf32>) -> tensor<1x3x2x1xf32>
  %1 = tosa.reshape %0, %flat : (tensor<1x3x2x1xf32>, !tosa.shape<3>) -> tensor<1x1x6xf32>
  %2 = tosa.matmul %1, %w, %z, %z : (tensor<1x1x6xf32>, tensor<1x6x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %2 : tensor<1x1x1xf32>
}

// Not here: the batch is transposed too.
// CHECK-LABEL: @batch_moves
func.func @batch_moves(%x: tensor<3x2xf32>) -> tensor<1x2x1xf32> {
  // CHECK: tosa.transpose
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %w = "tosa.const"() {values = dense<[[[0.0], [1.0], [2.0]]]> : tensor<1x3x1xf32>} : () -> tensor<1x3x1xf32>
  %flat = tosa.const_shape {values = dense<[1, 2, 3]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %0 = tosa.transpose %x {perms = array<i32: 1, 0>} : (tensor<3x2xf32>) -> tensor<2x3xf32>
  %1 = tosa.reshape %0, %flat : (tensor<2x3xf32>, !tosa.shape<3>) -> tensor<1x2x3xf32>
  %2 = tosa.matmul %1, %w, %z, %z : (tensor<1x2x3xf32>, tensor<1x3x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x1xf32>
  return %2 : tensor<1x2x1xf32>
}

// Not here: the flattened dimensions are only a part of those that move.
// CHECK-LABEL: @rows_move
func.func @rows_move(%x: tensor<2x3x4xf32>) -> tensor<1x4x1xf32> {
  // CHECK: tosa.transpose
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %w = "tosa.const"() {values = dense<[[[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]]]> : tensor<1x6x1xf32>} : () -> tensor<1x6x1xf32>
  %flat = tosa.const_shape {values = dense<[1, 4, 6]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %0 = tosa.transpose %x {perms = array<i32: 2, 1, 0>} : (tensor<2x3x4xf32>) -> tensor<4x3x2xf32>
  %1 = tosa.reshape %0, %flat : (tensor<4x3x2xf32>, !tosa.shape<3>) -> tensor<1x4x6xf32>
  %2 = tosa.matmul %1, %w, %z, %z : (tensor<1x4x6xf32>, tensor<1x6x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x1xf32>
  return %2 : tensor<1x4x1xf32>
}

// Not here: the weights are not constant.
// CHECK-LABEL: @weights_are_an_argument
func.func @weights_are_an_argument(%x: tensor<1x2x1x3xf32>, %w: tensor<1x6x1xf32>) -> tensor<1x1x1xf32> {
  // CHECK: tosa.transpose
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %flat = tosa.const_shape {values = dense<[1, 1, 6]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %0 = tosa.transpose %x {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x2x1x3xf32>) -> tensor<1x3x2x1xf32>
  %1 = tosa.reshape %0, %flat : (tensor<1x3x2x1xf32>, !tosa.shape<3>) -> tensor<1x1x6xf32>
  %2 = tosa.matmul %1, %w, %z, %z : (tensor<1x1x6xf32>, tensor<1x6x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %2 : tensor<1x1x1xf32>
}
