// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(tosa-fold-pad))' | FileCheck %s

// max_pool2d(pad(x, lowest)) -> max_pool2d(x) {pad}
// CHECK-LABEL: @minus_infinity
func.func @minus_infinity(%x: tensor<1x4x4x3xf32>) -> tensor<1x5x6x3xf32> {
  // CHECK: tosa.max_pool2d %arg0 {kernel = array<i64: 3, 3>, pad = array<i64: 1, 2, 2, 2>, stride = array<i64: 1, 1>}
  %p = tosa.const_shape {values = dense<[0, 0, 1, 2, 1, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %low = "tosa.const"() {values = dense<0xFF800000> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.pad %x, %p, %low : (tensor<1x4x4x3xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x7x6x3xf32>
  %1 = tosa.max_pool2d %0 {kernel = array<i64: 3, 3>, pad = array<i64: 0, 0, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x7x6x3xf32>) -> tensor<1x5x6x3xf32>
  return %1 : tensor<1x5x6x3xf32>
}

// conv2d(pad(x, 0)) -> conv2d(x) {pad}, unevenly.
// CHECK-LABEL: @convolution
func.func @convolution(%x: tensor<1x4x4x1xf32>, %w: tensor<1x2x2x1xf32>) -> tensor<1x3x4x1xf32> {
  // CHECK: tosa.conv2d %arg0, {{.*}}pad = array<i64: 2, 0, 1, 3>, stride = array<i64: 2, 2>
  %p = tosa.const_shape {values = dense<[0, 0, 2, 0, 1, 3, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.pad %x, %p, %z : (tensor<1x4x4x1xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x6x8x1xf32>
  %1 = tosa.conv2d %0, %w, %z, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>, dilation = array<i64: 1, 1>} : (tensor<1x6x8x1xf32>, tensor<1x2x2x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x4x1xf32>
  return %1 : tensor<1x3x4x1xf32>
}

// transpose(pad(x)) -> pad(transpose(x)) in front of a convolution.
// CHECK-LABEL: @channels_first
func.func @channels_first(%x: tensor<1x1x4x4xf32>, %w: tensor<1x2x2x1xf32>) -> tensor<1x5x6x1xf32> {
  // CHECK: %[[X:.+]] = tosa.transpose %arg0
  // CHECK: tosa.conv2d %[[X]], {{.*}}pad = array<i64: 2, 0, 0, 3>
  %p = tosa.const_shape {values = dense<[0, 0, 0, 0, 2, 0, 0, 3]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.pad %x, %p, %z : (tensor<1x1x4x4xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x1x6x7xf32>
  %1 = tosa.transpose %0 {perms = array<i32: 0, 2, 3, 1>} : (tensor<1x1x6x7xf32>) -> tensor<1x6x7x1xf32>
  %2 = tosa.conv2d %1, %w, %z, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x6x7x1xf32>, tensor<1x2x2x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x5x6x1xf32>
  return %2 : tensor<1x5x6x1xf32>
}

// Not here: the padded value is used elsewhere too.
// CHECK-LABEL: @padded_twice
func.func @padded_twice(%x: tensor<1x1x4x4xf32>) -> (tensor<1x6x7x1xf32>, tensor<1x1x6x7xf32>) {
  // CHECK: tosa.pad
  // CHECK-NEXT: tosa.transpose
  %p = tosa.const_shape {values = dense<[0, 0, 0, 0, 2, 0, 0, 3]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.pad %x, %p, %z : (tensor<1x1x4x4xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x1x6x7xf32>
  %1 = tosa.transpose %0 {perms = array<i32: 0, 2, 3, 1>} : (tensor<1x1x6x7xf32>) -> tensor<1x6x7x1xf32>
  return %1, %0 : tensor<1x6x7x1xf32>, tensor<1x1x6x7xf32>
}

// Not here: zero may be more than all of the window.
// CHECK-LABEL: @zero
func.func @zero(%x: tensor<1x4x4x3xf32>) -> tensor<1x4x4x3xf32> {
  // CHECK: tosa.pad
  %p = tosa.const_shape {values = dense<[0, 0, 1, 1, 1, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.pad %x, %p, %z : (tensor<1x4x4x3xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x6x6x3xf32>
  %1 = tosa.max_pool2d %0 {kernel = array<i64: 3, 3>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x6x6x3xf32>) -> tensor<1x4x4x3xf32>
  return %1 : tensor<1x4x4x3xf32>
}

// Not here: channels are padded.
// CHECK-LABEL: @channels
func.func @channels(%x: tensor<1x4x4x3xf32>) -> tensor<1x2x2x4xf32> {
  // CHECK: tosa.pad
  %p = tosa.const_shape {values = dense<[0, 0, 0, 0, 0, 0, 0, 1]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %low = "tosa.const"() {values = dense<0xFF800000> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.pad %x, %p, %low : (tensor<1x4x4x3xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x4x4x4xf32>
  %1 = tosa.max_pool2d %0 {kernel = array<i64: 3, 3>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x4xf32>) -> tensor<1x2x2x4xf32>
  return %1 : tensor<1x2x2x4xf32>
}

// Not here: a window that sees nothing but padding.
// CHECK-LABEL: @as_wide_as_the_window
func.func @as_wide_as_the_window(%x: tensor<1x4x4x3xf32>) -> tensor<1x5x3x3xf32> {
  // CHECK: tosa.pad
  %p = tosa.const_shape {values = dense<[0, 0, 2, 0, 0, 0, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %low = "tosa.const"() {values = dense<0xFF800000> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.pad %x, %p, %low : (tensor<1x4x4x3xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x6x4x3xf32>
  %1 = tosa.max_pool2d %0 {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x6x4x3xf32>) -> tensor<1x5x3x3xf32>
  return %1 : tensor<1x5x3x3xf32>
}

// Not here: the mean would count fewer elements.
// CHECK-LABEL: @average
func.func @average(%x: tensor<1x4x4x3xf32>) -> tensor<1x4x4x3xf32> {
  // CHECK: tosa.pad
  %p = tosa.const_shape {values = dense<[0, 0, 1, 1, 1, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.pad %x, %p, %z : (tensor<1x4x4x3xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x6x6x3xf32>
  %1 = tosa.avg_pool2d %0, %z, %z {kernel = array<i64: 3, 3>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, acc_type = f32} : (tensor<1x6x6x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x3xf32>
  return %1 : tensor<1x4x4x3xf32>
}
