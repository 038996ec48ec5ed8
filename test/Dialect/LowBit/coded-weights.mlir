// RUN: quant-opt %s -lowbit-insert-qdq="weights=i4:absmax" -split-input-file | FileCheck %s --check-prefixes=CHECK,INSERT
// RUN: quant-opt %s -lowbit-insert-qdq="weights=i4:absmax" -lowbit-fuse-qdq -lowbit-drop-qdq -lowbit-prove-accumulators -split-input-file | FileCheck %s --check-prefixes=CHECK,FUSE
// RUN: quant-opt %s -lowbit-insert-qdq="weights=i4:absmax" -lowbit-fuse-qdq -lowbit-decode-constants -split-input-file | FileCheck %s --check-prefixes=CHECK,DECODE
// RUN: quant-opt %s -lowbit-insert-qdq="weights=i4:b16:absmax" -lowbit-fuse-qdq -lowbit-drop-qdq -split-input-file | FileCheck %s --check-prefixes=CHECK,BLOCK
// RUN: quant-opt %s -lowbit-insert-qdq="weights=i4:absmax activations=f32" -lowbit-decode-constants="coded-only" -split-input-file | FileCheck %s --check-prefixes=CHECK,REAL

// op(x, w) -> op(x, decode(packed constant)): 0.7 and -0.1 have the codes 7 and
// -1, which are the nibbles of 0xF7 = -9; the scale of zeros suits the bias,
// 8 / (2^-7 * 2^24).
// CHECK-LABEL: @convolution
func.func @convolution(%x: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %w = "tosa.const"() {values = dense<[[[[0.7, -0.1]]], [[[0.0, 0.0]]]]> : tensor<2x1x1x2xf32>} : () -> tensor<2x1x1x2xf32>
  %b = "tosa.const"() {values = dense<[0.0, 8.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // INSERT: %[[C:.+]] = lowbit.coded_constant {axis = 0 : i64, codes = dense<[-9, 0]> : tensor<2xi8>, scales = dense<[1.000000e-01, 6.10351563E-5]> : tensor<2xf32>} : tensor<2x1x1x2x!lowbit.coded<"i4:absmax">>
  // INSERT: %[[W:.+]] = lowbit.decode %[[C]] : tensor<2x1x1x2x!lowbit.coded<"i4:absmax">> to tensor<2x1x1x2xf32>
  // INSERT: tosa.conv2d %{{.*}}, %[[W]],
  // FUSE: %[[C:.+]] = lowbit.coded_constant
  // FUSE: %[[W:.+]] = lowbit.decode %[[C]] : tensor<2x1x1x2x!lowbit.coded<"i4:absmax">> to tensor<2x1x1x2x!quant.uniform<i8<-7:7>:f32:0, {0.10000000149011612,6.103515625E-5}>>
  // FUSE: lowbit.conv2d %{{.*}}, %[[W]],
  // DECODE: %[[W:.+]] = lowbit.constant dense<{{\[\[\[\[}}7, -1]]], {{\[\[\[}}0, 0]]]]> : tensor<2x1x1x2xi8> as tensor<2x1x1x2x!quant.uniform<i8<-7:7>:f32:0
  // DECODE: lowbit.conv2d %{{.*}}, %[[W]],
  // BLOCK: %[[P:.+]] = lowbit.patches %{{.*}} kernel [1, 1] pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] : tensor<1x2x2x2x!quant.uniform<u8:f32, 7.812500e-03>> to tensor<4x2x!quant
  // BLOCK: %[[W:.+]] = lowbit.coded_constant {{.*}} : tensor<2x2x!lowbit.coded<"i4:b16:absmax">>
  // BLOCK: %[[Y:.+]] = lowbit.block_matmul %[[P]], %[[W]] bias(%{{.*}}) : {{.*}} -> tensor<4x2xf32>
  // BLOCK: tosa.reshape %[[Y]], {{.*}} -> tensor<1x2x2x2xf32>
  // REAL: dense<{{\[\[\[\[}}0.699999988, -1.000000e-01]]], {{\[\[\[}}0.000000e+00, 0.000000e+00]]]]>
  %0 = calib.observe %x site "x" range [0.0, 1.9921875] : tensor<1x2x2x2xf32>
  %1 = tosa.conv2d %0, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %1 : tensor<1x2x2x2xf32>
}

// -----

// Columns are channels, and become rows.
// CHECK-LABEL: @matmul
func.func @matmul(%x: tensor<1x1x3xf32>) -> tensor<1x1x2xf32> {
  %w = "tosa.const"() {values = dense<[[[0.7, 1.4], [0.1, 0.2], [0.2, -0.4]]]> : tensor<1x3x2xf32>} : () -> tensor<1x3x2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // INSERT: lowbit.coded_constant {axis = 2 : i64, codes = dense<[23, 2, 23, 14]> : tensor<4xi8>
  // FUSE: lowbit.coded_constant {axis = 0 : i64, codes = dense<[23, 2, 23, 14]> {{.*}} : tensor<2x3x!lowbit.coded<"i4:absmax">>
  // FUSE: lowbit.matmul
  // BLOCK: lowbit.coded_constant {axis = 0 : i64, {{.*}} : tensor<2x3x!lowbit.coded<"i4:b16:absmax">>
  // BLOCK: lowbit.block_matmul {{.*}} : (tensor<1x3x!quant{{.*}}) -> tensor<1x2xf32>
  // DECODE: lowbit.constant dense<{{\[\[}}7, 1, 2], [7, 1, -2]]> : tensor<2x3xi8>
  // REAL: dense<{{\[\[\[}}0.699999988, 1.400000e+00], [1.000000e-01, 2.000000e-01], [2.000000e-01, -4.000000e-01]]]>
  %0 = calib.observe %x site "x" range [0.0, 1.0] : tensor<1x1x3xf32>
  %1 = tosa.matmul %0, %w, %z, %z : (tensor<1x1x3xf32>, tensor<1x3x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
  return %1 : tensor<1x1x2xf32>
}

// -----

// A depthwise multiplier is no axis of its own.
// CHECK-LABEL: @depthwise
func.func @depthwise(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x2xf32> {
  %w = "tosa.const"() {values = dense<[[[[0.7, -1.4]]]]> : tensor<1x1x1x2xf32>} : () -> tensor<1x1x1x2xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // INSERT: lowbit.coded_constant {axis = 2 : i64, codes = dense<[7, 9]> : tensor<2xi8>{{.*}} : tensor<1x1x2x!lowbit.coded<"i4:absmax">>
  // INSERT: tosa.reshape
  // DECODE: lowbit.constant dense<{{\[\[\[}}7, -7]]]> : tensor<1x1x2xi8>
  // DECODE: lowbit.depthwise_conv2d
  // BLOCK: tosa.depthwise_conv2d {{.*}} lowbit.float_reason = "each block of its weights has a scale"
  %0 = calib.observe %x site "x" range [0.0, 1.0] : tensor<1x1x1x1xf32>
  %1 = tosa.depthwise_conv2d %0, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x1xf32>, tensor<1x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x2xf32>
  return %1 : tensor<1x1x1x2xf32>
}
