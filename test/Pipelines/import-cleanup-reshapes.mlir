// RUN: quant-opt %s -import-cleanup | FileCheck %s

// The clamp goes in front of the reshape, and then in front of the transposition
// that is there: what a one-dimensional convolution and what follows it look like.
// CHECK-LABEL: func.func @model
// CHECK: %[[X:.+]] = tosa.exp
// CHECK: %[[C:.+]] = tosa.clamp %[[X]]
// CHECK: %[[T:.+]] = tosa.transpose %[[C]]
// CHECK: %[[R:.+]] = tosa.reshape %[[T]]
// CHECK: return %[[R]],
func.func @model(%x: tensor<1x1x5x2xf32>) -> (tensor<1x2x5xf32>, tensor<1x2x5xf32>) {
  %shape = tosa.const_shape {values = dense<[1, 2, 5]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %e = tosa.exp %x : (tensor<1x1x5x2xf32>) -> tensor<1x1x5x2xf32>
  %0 = tosa.transpose %e {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x1x5x2xf32>) -> tensor<1x2x1x5xf32>
  %1 = tosa.reshape %0, %shape : (tensor<1x2x1x5xf32>, !tosa.shape<3>) -> tensor<1x2x5xf32>
  %2 = tosa.maximum %1, %zero : (tensor<1x2x5xf32>, tensor<1x1x1xf32>) -> tensor<1x2x5xf32>
  %3 = tosa.reduce_max %1 {axis = 1 : i32} : (tensor<1x2x5xf32>) -> tensor<1x1x5xf32>
  %4 = tosa.sub %1, %3 : (tensor<1x2x5xf32>, tensor<1x1x5xf32>) -> tensor<1x2x5xf32>
  return %2, %4 : tensor<1x2x5xf32>, tensor<1x2x5xf32>
}
