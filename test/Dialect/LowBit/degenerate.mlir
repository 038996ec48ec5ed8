// RUN: quant-opt %s -lowbit-insert-qdq -lowbit-fuse-qdq -lowbit-prove-accumulators | FileCheck %s
// RUN: quant-opt %s -lowbit-insert-qdq -lowbit-fuse-qdq -convert-lowbit-to-linalg -o /dev/null

// Tensors without dimensions are tensors.
// CHECK-LABEL: @scalars
func.func @scalars(%x: tensor<f32>) -> tensor<f32> {
  // CHECK: lowbit.quantize {{.*}} to tensor<!quant.uniform
  // CHECK: lowbit.table {{.*}} {calib.site = "y"} : (tensor<!quant
  %c = "tosa.const"() {values = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %0 = calib.observe %x site "x" range [-1.0, 1.0] : tensor<f32>
  %1 = tosa.add %0, %c : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %2 = calib.observe %1 site "y" range [-1.0, 3.0] : tensor<f32>
  return %2 : tensor<f32>
}

// Values that were never anything but 0, and weights that are 0.
// CHECK-LABEL: @zeros
func.func @zeros(%x: tensor<1x2x3xf32>) -> tensor<1x2x2xf32> {
  // CHECK: %[[W:.+]] = lowbit.constant dense<0> : {{.*}} {1.000000e+00,1.000000e+00}>>
  // CHECK: lowbit.matmul %{{.*}}, %[[W]], %{{.*}} {calib.site = "y"} : {{.*}} -> tensor<1x2x2x!quant.uniform<u8:f32, 1.000000e+00>>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %w = "tosa.const"() {values = dense<0.0> : tensor<1x3x2xf32>} : () -> tensor<1x3x2xf32>
  %0 = calib.observe %x site "x" range [0.0, 0.0] : tensor<1x2x3xf32>
  %1 = tosa.matmul %0, %w, %z, %z : (tensor<1x2x3xf32>, tensor<1x3x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32>
  %2 = calib.observe %1 site "y" range [0.0, 0.0] : tensor<1x2x2xf32>
  return %2 : tensor<1x2x2xf32>
}

// A constant that is not 0: the codes reach from 0 to it.
// CHECK-LABEL: @constant_activation
func.func @constant_activation(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: lowbit.quantize {{.*}}!quant.uniform<u8:f32, 0.019999999552965164:255>
  %0 = calib.observe %x site "x" range [-5.1, -5.1] : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// Numbers at both ends of f32: a scale that is no normal number is raised, and
// a product of scales that is none leaves the layer in float.
// CHECK-LABEL: @extremes
func.func @extremes(%x: tensor<1x1x1xf32>, %y: tensor<1x1x1xf32>) -> (tensor<1x1x1xf32>, tensor<1x1x1xf32>) {
  // CHECK: tosa.matmul {{.*}} {lowbit.float_reason = "its scales are too far apart for f32"}
  // CHECK: tosa.matmul {{.*}} {lowbit.float_reason = "its scales are too far apart for f32"}
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %small = "tosa.const"() {values = dense<1.0e-40> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %large = "tosa.const"() {values = dense<3.0e38> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %0 = calib.observe %x site "x" range [0.0, 1.0e-30] : tensor<1x1x1xf32>
  %1 = tosa.matmul %0, %small, %z, %z : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  %2 = calib.observe %y site "y" range [0.0, 3.0e38] : tensor<1x1x1xf32>
  %3 = tosa.matmul %2, %large, %z, %z : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %1, %3 : tensor<1x1x1xf32>, tensor<1x1x1xf32>
}
