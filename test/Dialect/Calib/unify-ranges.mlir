// RUN: quant-opt %s -calib-unify-ranges | FileCheck %s

// concat(observe(x, r), observe(y, s)) -> concat(observe(x, r | s), observe(y, r | s))
// CHECK-LABEL: @concat
func.func @concat(%x: tensor<1x4xf32>, %y: tensor<1x2xf32>) -> tensor<1x6xf32> {
  // CHECK: site "x" range [-1.000000e+00, 5.000000e+00]
  // CHECK: site "y" range [-1.000000e+00, 5.000000e+00]
  // CHECK: site "z" range [-1.000000e+00, 5.000000e+00]
  %0 = calib.observe %x site "x" range [-1.0, 2.0] : tensor<1x4xf32>
  %1 = calib.observe %y site "y" range [0.0, 5.0] : tensor<1x2xf32>
  %2 = tosa.concat %0, %1 {axis = 1 : i32} : (tensor<1x4xf32>, tensor<1x2xf32>) -> tensor<1x6xf32>
  %3 = calib.observe %2 site "z" range [-0.5, 4.0] : tensor<1x6xf32>
  return %3 : tensor<1x6xf32>
}

// Through data movement, pooling and nesting; in both directions.
// CHECK-LABEL: @nested
func.func @nested(%x: tensor<1x4x4x2xf32>, %y: tensor<1x2x2x2xf32>, %z: tensor<1x2x2x4xf32>) -> tensor<1x2x2x8xf32> {
  // CHECK: site "x" range [-3.000000e+00, 7.000000e+00]
  // CHECK: site "y" range [-3.000000e+00, 7.000000e+00]
  // CHECK: site "inner" range [-3.000000e+00, 7.000000e+00]
  // CHECK: site "z" range [-3.000000e+00, 7.000000e+00]
  // CHECK: site "outer" range [-3.000000e+00, 7.000000e+00]
  %0 = calib.observe %x site "x" range [-1.0, 2.0] : tensor<1x4x4x2xf32>
  %1 = tosa.max_pool2d %0 {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %2 = calib.observe %y site "y" range [0.0, 5.0] : tensor<1x2x2x2xf32>
  %3 = tosa.transpose %2 {perms = array<i32: 0, 2, 1, 3>} : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %4 = tosa.concat %1, %3 {axis = 3 : i32} : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x4xf32>
  %5 = calib.observe %4 site "inner" range [0.0, 1.0] : tensor<1x2x2x4xf32>
  %6 = calib.observe %z site "z" range [-3.0, 1.0] : tensor<1x2x2x4xf32>
  %7 = tosa.concat %6, %5 {axis = 3 : i32} : (tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x8xf32>
  %8 = calib.observe %7 site "outer" range [0.0, 7.0] : tensor<1x2x2x8xf32>
  return %8 : tensor<1x2x2x8xf32>
}

// Arithmetic changes the format.
// CHECK-LABEL: @add_is_not_unified
func.func @add_is_not_unified(%x: tensor<1x4xf32>, %y: tensor<1x4xf32>) -> tensor<1x4xf32> {
  // CHECK: site "x" range [-1.000000e+00, 2.000000e+00]
  // CHECK: site "y" range [0.000000e+00, 5.000000e+00]
  // CHECK: site "z" range [-1.000000e+00, 7.000000e+00]
  %0 = calib.observe %x site "x" range [-1.0, 2.0] : tensor<1x4xf32>
  %1 = calib.observe %y site "y" range [0.0, 5.0] : tensor<1x4xf32>
  %2 = tosa.add %0, %1 : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  %3 = calib.observe %2 site "z" range [-1.0, 7.0] : tensor<1x4xf32>
  return %3 : tensor<1x4xf32>
}
