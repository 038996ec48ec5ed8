// RUN: quant-opt %s -calib-lower-observers | FileCheck %s
// RUN: quant-opt %s -pass-pipeline='builtin.module(calib-lower-observers,one-shot-bufferize{bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map},canonicalize,cse)' \
// RUN:   | FileCheck %s --check-prefix=BUFFERS

// CHECK: func.func private @quantc_observe(i64, i64, i64)

// observe(x) -> quantc_observe(site, address of x, number of elements); x
// CHECK-LABEL: @two_sites
// CHECK-SAME:    %[[X:.+]]: tensor<2x3xf32>
// BUFFERS-LABEL: @two_sites
// BUFFERS-SAME:    %[[X:.+]]: memref<2x3xf32>
func.func @two_sites(%x: tensor<2x3xf32>, %i: index) -> tensor<2x3xf32> {
  %one = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  // CHECK: %[[S:.+]] = arith.constant 0 : i64
  // CHECK-NEXT: %[[N:.+]] = arith.constant 6 : i64
  // CHECK-NEXT: %[[B:.+]] = bufferization.to_buffer %[[X]] read_only : tensor<2x3xf32> to memref<2x3xf32>
  // CHECK-NEXT: %[[P:.+]] = memref.extract_aligned_pointer_as_index %[[B]]
  // CHECK-NEXT: %[[A:.+]] = arith.index_cast %[[P]] : index to i64
  // CHECK-NEXT: call @quantc_observe(%[[S]], %[[A]], %[[N]])
  // CHECK-NEXT: %[[Y:.+]] = tensor.insert %{{.+}} into %[[X]]
  // The first call has to come before what overwrites the buffer.
  // BUFFERS-DAG:  %[[ZERO:.+]] = arith.constant 0 : i64
  // BUFFERS-DAG:  %[[ONE:.+]] = arith.constant 1 : i64
  // BUFFERS:      %[[P:.+]] = memref.extract_aligned_pointer_as_index %[[X]]
  // BUFFERS-NEXT: %[[A:.+]] = arith.index_cast %[[P]]
  // BUFFERS-NEXT: call @quantc_observe(%[[ZERO]], %[[A]], %{{.+}})
  // BUFFERS-NEXT: memref.store %{{.+}}, %[[X]]
  // BUFFERS:      call @quantc_observe(%[[ONE]],
  %0 = calib.observe %x site "a" : tensor<2x3xf32>
  %1 = tensor.insert %one into %0[%c0, %i] : tensor<2x3xf32>
  // CHECK: arith.constant 1 : i64
  // CHECK: call @quantc_observe
  // CHECK-NEXT: return %[[Y]]
  %2 = calib.observe %1 site "b" range [0.0, 1.0] : tensor<2x3xf32>
  return %2 : tensor<2x3xf32>
}

// A slice has gaps between its rows: it is copied. Sites go on counting.
// BUFFERS-LABEL: @slice
// BUFFERS-SAME:    %[[X:.+]]: memref<4x8xf32>
func.func @slice(%x: tensor<4x8xf32>) -> tensor<4x2xf32> {
  // BUFFERS-DAG:  %[[TWO:.+]] = arith.constant 2 : i64
  // BUFFERS-DAG:  %[[EIGHT:.+]] = arith.constant 8 : i64
  // BUFFERS-DAG:  %[[V:.+]] = memref.subview %[[X]]
  // BUFFERS:      %[[C:.+]] = memref.alloc() {{.*}}: memref<4x2xf32>
  // BUFFERS-NEXT: memref.copy %[[V]], %[[C]]
  // BUFFERS-NEXT: %[[P:.+]] = memref.extract_aligned_pointer_as_index %[[C]]
  // BUFFERS-NEXT: %[[A:.+]] = arith.index_cast %[[P]]
  // BUFFERS-NEXT: call @quantc_observe(%[[TWO]], %[[A]], %[[EIGHT]])
  %0 = tensor.extract_slice %x[0, 3] [4, 2] [1, 1] : tensor<4x8xf32> to tensor<4x2xf32>
  %1 = calib.observe %0 site "c" : tensor<4x2xf32>
  return %1 : tensor<4x2xf32>
}
