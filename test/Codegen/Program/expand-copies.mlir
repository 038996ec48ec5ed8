// RUN: quant-opt %s -split-input-file -verify-diagnostics -expand-copies | FileCheck %s

// Rows of 12 elements are contiguous in both; four of them. The second copy
// has the same rows, though three of them at other distances.
// CHECK-LABEL: @into_the_middle
// CHECK:       %[[BASE:.+]], %[[OFFSET:.+]], %{{.+}}:4, %{{.+}}:4 = memref.extract_strided_metadata %{{.+}} : memref<1x4x4x3xi8, strided
// CHECK-DAG:   %[[ROWS:.+]] = arith.constant 4 : index
// CHECK-DAG:   %[[FROM:.+]] = arith.constant 12 : index
// CHECK-DAG:   %[[TO:.+]] = arith.constant 18 : index
// CHECK:       call @copy_12xi8_1d(%{{.+}}, %[[BASE]], %{{.+}}, %[[OFFSET]], %[[ROWS]], %[[FROM]], %[[TO]])
// CHECK:       call @copy_12xi8_1d(
// CHECK:       func.func private @copy_12xi8_1d(%[[SOURCE:.+]]: memref<i8>, %[[TARGET:.+]]: memref<i8>, %[[A:.+]]: index, %[[B:.+]]: index, %[[N:.+]]: index, %[[S:.+]]: index, %[[T:.+]]: index)
// CHECK:       scf.for %[[ROW:.+]] = %{{.+}} to %[[N]] step
// CHECK:         %[[P:.+]] = arith.muli %[[ROW]], %[[S]]
// CHECK:         %[[PLACE:.+]] = arith.addi %[[A]], %[[P]]
// CHECK:         %[[Q:.+]] = arith.muli %[[ROW]], %[[T]]
// CHECK:         %[[OTHER:.+]] = arith.addi %[[B]], %[[Q]]
// CHECK:         memref.reinterpret_cast %[[SOURCE]] to offset: [%[[PLACE]]], sizes: [12], strides: [1]
// CHECK:         memref.reinterpret_cast %[[TARGET]] to offset: [%[[OTHER]]], sizes: [12], strides: [1]
// CHECK:         memref.copy %{{.*}}, %{{.*}} : memref<12xi8, strided<[1], offset: ?>> to memref<12xi8, strided<[1], offset: ?>>
func.func @into_the_middle(%x: memref<1x4x4x3xi8>, %y: memref<1x6x6x3xi8>, %z: memref<1x3x4x3xi8>) {
  %inside = memref.subview %y[0, 1, 1, 0] [1, 4, 4, 3] [1, 1, 1, 1]
    : memref<1x6x6x3xi8> to memref<1x4x4x3xi8, strided<[108, 18, 3, 1], offset: 21>>
  memref.copy %x, %inside : memref<1x4x4x3xi8> to memref<1x4x4x3xi8, strided<[108, 18, 3, 1], offset: 21>>
  %part = memref.subview %y[0, 0, 0, 0] [1, 3, 4, 3] [1, 1, 1, 1]
    : memref<1x6x6x3xi8> to memref<1x3x4x3xi8, strided<[108, 18, 3, 1]>>
  memref.copy %part, %z : memref<1x3x4x3xi8, strided<[108, 18, 3, 1]>> to memref<1x3x4x3xi8>
  return
}

// -----

// Channels go side by side: the rows and columns of pixels are one loop.
// CHECK-LABEL: @concatenation
// CHECK-DAG:   %[[PIXELS:.+]] = arith.constant 30 : index
// CHECK-DAG:   %[[FROM:.+]] = arith.constant 4 : index
// CHECK-DAG:   %[[TO:.+]] = arith.constant 12 : index
// CHECK:       call @copy_4xf32_1d(%{{.+}}, %[[PIXELS]], %[[FROM]], %[[TO]])
func.func @concatenation(%x: memref<1x5x6x4xf32>, %y: memref<1x5x6x12xf32>) {
  %part = memref.subview %y[0, 0, 0, 4] [1, 5, 6, 4] [1, 1, 1, 1]
    : memref<1x5x6x12xf32> to memref<1x5x6x4xf32, strided<[360, 72, 12, 1], offset: 4>>
  memref.copy %x, %part : memref<1x5x6x4xf32> to memref<1x5x6x4xf32, strided<[360, 72, 12, 1], offset: 4>>
  return
}

// -----

// Nothing but an offset: no loop, and so no function.
// CHECK-LABEL: @at_the_end
// CHECK-NOT:   call
// CHECK:       memref.copy %{{.*}}, %{{.*}} : memref<8xf32, strided<[1], offset: ?>> to memref<8xf32, strided<[1], offset: ?>>
func.func @at_the_end(%x: memref<2x4xf32>, %y: memref<6x4xf32>) {
  %part = memref.subview %y[4, 0] [2, 4] [1, 1]
    : memref<6x4xf32> to memref<2x4xf32, strided<[4, 1], offset: 16>>
  memref.copy %x, %part : memref<2x4xf32> to memref<2x4xf32, strided<[4, 1], offset: 16>>
  return
}

// A loop copies to a place that moves: row %i of y.
// CHECK-LABEL: @into_a_row
// CHECK:       %{{.*}}, %[[OFFSET:.+]], %{{.*}}:2, %{{.*}}:2 = memref.extract_strided_metadata
// CHECK:       %[[ROW:.+]] = memref.reinterpret_cast %{{.*}} to offset: [%[[OFFSET]]], sizes: [4], strides: [1]
// CHECK:       memref.copy %{{.*}}, %[[ROW]]
func.func @into_a_row(%x: memref<1x4xi8>, %y: memref<6x4xi8>, %i: index) {
  %row = memref.subview %y[%i, 0] [1, 4] [1, 1] : memref<6x4xi8> to memref<1x4xi8, strided<[4, 1], offset: ?>>
  memref.copy %x, %row : memref<1x4xi8> to memref<1x4xi8, strided<[4, 1], offset: ?>>
  return
}

// CHECK-LABEL: @as_it_is
// CHECK-NOT:   call
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
