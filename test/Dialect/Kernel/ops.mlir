// RUN: quant-opt %s | quant-opt | FileCheck %s
// RUN: quant-opt %s -mlir-print-op-generic | quant-opt | FileCheck %s
// RUN: quant-opt %s -emit-bytecode | quant-opt | FileCheck %s

// CHECK-LABEL: @tensors
func.func @tensors(%x: tensor<1x8x8x3xi8>, %w: tensor<1x3x3x16x4xi8>,
                   %b: tensor<16xi32>, %s: tensor<16xf32>,
                   %y: tensor<1x6x6x10xi8>) -> tensor<1x6x6x10xi8> {
  // CHECK: kernel.conv2d ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<1x8x8x3xi8>, tensor<1x3x3x16x4xi8>, tensor<16xi32>, tensor<16xf32>) outs(%{{.*}} : tensor<1x6x6x10xi8>)
  // CHECK-SAME: kernel [3, 3] stride [1, 1] dilation [1, 1]
  // CHECK-SAME: bounds = array<f32: 0.000000e+00, 2.550000e+02>
  // CHECK-SAME: -> tensor<1x6x6x10xi8>
  %0 = kernel.conv2d ins(%x, %w, %b, %s : tensor<1x8x8x3xi8>, tensor<1x3x3x16x4xi8>, tensor<16xi32>, tensor<16xf32>)
    outs(%y : tensor<1x6x6x10xi8>) kernel [3, 3] stride [1, 1] dilation [1, 1]
    {bounds = array<f32: 0.0, 255.0>, zero_point = 7 : i64} -> tensor<1x6x6x10xi8>
  return %0 : tensor<1x6x6x10xi8>
}

// CHECK-LABEL: @memory
func.func @memory(%x: memref<1x8x8x5xf32>, %w: memref<9x16xf32>,
                  %b: memref<16xf32>, %y: memref<1x6x6x5xf32>,
                  %p: memref<1x3x3x5xf32>) {
  // CHECK: kernel.depthwise_conv2d ins({{.*}}) outs({{.*}}) kernel [3, 3] stride [1, 1] dilation [1, 1]{{$}}
  kernel.depthwise_conv2d ins(%x, %w, %b : memref<1x8x8x5xf32>, memref<9x16xf32>, memref<16xf32>)
    outs(%y : memref<1x6x6x5xf32>) kernel [3, 3] stride [1, 1] dilation [1, 1]
  // CHECK: kernel.pool2d <max> ins({{.*}}) outs({{.*}}) kernel [2, 2] stride [2, 2]{{$}}
  kernel.pool2d <max> ins(%y : memref<1x6x6x5xf32>) outs(%p : memref<1x3x3x5xf32>) kernel [2, 2] stride [2, 2]
  // CHECK: kernel.pool2d <average> ins({{.*}}) outs({{.*}}) kernel [2, 2] stride [2, 2] {factor = 2.500000e-01 : f32}
  kernel.pool2d <average> ins(%y : memref<1x6x6x5xf32>) outs(%p : memref<1x3x3x5xf32>) kernel [2, 2] stride [2, 2] {factor = 0.25 : f32}
  return
}

// CHECK-LABEL: @pack
func.func @pack(%a: tensor<2x9x17xf32>, %p: tensor<2x2x1x9x16xf32>, %c: memref<2x9x17xi8>, %q: memref<2x2x2x3x16x4xi8>, %b: memref<2x32xi32>) -> tensor<2x2x1x9x16xf32> {
  // CHECK: kernel.pack ins(%{{.*}} : tensor<2x9x17xf32>) outs(%{{.*}} : tensor<2x2x1x9x16xf32>) -> tensor<2x2x1x9x16xf32>
  %0 = kernel.pack ins(%a : tensor<2x9x17xf32>) outs(%p : tensor<2x2x1x9x16xf32>) -> tensor<2x2x1x9x16xf32>
  // CHECK: kernel.pack ins(%{{.*}} : memref<2x9x17xi8>) outs(%{{.*}}, %{{.*}} : memref<2x2x2x3x16x4xi8>, memref<2x32xi32>) {left_zero = 3 : i64, zero = 100 : i64}
  kernel.pack ins(%c : memref<2x9x17xi8>) outs(%q, %b : memref<2x2x2x3x16x4xi8>, memref<2x32xi32>) {left_zero = 3 : i64, zero = 100 : i64}
  return %0 : tensor<2x2x1x9x16xf32>
}

