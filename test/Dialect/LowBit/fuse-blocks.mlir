// RUN: quant-opt %s -lowbit-insert-qdq="weights=i4:b16:absmax" -lowbit-fuse-qdq -lowbit-drop-qdq -split-input-file | FileCheck %s
// RUN: quant-opt %s -lowbit-insert-qdq="weights=i4:b16:absmax" -lowbit-fuse-qdq -lowbit-drop-qdq -lowbit-decode-constants=coded-only -split-input-file | FileCheck %s --check-prefix=EXPAND
// RUN: quant-opt %s -lowbit-insert-qdq="weights=nf4:b16" -lowbit-fuse-qdq -lowbit-drop-qdq -split-input-file | FileCheck %s --check-prefix=NF4
// RUN: quant-opt %s -lowbit-insert-qdq="weights=u4:b16:hqq" -lowbit-fuse-qdq -lowbit-drop-qdq -split-input-file | FileCheck %s --check-prefix=HQQ
// RUN: quant-opt %s -lowbit-insert-qdq="weights=u8:b16" -lowbit-fuse-qdq -lowbit-drop-qdq -split-input-file | FileCheck %s --check-prefix=WIDE
// RUN: quant-opt %s -lowbit-insert-qdq="weights=i4:b18" -lowbit-fuse-qdq -lowbit-drop-qdq -split-input-file | FileCheck %s --check-prefix=ODD
// RUN: quant-opt %s -lowbit-insert-qdq="weights=mxint8" -lowbit-fuse-qdq -lowbit-drop-qdq -split-input-file | FileCheck %s --check-prefix=MX

// quantize(clamp(conv2d(dequantize(x), decode(w)))) -> block_matmul(patches(x), w)
// CHECK-LABEL: @strided
// EXPAND-LABEL: @strided
// NF4-LABEL:   @strided
// HQQ-LABEL:   @strided
// WIDE-LABEL:  @strided
// ODD-LABEL:   @strided
func.func @strided(%x: tensor<1x5x5x2xf32>) -> tensor<1x3x3x2xf32> {
  %w = "tosa.const"() {values = dense<0.5> : tensor<2x3x3x2xf32>} : () -> tensor<2x3x3x2xf32>
  %b = "tosa.const"() {values = dense<[0.0, 8.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // CHECK-DAG: %[[B:.+]] = arith.constant dense<[0.000000e+00, 8.000000e+00]> : tensor<2xf32>
  // CHECK-DAG: %[[W:.+]] = lowbit.coded_constant {{.*}} : tensor<2x18x!lowbit.coded<"i4:b16:absmax">>
  // CHECK-DAG: %[[P:.+]] = lowbit.patches %{{.*}} kernel [3, 3] pad [1, 1, 1, 1] stride [2, 2] dilation [1, 1] : tensor<1x5x5x2x!quant.uniform<u8:f32, 7.812500e-03>> to tensor<9x18x!quant
  // CHECK: %[[Y:.+]] = lowbit.block_matmul %[[P]], %[[W]] bias(%[[B]]) clamp [0, 192] {calib.site = "y"} : {{.*}} -> tensor<9x2x!quant.uniform<u8:f32, 3.125000e-02>>
  // CHECK: %[[S:.+]] = quant.scast %[[Y]]
  // CHECK: tosa.reshape %[[S]], {{.*}} -> tensor<1x3x3x2xi8>
  // EXPAND: %[[X:.+]] = lowbit.dequantize %{{.*}} : tensor<1x5x5x2x!quant
  // EXPAND: %[[C:.+]] = tosa.conv2d %[[X]], {{.*}} pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 2, 2>} : {{.*}} -> tensor<1x3x3x2xf32>
  // EXPAND: %[[R:.+]] = tosa.reshape %[[C]], {{.*}} -> tensor<9x2xf32>
  // EXPAND: %[[L:.+]] = tosa.clamp %[[R]] {max_val = 6.000000e+00 : f32, min_val = 0.000000e+00 : f32}
  // EXPAND: lowbit.quantize %[[L]] : tensor<9x2xf32> to tensor<9x2x!quant.uniform<u8:f32, 3.125000e-02>>
  // EXPAND-NOT: lowbit.block_matmul
  // NF4: tosa.conv2d {{.*}} lowbit.float_reason = "its weights are no multiples of one number in 8 bits"
  // HQQ: tosa.conv2d {{.*}} lowbit.float_reason = "the zero points of its weights are no integers"
  // ODD: tosa.conv2d {{.*}} lowbit.float_reason = "the blocks of its weights are no multiples of 4"
  // WIDE: tosa.conv2d {{.*}} lowbit.float_reason = "its weights less their zero points do not fit in 8 bits"
  %0 = calib.observe %x site "x" range [0.0, 1.9921875] : tensor<1x5x5x2xf32>
  %1 = tosa.conv2d %0, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 2, 2>} : (tensor<1x5x5x2xf32>, tensor<2x3x3x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x3x2xf32>
  %2 = tosa.clamp %1 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x3x3x2xf32>) -> tensor<1x3x3x2xf32>
  %3 = calib.observe %2 site "y" range [0.0, 7.96875] : tensor<1x3x3x2xf32>
  %v = "tosa.const"() {values = dense<0.5> : tensor<2x1x1x2xf32>} : () -> tensor<2x1x1x2xf32>
  %4 = tosa.conv2d %3, %v, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x3x3x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x3x2xf32>
  return %4 : tensor<1x3x3x2xf32>
}

// -----

// Scales near 2^127, and a sum that could leave f32.
// EXPAND-LABEL: @too_large
// MX-LABEL: @too_large
func.func @too_large(%x: tensor<1x1x2xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<3.0e38> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // EXPAND: tosa.matmul {{.*}} -> tensor<1x1x1xf32>
  // MX: tosa.matmul {{.*}}lowbit.float_reason = "its scales are too far apart for f32"
  %0 = calib.observe %x site "x" range [0.0, 1.0] : tensor<1x1x2xf32>
  %1 = tosa.matmul %0, %w, %z, %z : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %1 : tensor<1x1x1xf32>
}
