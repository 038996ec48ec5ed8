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
  // expected-error@+1 {{expects buffers of static size, but got 'memref<?xf32>'}}
  %a = memref.alloc(%n) : memref<?xf32>
  return
}

// -----

// In a loop, a and b of one iteration share memory, since a is read last where b
// is written first and no later; c lives as long as the loop, and d after it.
// CHECK-LABEL: @loop
// CHECK-SAME:  quantc.arena_bytes = 8448 : i64, quantc.live_bytes = 8192 : i64
// CHECK:       scf.for
// CHECK:         memref.view %{{.*}}[%[[A:.+]]][]
// CHECK:         memref.view %{{.*}}[%[[B:.+]]][]
func.func @loop(%x: memref<1024xf32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  %c = memref.alloc() : memref<1024xf32>
  scf.for %i = %zero to %four step %one {
    %a = memref.alloc() : memref<1024xf32>
    memref.copy %x, %a : memref<1024xf32> to memref<1024xf32>
    memref.copy %a, %c : memref<1024xf32> to memref<1024xf32>
    %b = memref.alloc() : memref<1024xf32>
    memref.copy %x, %b : memref<1024xf32> to memref<1024xf32>
    memref.copy %b, %x : memref<1024xf32> to memref<1024xf32>
  }
  memref.copy %c, %x : memref<1024xf32> to memref<1024xf32>
  %d = memref.alloc() : memref<1024xf32>
  memref.copy %x, %d : memref<1024xf32> to memref<1024xf32>
  memref.copy %d, %x : memref<1024xf32> to memref<1024xf32>
  return
}

// -----

// The two branches share memory; what one of them hands on is in use after it.
// CHECK-LABEL: @branches
// CHECK-SAME:  quantc.arena_bytes = 8448 : i64, quantc.live_bytes = 8192 : i64
func.func @branches(%x: memref<1024xf32>, %isFirst: i1) {
  %y = scf.if %isFirst -> (memref<1024xf32>) {
    %a = memref.alloc() : memref<1024xf32>
    memref.copy %x, %a : memref<1024xf32> to memref<1024xf32>
    scf.yield %a : memref<1024xf32>
  } else {
    %b = memref.alloc() : memref<1024xf32>
    memref.copy %x, %b : memref<1024xf32> to memref<1024xf32>
    memref.copy %b, %x : memref<1024xf32> to memref<1024xf32>
    scf.yield %x : memref<1024xf32>
  }
  %c = memref.alloc() : memref<1024xf32>
  memref.copy %x, %c : memref<1024xf32> to memref<1024xf32>
  memref.copy %y, %x : memref<1024xf32> to memref<1024xf32>
  memref.copy %c, %x : memref<1024xf32> to memref<1024xf32>
  return
}

// -----

func.func @new_buffer_in_each_iteration(%x: memref<4xf32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  %y = scf.for %i = %zero to %four step %one iter_args(%v = %x) -> (memref<4xf32>) {
    // expected-error@+1 {{expects loops to carry values in place, but got a new buffer in each iteration}}
    %a = memref.alloc() : memref<4xf32>
    memref.copy %v, %a : memref<4xf32> to memref<4xf32>
    scf.yield %a : memref<4xf32>
  }
  memref.copy %y, %x : memref<4xf32> to memref<4xf32>
  return
}

// -----

#same = affine_map<(d0) -> (d0)>
#first = affine_map<(d0) -> (0)>

// The result takes the place of the input that is used here last, through a view
// as well; not that of one which lives on.
// CHECK-LABEL: @in_place
// CHECK-SAME:  quantc.arena_bytes = 8448 : i64, quantc.live_bytes = 8192 : i64
// CHECK:       %[[ZERO:.+]] = arith.constant 0 : index
// CHECK:       memref.view %{{.*}}[%[[ZERO]]][] : memref<8448xi8> to memref<1024xf32>
// CHECK:       %[[NEXT:.+]] = arith.constant 4096 : index
// CHECK:       memref.view %{{.*}}[%[[NEXT]]][] : memref<8448xi8> to memref<32x32xf32>
// CHECK:       %[[SAME:.+]] = arith.constant 4096 : index
// CHECK:       %[[SUM:.+]] = memref.view %{{.*}}[%[[SAME]]][] : memref<8448xi8> to memref<1024xf32>
// CHECK:       linalg.generic {{.*}} outs(%[[SUM]] :
func.func @in_place(%x: memref<1024xf32>, %z: memref<32x32xf32>) {
  %a = memref.alloc() : memref<1024xf32>
  memref.copy %x, %a : memref<1024xf32> to memref<1024xf32>
  %b = memref.alloc() : memref<32x32xf32>
  memref.copy %z, %b : memref<32x32xf32> to memref<32x32xf32>
  %flat = memref.collapse_shape %b [[0, 1]] : memref<32x32xf32> into memref<1024xf32>
  %sum = memref.alloc() : memref<1024xf32>
  linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel"]}
      ins(%a, %flat : memref<1024xf32>, memref<1024xf32>) outs(%sum : memref<1024xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %s = arith.addf %l, %r : f32
    linalg.yield %s : f32
  }
  memref.copy %a, %x : memref<1024xf32> to memref<1024xf32>
  memref.copy %sum, %x : memref<1024xf32> to memref<1024xf32>
  return
}

// -----

#same = affine_map<(d0) -> (d0)>
#first = affine_map<(d0) -> (0)>

// An input is needed as a whole, or its elements have another size.
// CHECK-LABEL: @not_in_place
// CHECK-SAME:  quantc.live_bytes = 8192 : i64
func.func @not_in_place(%x: memref<1024xf32>, %z: memref<2048xi16>) {
  %a = memref.alloc() : memref<1024xf32>
  memref.copy %x, %a : memref<1024xf32> to memref<1024xf32>
  %part = memref.subview %a[3] [1] [1] : memref<1024xf32> to memref<1xf32, strided<[1], offset: 3>>
  %sum = memref.alloc() : memref<1024xf32>
  linalg.generic {indexing_maps = [#same, #first, #same], iterator_types = ["parallel"]}
      ins(%a, %part : memref<1024xf32>, memref<1xf32, strided<[1], offset: 3>>) outs(%sum : memref<1024xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %s = arith.addf %l, %r : f32
    linalg.yield %s : f32
  }
  memref.copy %sum, %x : memref<1024xf32> to memref<1024xf32>
  %b = memref.alloc() : memref<2048xi16>
  memref.copy %z, %b : memref<2048xi16> to memref<2048xi16>
  %wide = memref.alloc() : memref<2048xi8>
  linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
      ins(%b : memref<2048xi16>) outs(%wide : memref<2048xi8>) {
  ^bb0(%l: i16, %o: i8):
    %s = arith.trunci %l : i16 to i8
    linalg.yield %s : i8
  }
  return
}