// CHECK-LABEL: @border
func.func @border(%x: tensor<1x6x7x3xi8>, %y: memref<2x4x4x5xf32>) -> tensor<1x6x7x3xi8> {
  // CHECK: kernel.fill_border value -3 : i8 outs(%{{.*}} : tensor<1x6x7x3xi8>) border [1, 2, 0, 3] -> tensor<1x6x7x3xi8>
  %0 = kernel.fill_border value -3 : i8 outs(%x : tensor<1x6x7x3xi8>) border [1, 2, 0, 3] -> tensor<1x6x7x3xi8>
  // CHECK: kernel.fill_border value 0.000000e+00 : f32 outs(%{{.*}} : memref<2x4x4x5xf32>) border [1, 1, 1, 1]{{$}}
  kernel.fill_border value 0.0 : f32 outs(%y : memref<2x4x4x5xf32>) border [1, 1, 1, 1]
  return %0 : tensor<1x6x7x3xi8>
}

// CHECK-LABEL: @residual
func.func @residual(%x: memref<1x8x8x4xi8>, %w: memref<1x1x1x16x4xi8>, %b: memref<16xi32>, %s: memref<16xf32>, %r: memref<1x8x8x9xi8>, %y: memref<1x8x8x9xi8>) {
  // CHECK: kernel.conv2d ins({{.*}}) residual(%{{.*}} : memref<1x8x8x9xi8>) outs(%{{.*}} : memref<1x8x8x9xi8>)
  // CHECK-SAME: signed_residual, sum = #kernel.sum<scales = [5.000000e-01, 2.500000e-01], residual_zero_point = -3, zero_point = 4, bounds = [0.000000e+00, 2.550000e+02]>
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x4xi8>, memref<1x1x1x16x4xi8>, memref<16xi32>, memref<16xf32>)
    residual(%r : memref<1x8x8x9xi8>) outs(%y : memref<1x8x8x9xi8>) kernel [1, 1] stride [1, 1] dilation [1, 1]
    {bounds = array<f32: 0.0, 255.0>, signed_residual,
     sum = #kernel.sum<scales = [0.5, 0.25], residual_zero_point = -3, zero_point = 4, bounds = [0.0, 255.0]>}
  return
}

// CHECK-LABEL: @bits
func.func @bits(%x: tensor<1x6x6x40xi8>, %p: tensor<16x2x48xi8>, %w: memref<1x1x12x16x4xi8>, %b: memref<16x2x48xi8>, %n: memref<16xi32>, %s: memref<16xf32>, %y: memref<16x9xf32>) -> tensor<16x2x48xi8> {
  // CHECK: kernel.pack_bits ins(%{{.*}} : tensor<1x6x6x40xi8>) outs(%{{.*}} : tensor<16x2x48xi8>) kernel [3, 3] stride [1, 1] dilation [1, 1] {first_bit = 1 : i64, offset = 1 : i64} -> tensor<16x2x48xi8>
  %0 = kernel.pack_bits ins(%x : tensor<1x6x6x40xi8>) outs(%p : tensor<16x2x48xi8>)
    kernel [3, 3] stride [1, 1] dilation [1, 1] {first_bit = 1 : i64, offset = 1 : i64} -> tensor<16x2x48xi8>
  // CHECK: kernel.binary_matmul ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : memref<16x2x48xi8>, memref<1x1x12x16x4xi8>, memref<16xi32>, memref<16xf32>) outs(%{{.*}} : memref<16x9xf32>) factors [2, 4]
  kernel.binary_matmul ins(%b, %w, %n, %s : memref<16x2x48xi8>, memref<1x1x12x16x4xi8>, memref<16xi32>, memref<16xf32>)
    outs(%y : memref<16x9xf32>) factors [2, 4]
  return %0 : tensor<16x2x48xi8>
}

// CHECK-LABEL: @coded_matmul
func.func @coded_matmul(%x: tensor<2x8xf32>, %w: tensor<1x1x64xi8>, %s: tensor<1x1x16xf32>,
                        %n: tensor<16xf32>, %t: tensor<2xf32>, %y: tensor<2x9xf32>) -> tensor<2x9xf32> {
  // CHECK: kernel.coded_matmul ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x8xf32>, tensor<1x1x64xi8>, tensor<1x1x16xf32>, tensor<16xf32>) zeros(%{{.*}} : tensor<1x1x16xf32>) table(%{{.*}} : tensor<2xf32>) outs(%{{.*}} : tensor<2x9xf32>) {block = 8 : i64, bounds = array<f32: 0.000000e+00, 6.000000e+00>, levels = array<f32: -1.000000e+00, 1.000000e+00>, scale_type = #kernel.scale<f32>} -> tensor<2x9xf32>
  %0 = kernel.coded_matmul ins(%x, %w, %s, %n : tensor<2x8xf32>, tensor<1x1x64xi8>, tensor<1x1x16xf32>, tensor<16xf32>)
    zeros(%s : tensor<1x1x16xf32>) table(%t : tensor<2xf32>) outs(%y : tensor<2x9xf32>)
    {levels = array<f32: -1.0, 1.0>, block = 8 : i64, scale_type = #kernel.scale<f32>, bounds = array<f32: 0.0, 6.0>} -> tensor<2x9xf32>
  return %0 : tensor<2x9xf32>
}
