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

// One column of two, turned into a row: elements are two apart.
// CHECK-LABEL: @column
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<1x1x1x3xf32, strided<[6, 6, 6, 2]>>
func.func @column(%x: memref<1x1x1x3xf32, strided<[6, 6, 6, 2]>>, %w: memref<1x1x3x16xf32>, %b: memref<16xf32>, %y: memref<1x1x1x3xf32>) {
  // CHECK: %[[C:.+]] = memref.alloc() : memref<1x1x1x3xf32>
  // CHECK-NEXT: memref.copy %[[X]], %[[C]]
  // CHECK-NEXT: kernel.conv2d ins(%[[C]],
  kernel.conv2d ins(%x, %w, %b : memref<1x1x1x3xf32, strided<[6, 6, 6, 2]>>, memref<1x1x3x16xf32>, memref<16xf32>) outs(%y : memref<1x1x1x3xf32>) kernel [1, 1] stride [1, 1] dilation [1, 1]
  return
}

// CHECK-LABEL: @pooled_columns
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<1x4x4x3xf32, strided<[96, 24, 6, 2]>>
// CHECK-SAME:    %[[Y:[a-z0-9]+]]: memref<1x2x2x3xf32, strided<[24, 12, 6, 2]>>
func.func @pooled_columns(%x: memref<1x4x4x3xf32, strided<[96, 24, 6, 2]>>, %y: memref<1x2x2x3xf32, strided<[24, 12, 6, 2]>>) {
  // CHECK: %[[C:.+]] = memref.alloc() : memref<1x4x4x3xf32>
  // CHECK-NEXT: memref.copy %[[X]], %[[C]]
  // CHECK-NEXT: %[[D:.+]] = memref.alloc() : memref<1x2x2x3xf32>
  // CHECK-NEXT: kernel.pool2d <max> ins(%[[C]] : {{.*}}) outs(%[[D]] :
  // CHECK-NEXT: memref.copy %[[D]], %[[Y]]
  kernel.pool2d <max> ins(%x : memref<1x4x4x3xf32, strided<[96, 24, 6, 2]>>) outs(%y : memref<1x2x2x3xf32, strided<[24, 12, 6, 2]>>) kernel [2, 2] stride [2, 2]
  return
}

// One channel: its stride does not matter.
// CHECK-LABEL: @one_channel
func.func @one_channel(%x: memref<1x4x4x1xf32, strided<[32, 8, 2, 2]>>, %y: memref<1x2x2x1xf32>) {
  // CHECK-NOT: memref.copy
  kernel.pool2d <max> ins(%x : memref<1x4x4x1xf32, strided<[32, 8, 2, 2]>>) outs(%y : memref<1x2x2x1xf32>) kernel [2, 2] stride [2, 2]
  return
}
