// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(tosa-fold-affine-into-weights))' | FileCheck %s

// affine(conv(x, w, b)) -> conv(x, w', b'):  (3 x + 1 - 2) * 0.5 + 4 = 1.5 x + 3.5
// CHECK-LABEL: @batch_norm
func.func @batch_norm(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  // CHECK-DAG: %[[W:.+]] = "tosa.const"() <{values = dense<1.500000e+00> : tensor<1x1x1x1xf32>}>
  // CHECK-DAG: %[[B:.+]] = "tosa.const"() <{values = dense<3.500000e+00> : tensor<1xf32>}>
  // CHECK: %[[Y:.+]] = tosa.conv2d %arg0, %[[W]], %[[B]]
  // CHECK-NEXT: return %[[Y]]
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %w = "tosa.const"() {values = dense<3.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %b = "tosa.const"() {values = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %mean = "tosa.const"() {values = dense<2.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %scale = "tosa.const"() {values = dense<0.5> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %shift = "tosa.const"() {values = dense<4.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %1 = tosa.sub %0, %mean : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %2 = tosa.mul %1, %scale, %s : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<1x4x4x1xf32>
  %3 = tosa.add %shift, %2 : (tensor<1x1x1x1xf32>, tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %3 : tensor<1x4x4x1xf32>
}

// One rounding: 1 + 2^-24 + 2^-24 in two steps of f32 is 1, in f64 it is not.
// CHECK-LABEL: @one_rounding
func.func @one_rounding(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  // CHECK: dense<1.00000012> : tensor<1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %w = "tosa.const"() {values = dense<3.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %b = "tosa.const"() {values = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %tiny = "tosa.const"() {values = dense<5.9604644775390625e-08> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %1 = tosa.add %0, %tiny : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %2 = tosa.add %1, %tiny : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  return %2 : tensor<1x4x4x1xf32>
}

// A padded convolution takes the scale in front, and not the shift in front of
// that.
// CHECK-LABEL: @padded
func.func @padded(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  // CHECK-DAG: %[[W:.+]] = "tosa.const"() <{values = dense<6.000000e+00> : tensor<1x3x3x1xf32>}>
  // CHECK: %[[X:.+]] = tosa.add %arg0
  // CHECK: tosa.conv2d %[[X]], %[[W]]
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %w = "tosa.const"() {values = dense<3.0> : tensor<1x3x3x1xf32>} : () -> tensor<1x3x3x1xf32>
  %b = "tosa.const"() {values = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %c = "tosa.const"() {values = dense<2.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %0 = tosa.add %x, %c : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %1 = tosa.mul %0, %c, %s : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<1x4x4x1xf32>
  %2 = tosa.conv2d %1, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<1x3x3x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  return %2 : tensor<1x4x4x1xf32>
}

// matmul(x + 1) * 2 + 3 -> matmul'(x) + b', with b' = 2 (1 + 4) + 3, 2 (2 + 5) + 3
// CHECK-LABEL: @matmul
func.func @matmul(%x: tensor<1x3x2xf32>) -> tensor<1x3x2xf32> {
  // CHECK-DAG: %[[W:.+]] = "tosa.const"() <{values = dense<{{\[\[\[}}2.000000e+00, 4.000000e+00], [8.000000e+00, 1.000000e+01]]]> : tensor<1x2x2xf32>}>
  // CHECK-DAG: %[[B:.+]] = "tosa.const"() <{values = dense<{{\[\[\[}}1.300000e+01, 1.700000e+01]]]> : tensor<1x1x2xf32>}>
  // CHECK: %[[Y:.+]] = tosa.matmul %arg0, %[[W]]
  // CHECK-NEXT: %[[Z:.+]] = tosa.add %[[Y]], %[[B]]
  // CHECK-NEXT: return %[[Z]]
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %w = "tosa.const"() {values = dense<[[[1.0, 2.0], [4.0, 5.0]]]> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %one = "tosa.const"() {values = dense<1.0> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %two = "tosa.const"() {values = dense<2.0> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %three = "tosa.const"() {values = dense<3.0> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %0 = tosa.add %x, %one : (tensor<1x3x2xf32>, tensor<1x1x1xf32>) -> tensor<1x3x2xf32>
  %1 = tosa.matmul %0, %w, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  %2 = tosa.mul %1, %two, %s : (tensor<1x3x2xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<1x3x2xf32>
  %3 = tosa.add %2, %three : (tensor<1x3x2xf32>, tensor<1x1x2xf32>) -> tensor<1x3x2xf32>
  return %3 : tensor<1x3x2xf32>
}

// Not here: the bias alone is the form that we want.
// CHECK-LABEL: @bias_stays
func.func @bias_stays(%x: tensor<1x3x2xf32>) -> tensor<1x3x2xf32> {
  // CHECK: tosa.matmul
  // CHECK-NEXT: tosa.add
  // CHECK-NEXT: return
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %three = "tosa.const"() {values = dense<3.0> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %0 = tosa.matmul %x, %w, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  %1 = tosa.add %0, %three : (tensor<1x3x2xf32>, tensor<1x1x2xf32>) -> tensor<1x3x2xf32>
  return %1 : tensor<1x3x2xf32>
}

// Not here: the convolution's result is used elsewhere too.
// CHECK-LABEL: @second_use
func.func @second_use(%x: tensor<1x4x4x1xf32>) -> (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) {
  // CHECK: tosa.conv2d
  // CHECK-NEXT: tosa.mul
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %w = "tosa.const"() {values = dense<3.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %0 = tosa.conv2d %x, %w, %z, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %1 = tosa.mul %0, %w, %s : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<1x4x4x1xf32>
  return %0, %1 : tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>
}

// Not here: 3e38 * 3 leaves the range of f32.
// CHECK-LABEL: @overflow
func.func @overflow(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  // CHECK: tosa.conv2d
  // CHECK-NEXT: tosa.mul
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %w = "tosa.const"() {values = dense<3.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %m = "tosa.const"() {values = dense<3.0e38> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %0 = tosa.conv2d %x, %w, %z, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %1 = tosa.mul %0, %m, %s : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<1x4x4x1xf32>
  return %1 : tensor<1x4x4x1xf32>
}

// Not here: the factor is a number for each row.
// CHECK-LABEL: @by_row
func.func @by_row(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  // CHECK: tosa.matmul
  // CHECK-NEXT: tosa.mul
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %m = "tosa.const"() {values = dense<[[[1.0], [2.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %0 = tosa.matmul %x, %w, %z, %z : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32>
  %1 = tosa.mul %0, %m, %s : (tensor<1x2x2xf32>, tensor<1x2x1xf32>, tensor<1xi8>) -> tensor<1x2x2xf32>
  return %1 : tensor<1x2x2xf32>
}
