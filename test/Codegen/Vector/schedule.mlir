// RUN: quant-opt %s -split-input-file -verify-diagnostics -kernel-to-vector=level=vnni | FileCheck %s

// What a schedule says is done: here tiles of 1x2 pixels by 1 vector, one after
// the other, where the pass by itself takes all 8 pixels of a row at once.
// CHECK-LABEL: @scheduled
// CHECK:         scf.for %{{.+}} = %c0{{.*}} to %c8
// CHECK:           scf.for %{{.+}} = %c0{{.*}} to %c4
// CHECK-COUNT-2:     vpdpbusd
// CHECK-NOT:         vpdpbusd
func.func @scheduled(%x: memref<1x8x8x4xi8>, %w: memref<1x1x1x16x4xi8>, %b: memref<16xi32>,
                     %s: memref<16xf32>, %y: memref<1x8x8x16xi8>) {
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x4xi8>, memref<1x1x1x16x4xi8>, memref<16xi32>, memref<16xf32>)
    outs(%y : memref<1x8x8x16xi8>) kernel [1, 1] stride [1, 1] dilation [1, 1]
    {bounds = array<f32: 0.0, 255.0>, schedule = array<i64: 1, 2, 1, 8, 4>}
  return
}

// CHECK-LABEL: @depthwise
// CHECK:         scf.for %{{.+}} = %c0{{.*}} to %c6
// CHECK:           scf.for %{{.+}} = %c0{{.*}} to %c2
// CHECK-NOT:         scf.for
func.func @depthwise(%x: memref<1x8x8x16xi8>, %w: memref<9x16xi8>, %b: memref<16xi32>,
                     %s: memref<16xf32>, %y: memref<1x6x6x16xi8>) {
  kernel.depthwise_conv2d ins(%x, %w, %b, %s : memref<1x8x8x16xi8>, memref<9x16xi8>, memref<16xi32>, memref<16xf32>)
    outs(%y : memref<1x6x6x16xi8>) kernel [3, 3] stride [1, 1] dilation [1, 1]
    {bounds = array<f32: 0.0, 255.0>, schedule = array<i64: 1, 3>}
  return
}

// -----

func.func @too_few_numbers(%x: memref<1x8x8x4xi8>, %w: memref<1x1x1x16x4xi8>, %b: memref<16xi32>,
                           %s: memref<16xf32>, %y: memref<1x8x8x16xi8>) {
  // expected-error@+1 {{expects a schedule of 5 positive numbers, but got [1, 2]}}
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x4xi8>, memref<1x1x1x16x4xi8>, memref<16xi32>, memref<16xf32>)
    outs(%y : memref<1x8x8x16xi8>) kernel [1, 1] stride [1, 1] dilation [1, 1]
    {bounds = array<f32: 0.0, 255.0>, schedule = array<i64: 1, 2>}
  return
}

// -----

func.func @too_many_registers(%x: memref<1x8x8x4xi8>, %w: memref<1x1x1x16x4xi8>, %b: memref<16xi32>,
                              %s: memref<16xf32>, %y: memref<1x8x8x16xi8>) {
  // expected-error@+1 {{expects a schedule that its result and the registers of level 'vnni' have room for, but got [8, 8, 1, 1, 1]}}
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x8x8x4xi8>, memref<1x1x1x16x4xi8>, memref<16xi32>, memref<16xf32>)
    outs(%y : memref<1x8x8x16xi8>) kernel [1, 1] stride [1, 1] dilation [1, 1]
    {bounds = array<f32: 0.0, 255.0>, schedule = array<i64: 8, 8, 1, 1, 1>}
  return
}
