// RUN: quant-opt %s -split-input-file -verify-diagnostics -pass-pipeline='builtin.module(func.func(expand-copies))' | FileCheck %s

// Rows of 12 elements are contiguous in both; four of them.
// CHECK-LABEL: @into_the_middle
// CHECK:       scf.for %[[ROW:.+]] = %{{.*}} to %{{.*}} step
// CHECK:       memref.copy %{{.*}}, %{{.*}} : memref<12xi8, strided<[1], offset: ?>> to memref<12xi8, strided<[1], offset: ?>>
func.func @into_the_middle(%x: memref<1x4x4x3xi8>, %y: memref<1x6x6x3xi8>) {
  %inside = memref.subview %y[0, 1, 1, 0] [1, 4, 4, 3] [1, 1, 1, 1]
    : memref<1x6x6x3xi8> to memref<1x4x4x3xi8, strided<[108, 18, 3, 1], offset: 21>>
  memref.copy %x, %inside : memref<1x4x4x3xi8> to memref<1x4x4x3xi8, strided<[108, 18, 3, 1], offset: 21>>
  return
}

// CHECK-LABEL: @as_it_is
// CHECK-NOT:   scf.for
// CHECK:       memref.copy %{{.*}}, %{{.*}} : memref<4x4xi8> to memref<4x4xi8>
func.func @as_it_is(%x: memref<4x4xi8>, %y: memref<4x4xi8>) {
  memref.copy %x, %y : memref<4x4xi8> to memref<4x4xi8>
  return
}

// -----

func.func @size_is_not_known(%x: memref<?xi8>, %y: memref<?xi8>) {
  // expected-error@+1 {{expects copies of static layout, but got 'memref<?xi8>'}}
  memref.copy %x, %y : memref<?xi8> to memref<?xi8>
  return
}
