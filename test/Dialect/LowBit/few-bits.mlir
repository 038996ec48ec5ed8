// RUN: quant-opt %s -lowbit-insert-qdq=activations=binary -split-input-file | FileCheck %s --check-prefixes=CHECK,BINARY
// RUN: quant-opt %s -lowbit-insert-qdq=activations=u2 -split-input-file | FileCheck %s --check-prefixes=CHECK,U2

// A convolution reads few bits; the sum beside it and the reader of the model's
// input have 8. The border is there before signs are: as zeros, which have the
// sign 1. A sign stands for the mean magnitude.
// CHECK-LABEL: @branches
// CHECK:       %[[IN:.+]] = lowbit.quantize %{{.*}} to tensor<1x4x4x2x!quant.uniform<u8:f32, {{.*}}>>
// CHECK:       %[[X:.+]] = tosa.conv2d
// CHECK:       %[[BYTES:.+]] = lowbit.quantize %[[X]] {{.*}}!quant.uniform<u8:f32
// CHECK:       %[[A:.+]] = lowbit.dequantize %[[BYTES]]
// BINARY:      %[[PAD:.+]] = tosa.pad %[[X]]
// BINARY:      %[[Q:.+]] = lowbit.binarize %[[PAD]] {calib.site = "x"} : tensor<1x6x6x2xf32> to tensor<1x6x6x2x!quant.uniform<i8<-1:1>:f32, 7.500000e-01>>
// U2:          %[[Q:.+]] = lowbit.quantize %[[X]] {calib.site = "x"} : tensor<1x4x4x2xf32> to tensor<1x4x4x2x!quant.uniform<u8<0:3>:f32, 1.000000e+00:1>>
// CHECK:       %[[B:.+]] = lowbit.dequantize %[[Q]]
// BINARY:      %[[Y:.+]] = tosa.conv2d %[[B]], {{.*}} pad = array<i64: 0, 0, 0, 0>
// U2:          %[[Y:.+]] = tosa.conv2d %[[B]], {{.*}} pad = array<i64: 1, 1, 1, 1>
// CHECK:       tosa.add %[[Y]], %[[A]]
func.func @branches(%arg: tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> {
  %w0 = "tosa.const"() <{values = dense<0.5> : tensor<2x1x1x2xf32>}> : () -> tensor<2x1x1x2xf32>
  %w = "tosa.const"() <{values = dense<0.5> : tensor<2x3x3x2xf32>}> : () -> tensor<2x3x3x2xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %in = calib.observe %arg site "in" range [-1.0, 2.0] : tensor<1x4x4x2xf32>
  %0 = tosa.conv2d %in, %w0, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
     : (tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  %x = calib.observe %0 site "x" range [-1.0, 2.0] {calib.magnitude = 0.75 : f64} : tensor<1x4x4x2xf32>
  %1 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
     : (tensor<1x4x4x2xf32>, tensor<2x3x3x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  %y = tosa.add %1, %x : (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  return %y : tensor<1x4x4x2xf32>
}

// -----

// Values that are never negative have no signs but 0 and the scale, twice their
// mean: half of it is the threshold.
// CHECK-LABEL: @positive
// BINARY:      lowbit.quantize %{{.*}} {calib.site = "x"} : tensor<1x2x8xf32> to tensor<1x2x8x!quant.uniform<u8<0:1>:f32, 1.500000e+00>>
// U2:          lowbit.quantize %{{.*}} {calib.site = "x"} : tensor<1x2x8xf32> to tensor<1x2x8x!quant.uniform<u8<0:3>:f32, 1.33{{.*}}>>
func.func @positive(%arg: tensor<1x2x8xf32>) -> tensor<1x2x4xf32> {
  %w = "tosa.const"() <{values = dense<0.5> : tensor<1x8x4xf32>}> : () -> tensor<1x8x4xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.clamp %arg {min_val = 0.0 : f32, max_val = 4.0 : f32} : (tensor<1x2x8xf32>) -> tensor<1x2x8xf32>
  %x = calib.observe %0 site "x" range [0.0, 4.0] {calib.magnitude = 0.75 : f64} : tensor<1x2x8xf32>
  %y = tosa.matmul %x, %w, %z, %z : (tensor<1x2x8xf32>, tensor<1x8x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x4xf32>
  return %y : tensor<1x2x4xf32>
}
