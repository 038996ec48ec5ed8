// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(tosa-form-clamp))' | FileCheck %s

// max(min(x, 6), 0) -> clamp(x, 0, 6), on whichever side the constant is.
// CHECK-LABEL: @relu6
func.func @relu6(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // CHECK: %[[Y:.+]] = tosa.clamp %arg0 {max_val = 6.000000e+00 : f32, min_val = 0.000000e+00 : f32}
  // CHECK-NEXT: return %[[Y]]
  %six = "tosa.const"() {values = dense<6.0> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %zero = "tosa.const"() {values = dense<0.0> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %0 = tosa.minimum %x, %six : (tensor<2x3xf32>, tensor<1x1xf32>) -> tensor<2x3xf32>
  %1 = tosa.maximum %zero, %0 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// CHECK-LABEL: @relu
func.func @relu(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // CHECK: tosa.clamp %arg0 {max_val = 0x7F800000 : f32, min_val = 0.000000e+00 : f32}
  %zero = "tosa.const"() {values = dense<0.0> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %0 = tosa.maximum %x, %zero : (tensor<2x3xf32>, tensor<1x1xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// Not here: a bound for each channel, NaN, two values, and a constant that
// spreads the value.
// CHECK-LABEL: @left_alone
func.func @left_alone(%x: tensor<1x3xf32>) -> (tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>, tensor<2x3xf32>) {
  // CHECK-NOT: tosa.clamp
  %each = "tosa.const"() {values = dense<[[0.0, 1.0, 2.0]]> : tensor<1x3xf32>} : () -> tensor<1x3xf32>
  %nan = "tosa.const"() {values = dense<0x7FC00000> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %wide = "tosa.const"() {values = dense<0.0> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %0 = tosa.maximum %x, %each : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x3xf32>
  %1 = tosa.maximum %x, %nan : (tensor<1x3xf32>, tensor<1x1xf32>) -> tensor<1x3xf32>
  %2 = tosa.maximum %0, %1 : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x3xf32>
  %3 = tosa.maximum %x, %wide : (tensor<1x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0, %1, %2, %3 : tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>, tensor<2x3xf32>
}

// clamp(max_pool2d(x)) -> max_pool2d(clamp(x))
// CHECK-LABEL: @clamp_of_a_pool
// CHECK:         %[[C:.+]] = tosa.clamp %arg0
// CHECK-SAME:      tensor<1x4x4x2xf32>
// CHECK:         %[[P:.+]] = tosa.max_pool2d %[[C]]
// CHECK:         return %[[P]]
func.func @clamp_of_a_pool(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  %p = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %y = tosa.clamp %p {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// A pool with another use would be computed twice.
// CHECK-LABEL: @pool_has_another_use
// CHECK:         %[[P:.+]] = tosa.max_pool2d %arg0
// CHECK:         tosa.clamp %[[P]]
func.func @pool_has_another_use(%x: tensor<1x4x4x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %p = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %y = tosa.clamp %p {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %p, %y : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// clamp(concat(conv2d...)) -> concat(clamp(conv2d)...)
// CHECK-LABEL: @groups
func.func @groups(%x: tensor<1x2x2x1xf32>, %w: tensor<1x1x1x1xf32>, %b: tensor<1xf32>) -> tensor<1x2x2x2xf32> {
  // CHECK: %[[A:.+]] = tosa.conv2d
  // CHECK: %[[B:.+]] = tosa.conv2d
  // CHECK: %[[C:.+]] = tosa.clamp %[[A]] {max_val = 6.000000e+00 : f32, min_val = 0.000000e+00 : f32}
  // CHECK: %[[D:.+]] = tosa.clamp %[[B]]
  // CHECK: %[[Y:.+]] = tosa.concat %[[C]], %[[D]]
  // CHECK: return %[[Y]]
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x1xf32>
  %1 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x1xf32>
  %2 = tosa.concat %0, %1 {axis = 3 : i32} : (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) -> tensor<1x2x2x2xf32>
  %3 = tosa.clamp %2 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %3 : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: @parts_that_are_no_groups
func.func @parts_that_are_no_groups(%x: tensor<1x2x2x1xf32>, %y: tensor<1x2x2x1xf32>) -> tensor<1x2x2x2xf32> {
  // CHECK: tosa.concat
  // CHECK-NEXT: tosa.clamp
  %2 = tosa.concat %x, %y {axis = 3 : i32} : (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) -> tensor<1x2x2x2xf32>
  %3 = tosa.clamp %2 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %3 : tensor<1x2x2x2xf32>
}
