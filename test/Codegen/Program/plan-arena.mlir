// RUN: quant-opt %s -split-input-file -verify-diagnostics -pass-pipeline='builtin.module(func.func(plan-arena))' | FileCheck %s

// a and c do not live at the same time, so they share bytes 0 to 4095; b lives
// with both of them. Slack of 256 bytes follows.
// CHECK-LABEL: @shares
// CHECK-SAME:  (%[[ARENA:.+]]: memref<6400xi8>, %{{.*}}: memref<1024xf32>)
// CHECK-SAME:  attributes {quantc.arena_bytes = 6400 : i64, quantc.live_bytes = 6144 : i64}
// CHECK:       %[[ZERO:.+]] = arith.constant 0 : index
// CHECK:       %[[A:.+]] = memref.view %[[ARENA]][%[[ZERO]]][] : memref<6400xi8> to memref<1024xf32>
// CHECK:       %[[AFTER:.+]] = arith.constant 4096 : index
// CHECK:       memref.view %[[ARENA]][%[[AFTER]]][] : memref<6400xi8> to memref<512xf32>
// CHECK:       %[[ZERO2:.+]] = arith.constant 0 : index
// CHECK:       memref.view %[[ARENA]][%[[ZERO2]]][] : memref<6400xi8> to memref<1024xf32>
func.func @shares(%x: memref<1024xf32>) {
  %a = memref.alloc() : memref<1024xf32>
  memref.copy %x, %a : memref<1024xf32> to memref<1024xf32>
  %b = memref.alloc() : memref<512xf32>
  %part = memref.subview %a[0] [512] [1] : memref<1024xf32> to memref<512xf32, strided<[1]>>
  memref.copy %part, %b : memref<512xf32, strided<[1]>> to memref<512xf32>
  %c = memref.alloc() : memref<1024xf32>
  memref.copy %x, %c : memref<1024xf32> to memref<1024xf32>
  memref.copy %c, %x : memref<1024xf32> to memref<1024xf32>
  %first = memref.subview %x[0] [512] [1] : memref<1024xf32> to memref<512xf32, strided<[1]>>
  memref.copy %b, %first : memref<512xf32> to memref<512xf32, strided<[1]>>
  return
}

// -----

func.func @size_is_not_known(%n: index) {
  // expected-error@+1 {{expects buffers of static size outside loops, but got 'memref<?xf32>'}}
  %a = memref.alloc(%n) : memref<?xf32>
  return
}
