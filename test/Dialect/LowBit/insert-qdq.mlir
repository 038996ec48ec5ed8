// RUN: quant-opt %s -lowbit-insert-qdq -split-input-file | FileCheck %s
// RUN: quant-opt %s -lowbit-insert-qdq="activations=i8 per-axis=false" -split-input-file | FileCheck %s --check-prefix=SIGNED
// RUN: quant-opt %s -lowbit-insert-qdq="activations=f32 weights=f32" -split-input-file | FileCheck %s --check-prefix=FLOAT
// RUN: quant-opt %s -lowbit-insert-qdq="activations=f32" -split-input-file | FileCheck %s --check-prefix=WEIGHTS

// observe(x, range) -> dequantize(quantize(x)); scale 4/255, zero point 63.75
// CHECK-LABEL: @range_becomes_codes
// CHECK-SAME:    %[[X:.+]]: tensor<4xf32>
// SIGNED-LABEL: @range_becomes_codes
// FLOAT-LABEL: @range_becomes_codes
func.func @range_becomes_codes(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[Q:.+]] = lowbit.quantize %[[X]] {calib.site = "x"} : tensor<4xf32> to tensor<4x!quant.uniform<u8:f32, 0.015686275437474251:64>>
  // CHECK: %[[Y:.+]] = lowbit.dequantize %[[Q]]
  // CHECK: return %[[Y]]
  // SIGNED: !quant.uniform<i8:f32, 0.015686275437474251:-64>
  // FLOAT-NOT: calib.observe
  // FLOAT-NOT: lowbit
  // FLOAT: return
  %0 = calib.observe %x site "x" range [-1.0, 3.0] : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// No range, and an empty one.
// CHECK-LABEL: @odd_ranges
func.func @odd_ranges(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NOT: lowbit
  // CHECK: lowbit.quantize %{{.*}} {calib.site = "zero"} : tensor<4xf32> to tensor<4x!quant.uniform<u8:f32, 1.000000e+00>>
  // CHECK-NOT: lowbit.quantize
  %0 = calib.observe %x site "unseen" : tensor<4xf32>
  %1 = calib.observe %x site "zero" range [0.0, 0.0] : tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// -----

// op(x, weights) -> op(x, dequantize(constant)): one scale for each output
// channel; that of the zeros suits the bias, 8 / (2^-7 * 2^24) = 2^-14.
// CHECK-LABEL: @conv_weights
// SIGNED-LABEL: @conv_weights
// WEIGHTS-LABEL: @conv_weights
func.func @conv_weights(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x2xf32> {
  %w = "tosa.const"() {values = dense<[[[[1.27]]], [[[0.0]]]]> : tensor<2x1x1x1xf32>} : () -> tensor<2x1x1x1xf32>
  %b = "tosa.const"() {values = dense<[0.0, 8.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // CHECK: %[[C:.+]] = lowbit.constant dense<{{\[\[\[\[}}127]]], {{\[\[\[}}0]]]]> : tensor<2x1x1x1xi8> as tensor<2x1x1x1x!quant.uniform<i8<-127:127>:f32:0, {0.0099999997764825821,6.103515625E-5}>>
  // CHECK: %[[W:.+]] = lowbit.dequantize %[[C]]
  // CHECK: tosa.conv2d %{{.*}}, %[[W]],
  // SIGNED: as tensor<2x1x1x1x!quant.uniform<i8<-127:127>:f32, 0.0099999997764825821>>
  // WEIGHTS-NOT: lowbit.quantize
  // WEIGHTS: lowbit.constant {{.*}} {0.0099999997764825821,1.000000e+00}
  %0 = calib.observe %x site "x" range [0.0, 1.9921875] : tensor<1x2x2x1xf32>
  %1 = tosa.conv2d %0, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %1 : tensor<1x2x2x2xf32>
}

// -----

// A bias of 2^40 steps raises the scale of its channel to 2^-20 * 2^10.
// CHECK-LABEL: @large_bias
func.func @large_bias(%x: tensor<1x1x1xf32>) -> tensor<1x1x2xf32> {
  %w = "tosa.const"() {values = dense<[[[0.0001, 0.0001]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %b = "tosa.const"() {values = dense<[[[0.0, 8192.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // CHECK: lowbit.constant dense<{{\[\[\[}}127, 0]]]> {{.*}} {7.8740157505308161E-7,9.765625E-4}
  %0 = calib.observe %x site "x" range [0.0, 1.9921875] : tensor<1x1x1xf32>
  %1 = tosa.matmul %0, %w, %z, %z : (tensor<1x1x1xf32>, tensor<1x1x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
  %2 = tosa.add %1, %b : (tensor<1x1x2xf32>, tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
  return %2 : tensor<1x1x2xf32>
}

// -----

// The multiplier of a depthwise convolution lies in the last dimension.
// CHECK-LABEL: @depthwise_weights
func.func @depthwise_weights(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x2xf32> {
  %w = "tosa.const"() {values = dense<[[[[1.27, -2.54]]]]> : tensor<1x1x1x2xf32>} : () -> tensor<1x1x1x2xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // CHECK: lowbit.constant dense<{{\[\[\[}}127, -127]]]> : tensor<1x1x2xi8> as tensor<1x1x2x!quant.uniform<i8<-127:127>:f32:2,
  // CHECK: %[[W:.+]] = tosa.reshape {{.*}} -> tensor<1x1x1x2xf32>
  // CHECK: tosa.depthwise_conv2d %{{.*}}, %[[W]],
  %0 = calib.observe %x site "x" range [0.0, 1.0] : tensor<1x2x2x1xf32>
  %1 = tosa.depthwise_conv2d %0, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x1xf32>, tensor<1x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %1 : tensor<1x2x2x2xf32>
}

// -----

// Weights stay as they are if the input has no codes, or if they are no numbers.
// CHECK-LABEL: @weights_stay
func.func @weights_stay(%x: tensor<1x1x1xf32>, %y: tensor<1x1x1xf32>) -> (tensor<1x1x1xf32>, tensor<1x1x1xf32>) {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %n = "tosa.const"() {values = dense<0x7FC00000> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // CHECK-NOT: lowbit.constant
  // CHECK: tosa.matmul
  // CHECK: tosa.matmul {{.*}} {lowbit.float_reason = "its weights are not all finite"}
  %0 = tosa.matmul %x, %w, %z, %z : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  %1 = calib.observe %y site "y" range [0.0, 1.0] : tensor<1x1x1xf32>
  %2 = tosa.matmul %1, %n, %z, %z : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %0, %2 : tensor<1x1x1xf32>, tensor<1x1x1xf32>
}
