// RUN: quant-opt %s -split-input-file -calib-insert-observers | FileCheck %s

// Input and hidden values are observed, the last contraction is not.
// CHECK-LABEL: @input_and_hidden
// CHECK-SAME:    %[[X:.+]]: tensor<1x4x4x2xf32>
func.func @input_and_hidden(%x: tensor<1x4x4x2xf32> {quantc.name = "image"}) -> tensor<1x4x4x2xf32> {
  // CHECK: %[[A:.+]] = calib.observe %[[X]] site "image" : tensor<1x4x4x2xf32>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<0.5> : tensor<2x1x1x2xf32>}> : () -> tensor<2x1x1x2xf32>
  %b = "tosa.const"() <{values = dense<0.5> : tensor<2xf32>}> : () -> tensor<2xf32>
  // CHECK: %[[C:.+]] = tosa.conv2d %[[A]],
  // CHECK: %[[D:.+]] = calib.observe %[[C]] site "conv1" : tensor<1x4x4x2xf32>
  // CHECK: %[[E:.+]] = tosa.conv2d %[[D]],
  // CHECK-NEXT: return %[[E]]
  %0 = tosa.conv2d %x, %w, %b, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32> loc("conv1")
  %1 = tosa.conv2d %0, %w, %b, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32> loc("conv2")
  return %1 : tensor<1x4x4x2xf32>
}
