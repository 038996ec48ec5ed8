// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(densify-inputs))' | FileCheck %s

!half = memref<1x4x4x3xi8, strided<[96, 24, 6, 1]>>

// A row of the window is one run of 6 elements, which would cross the channels
// between two pixels.
// CHECK-LABEL: @some_channels
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<1x4x4x3xi8, strided<[96, 24, 6, 1]>>
func.func @some_channels(%x: !half, %w: memref<1x2x2x16x4xi8>, %b: memref<16xi32>, %s: memref<16xf32>, %y: memref<1x3x3x8xf32>) {
  // CHECK: %[[C:.+]] = memref.alloc() : memref<1x4x4x3xi8>
  // CHECK-NEXT: memref.copy %[[X]], %[[C]]
  // CHECK-NEXT: kernel.conv2d ins(%[[C]],
  kernel.conv2d ins(%x, %w, %b, %s : !half, memref<1x2x2x16x4xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<1x3x3x8xf32>) kernel [2, 2] stride [1, 1] dilation [1, 1]
  return
}

// One tap a row: a run stays within its pixel.
// CHECK-LABEL: @one_tap
func.func @one_tap(%x: !half, %w: memref<1x2x1x16x4xi8>, %b: memref<16xi32>, %s: memref<16xf32>, %y: memref<1x3x4x8xf32>) {
  // CHECK-NOT: memref.copy
  kernel.conv2d ins(%x, %w, %b, %s : !half, memref<1x2x1x16x4xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<1x3x4x8xf32>) kernel [2, 1] stride [1, 1] dilation [1, 1]
  return
}

// Some rows of an image: pixels touch.
// CHECK-LABEL: @some_rows
func.func @some_rows(%x: memref<1x4x4x3xi8, strided<[96, 12, 3, 1], offset: 12>>, %w: memref<1x2x2x16x4xi8>, %b: memref<16xi32>, %s: memref<16xf32>, %y: memref<1x3x3x8xf32>) {
  // CHECK-NOT: memref.copy
  kernel.conv2d ins(%x, %w, %b, %s : memref<1x4x4x3xi8, strided<[96, 12, 3, 1], offset: 12>>, memref<1x2x2x16x4xi8>, memref<16xi32>, memref<16xf32>) outs(%y : memref<1x3x3x8xf32>) kernel [2, 2] stride [1, 1] dilation [1, 1]
  return
}
