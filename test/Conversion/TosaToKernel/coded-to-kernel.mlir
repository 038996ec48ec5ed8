// RUN: quant-opt %s -convert-coded-to-kernel | FileCheck %s

// matmul(x, decode(packed)) -> kernel.coded_matmul: a table, f16 scales
// CHECK-LABEL: @matmul
// CHECK-SAME:    %[[X:.+]]: tensor<1x2x3xf32>
// CHECK:       %[[B:.+]] = arith.constant dense<[0.000000e+00, 1.000000e+00, 0.000000e+00,
// CHECK:       %[[Y:.+]] = kernel.coded_matmul ins(%{{.+}}, %{{.+}}, %{{.+}}, %{{.+}} : tensor<2x3xf32>, tensor<1x1x64xi8>, tensor<1x1x16xi16>, tensor<16xf32>)
// CHECK-SAME:    block = 4 : i64, bounds = array<f32: 0.000000e+00, 6.000000e+00>
// CHECK-SAME:    levels = array<f32: -1.000000e+00,
// CHECK-SAME:    scale_type = #kernel.scale<f16>
// CHECK-NOT:   tosa.add
// CHECK-NOT:   tosa.clamp
func.func @matmul(%x: tensor<1x2x3xf32>) -> tensor<1x2x2xf32> {
  %c = lowbit.coded_constant {axis = 2 : i64, codes = dense<[33, 3, 121, 15]> : tensor<4xi8>,
      scales = dense<[0.5, 0.25]> : tensor<2xf16>} : tensor<1x3x2x!lowbit.coded<"nf4">>
  %w = lowbit.decode %c : tensor<1x3x2x!lowbit.coded<"nf4">> to tensor<1x3x2xf32>
  %b = "tosa.const"() {values = dense<[[[0.0, 1.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.matmul %x, %w, %z, %z : (tensor<1x2x3xf32>, tensor<1x3x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32>
  %1 = tosa.add %0, %b : (tensor<1x2x2xf32>, tensor<1x1x2xf32>) -> tensor<1x2x2xf32>
  %2 = tosa.clamp %1 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  return %2 : tensor<1x2x2xf32>
}

// Codes of 8 bits of the upstream type: consecutive levels from -128 on.
// CHECK-LABEL: @plain
// CHECK:       kernel.coded_matmul
// CHECK-SAME:    tensor<4x3xf32>, tensor<1x1x64xi8>
// CHECK-SAME:    levels = array<f32: -1.280000e+02, -1.270000e+02,
func.func @plain(%x: tensor<1x2x2x3xf32>) -> tensor<1x2x2x2xf32> {
  %c = lowbit.constant dense<[[[[1, -2, 3]]], [[[4, 5, -127]]]]> : tensor<2x1x1x3xi8> as tensor<2x1x1x3x!quant.uniform<i8<-127:127>:f32:0, {0.5, 0.25}>>
  %w = lowbit.dequantize %c : tensor<2x1x1x3x!quant.uniform<i8<-127:127>:f32:0, {0.5, 0.25}>> to tensor<2x1x1x3xf32>
  %b = "tosa.const"() {values = dense<[0.0, 1.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
     : (tensor<1x2x2x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// Several taps: more arithmetic on each weight than bytes to read.
// CHECK-LABEL: @taps
// CHECK-NOT:   kernel.coded_matmul
// CHECK:       tosa.conv2d
func.func @taps(%x: tensor<1x2x2x3xf32>) -> tensor<1x2x1x1xf32> {
  %c = lowbit.coded_constant {axis = 0 : i64, codes = dense<[33, 3, 121]> : tensor<3xi8>,
      scales = dense<[0.5]> : tensor<1xf16>} : tensor<1x1x2x3x!lowbit.coded<"nf4">>
  %w = lowbit.decode %c : tensor<1x1x2x3x!lowbit.coded<"nf4">> to tensor<1x1x2x3xf32>
  %b = "tosa.const"() {values = dense<[0.0]> : tensor<1xf32>} : () -> tensor<1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
     : (tensor<1x2x2x3xf32>, tensor<1x1x2x3xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x1x1xf32>
  return %y : tensor<1x2x1x1xf32>
}
