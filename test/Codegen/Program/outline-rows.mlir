// RUN: quant-opt %s -split-input-file -outline-kernels | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#flat = affine_map<(d0) -> (d0)>
#row = affine_map<(d0, d1) -> (d0)>

// The sum over a row, what makes its start, and what follows on the same rows
// share a function; the four rows are the outer loop. The row goes in once, though
// it has two forms. The start of the sums does not wait for the products, whose
// elements are added in the same pass over the row.
// CHECK-LABEL: func.func @model
// CHECK-NOT:     linalg
// CHECK:         call @rows_32(
// CHECK-NEXT:    return
// CHECK:       func.func private @rows_32(
// CHECK-SAME:    %[[S:[^:]+]]: memref<4xf32> {llvm.noalias}, %[[X:[^:]+]]: memref<128xf32> {llvm.noalias})
// CHECK-SAME:    quantc.rows = array<i64: 4>
// CHECK:         %[[Y:.+]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [4, 32], strides: [32, 1]
// CHECK:         linalg.fill {quantc.pass = 0 : i64} {{.*}} outs(%[[S]]
// CHECK:         linalg.generic {{.*}} ins(%[[X]] : memref<128xf32>) outs(%[[X]] {{.*}}quantc.pass = 1
// CHECK:         linalg.generic {{.*}} ins(%[[Y]] : memref<4x32xf32>) outs(%[[S]] {{.*}}quantc.pass = 1
// CHECK:         linalg.generic {{.*}} ins(%[[Y]], %[[S]] {{.*}}quantc.pass = 2
func.func @model(%arena: memref<1024xi8>) {
  %c0 = arith.constant 0 : index
  %c512 = arith.constant 512 : index
  %zero = arith.constant 0.0 : f32
  %flat = memref.view %arena[%c0][] : memref<1024xi8> to memref<128xf32>
  linalg.generic {indexing_maps = [#flat, #flat], iterator_types = ["parallel"]} ins(%flat : memref<128xf32>) outs(%flat : memref<128xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.mulf %a, %a : f32
    linalg.yield %0 : f32
  }
  %sums = memref.view %arena[%c512][] : memref<1024xi8> to memref<4xf32>
  linalg.fill ins(%zero : f32) outs(%sums : memref<4xf32>)
  %x = memref.expand_shape %flat [[0, 1]] output_shape [4, 32] : memref<128xf32> into memref<4x32xf32>
  linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : memref<4x32xf32>) outs(%sums : memref<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %b, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %sums : memref<4x32xf32>, memref<4xf32>) outs(%x : memref<4x32xf32>) {
  ^bb0(%a: f32, %s: f32, %b: f32):
    %0 = arith.divf %a, %s : f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// Not together: the second reads a row that the first has yet to write.
// CHECK-LABEL: func.func @turned
// CHECK:         call @generic_4(
// CHECK:         call @generic_32(
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#other = affine_map<(d0, d1) -> (3)>
func.func @turned(%arena: memref<2048xi8>) {
  %c0 = arith.constant 0 : index
  %c512 = arith.constant 512 : index
  %c1024 = arith.constant 1024 : index
  %x = memref.view %arena[%c0][] : memref<2048xi8> to memref<4x32xf32>
  %sums = memref.view %arena[%c512][] : memref<2048xi8> to memref<4xf32>
  %y = memref.view %arena[%c1024][] : memref<2048xi8> to memref<4x32xf32>
  linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : memref<4x32xf32>) outs(%sums : memref<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %b, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#id, #other, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %sums : memref<4x32xf32>, memref<4xf32>) outs(%y : memref<4x32xf32>) {
  ^bb0(%a: f32, %s: f32, %b: f32):
    %0 = arith.divf %a, %s : f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// Not together: callers may hand in the same memory twice.
// CHECK-LABEL: func.func @callers
// CHECK:         call @generic_4(
// CHECK:         call @generic_32(
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @callers(%x: memref<4x32xf32>, %y: memref<4x32xf32>, %sums: memref<4xf32>) {
  linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : memref<4x32xf32>) outs(%sums : memref<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %b, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %sums : memref<4x32xf32>, memref<4xf32>) outs(%y : memref<4x32xf32>) {
  ^bb0(%a: f32, %s: f32, %b: f32):
    %0 = arith.divf %a, %s : f32
    linalg.yield %0 : f32
  }
  return
}
