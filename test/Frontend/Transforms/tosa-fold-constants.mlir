// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(tosa-fold-constants))' | FileCheck %s

// The scale of a batch norm, gamma / sqrt(variance + epsilon).
// CHECK-LABEL: @reals
func.func @reals() -> tensor<1x2xf32> {
  // CHECK: "tosa.const"() <{values = dense<{{\[\[}}1.500000e+00, 2.000000e+00]]> : tensor<1x2xf32>}>
  // CHECK-NEXT: return
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %variance = "tosa.const"() {values = dense<[[3.0, 15.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %epsilon = "tosa.const"() {values = dense<1.0> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %gamma = "tosa.const"() {values = dense<[[3.0, 8.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %0 = tosa.add %variance, %epsilon : (tensor<1x2xf32>, tensor<1x1xf32>) -> tensor<1x2xf32>
  %1 = tosa.rsqrt %0 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %2 = tosa.mul %1, %gamma, %s : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xi8>) -> tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// Both sides spread.
// CHECK-LABEL: @outer
func.func @outer() -> tensor<2x3xi32> {
  // CHECK: dense<{{\[}}[9, 8, 7], [19, 18, 17]]> : tensor<2x3xi32>
  %a = "tosa.const"() {values = dense<[[10], [20]]> : tensor<2x1xi32>} : () -> tensor<2x1xi32>
  %b = "tosa.const"() {values = dense<[[1, 2, 3]]> : tensor<1x3xi32>} : () -> tensor<1x3xi32>
  %0 = tosa.sub %a, %b : (tensor<2x1xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// To the nearest, ties to even; saturated.
// CHECK-LABEL: @cast
func.func @cast() -> (tensor<5xi32>, tensor<2xf32>) {
  // CHECK-DAG: dense<[2, 2, -2, 2147483647, -2147483648]> : tensor<5xi32>
  // CHECK-DAG: dense<[7.000000e+00, -3.000000e+00]> : tensor<2xf32>
  %a = "tosa.const"() {values = dense<[1.5, 2.5, -1.6, 3.0e9, -3.0e9]> : tensor<5xf32>} : () -> tensor<5xf32>
  %b = "tosa.const"() {values = dense<[7, -3]> : tensor<2xi64>} : () -> tensor<2xi64>
  %0 = tosa.cast %a : (tensor<5xf32>) -> tensor<5xi32>
  %1 = tosa.cast %b : (tensor<2xi64>) -> tensor<2xf32>
  return %0, %1 : tensor<5xi32>, tensor<2xf32>
}

// CHECK-LABEL: @slice
func.func @slice() -> tensor<2x2xi8> {
  // CHECK: dense<{{\[}}[5, 6], [8, 9]]> : tensor<2x2xi8>
  %a = "tosa.const"() {values = dense<[[1, 2, 3], [4, 5, 6], [7, 8, 9]]> : tensor<3x3xi8>} : () -> tensor<3x3xi8>
  %start = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %size = tosa.const_shape {values = dense<[2, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.slice %a, %start, %size : (tensor<3x3xi8>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<2x2xi8>
  return %0 : tensor<2x2xi8>
}

// CHECK-LABEL: @pad
func.func @pad() -> tensor<2x5xi32> {
  // CHECK: dense<{{\[}}[9, 9, 9, 9, 9], [9, 1, 2, 9, 9]]> : tensor<2x5xi32>
  %a = "tosa.const"() {values = dense<[[1, 2]]> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
  %nine = "tosa.const"() {values = dense<9> : tensor<1xi32>} : () -> tensor<1xi32>
  %pad = tosa.const_shape {values = dense<[1, 0, 1, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %0 = tosa.pad %a, %pad, %nine : (tensor<1x2xi32>, !tosa.shape<4>, tensor<1xi32>) -> tensor<2x5xi32>
  return %0 : tensor<2x5xi32>
}

// CHECK-LABEL: @concat
func.func @concat() -> tensor<2x3xi32> {
  // CHECK: dense<{{\[}}[1, 2, 5], [3, 4, 6]]> : tensor<2x3xi32>
  %a = "tosa.const"() {values = dense<[[1, 2], [3, 4]]> : tensor<2x2xi32>} : () -> tensor<2x2xi32>
  %b = "tosa.const"() {values = dense<[[5], [6]]> : tensor<2x1xi32>} : () -> tensor<2x1xi32>
  %0 = tosa.concat %a, %b {axis = 1 : i32} : (tensor<2x2xi32>, tensor<2x1xi32>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// CHECK-LABEL: @transpose_and_reshape
func.func @transpose_and_reshape() -> tensor<6xi32> {
  // CHECK: dense<[1, 4, 2, 5, 3, 6]> : tensor<6xi32>
  %a = "tosa.const"() {values = dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>} : () -> tensor<2x3xi32>
  %shape = tosa.const_shape {values = dense<6> : tensor<1xindex>} : () -> !tosa.shape<1>
  %0 = tosa.transpose %a {perms = array<i32: 1, 0>} : (tensor<2x3xi32>) -> tensor<3x2xi32>
  %1 = tosa.reshape %0, %shape : (tensor<3x2xi32>, !tosa.shape<1>) -> tensor<6xi32>
  return %1 : tensor<6xi32>
}

// Constants out of line are read where they lie.
// CHECK-LABEL: @out_of_line
func.func @out_of_line() -> tensor<2xf32> {
  // CHECK: dense<[2.000000e+00, 4.000000e+00]> : tensor<2xf32>
  %a = "tosa.const"() {values = dense_resource<numbers> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = tosa.add %a, %a : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// Not here: an operand is not constant.
// CHECK-LABEL: @argument
func.func @argument(%x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK: tosa.add
  %a = "tosa.const"() {values = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = tosa.add %x, %a : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// Not here: 301 x 302 numbers out of 2.
// CHECK-LABEL: @too_large
func.func @too_large() -> tensor<301x302xi32> {
  // CHECK: tosa.pad
  %a = "tosa.const"() {values = dense<[[1, 2]]> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
  %nine = "tosa.const"() {values = dense<9> : tensor<1xi32>} : () -> tensor<1xi32>
  %pad = tosa.const_shape {values = dense<[0, 300, 0, 300]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %0 = tosa.pad %a, %pad, %nine : (tensor<1x2xi32>, !tosa.shape<4>, tensor<1xi32>) -> tensor<301x302xi32>
  return %0 : tensor<301x302xi32>
}

// Not here: the comparison with NaN, the division by zero.
// CHECK-LABEL: @open_results
func.func @open_results() -> (tensor<1xf32>, tensor<1xi32>) {
  // CHECK: tosa.maximum
  // CHECK: tosa.intdiv
  %a = "tosa.const"() {values = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %nan = "tosa.const"() {values = dense<0x7FC00000> : tensor<1xf32>} : () -> tensor<1xf32>
  %b = "tosa.const"() {values = dense<1> : tensor<1xi32>} : () -> tensor<1xi32>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = tosa.maximum %a, %nan : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
  %1 = tosa.intdiv %b, %zero : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi32>
  return %0, %1 : tensor<1xf32>, tensor<1xi32>
}

{-#
  dialect_resources: {
    builtin: {
      numbers: "0x040000000000803F00000040"
    }
  }
#-}
