// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(linalg-to-vector{level=vnni}))' | FileCheck %s --check-prefixes=CHECK,VNNI
// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(linalg-to-vector{level=sse4}))' | FileCheck %s --check-prefixes=CHECK,SSE4
// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(linalg-to-vector{level=reference}))' | FileCheck %s --check-prefix=SCALAR
// RUN: not quant-opt %s -pass-pipeline='builtin.module(func.func(linalg-to-vector{level=mmx}))' 2>&1 | FileCheck %s --check-prefix=ERROR

// ERROR: error: expects a CPU level, but got 'mmx'

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0, 0)>
#rows = affine_map<(d0, d1) -> (d0)>
#swap = affine_map<(d0, d1) -> (d1, d0)>

// Dense operands make one loop: 3 * 7 are one vector of 16 and one of 5, or five
// of 4 and one of 1. The constant from outside is in all lanes.
// CHECK-LABEL: @merged
// VNNI-NOT:    scf.for
// VNNI:        vector.load {{.*}}, vector<16xf32>
// VNNI:        arith.mulf {{.*}} : vector<16xf32>
// VNNI:        vector.load {{.*}}, vector<5xf32>
// SSE4:        scf.for
// SSE4:        vector.load {{.*}}, vector<4xf32>
// SSE4:        vector.store {{.*}}, vector<1xf32>
// CHECK-NOT:   linalg.generic
// SCALAR-LABEL: @merged
// SCALAR:       linalg.generic
func.func @merged(%x: memref<3x7xf32>, %y: memref<3x7xf32>) {
  %two = arith.constant 2.0 : f32
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
    ins(%x : memref<3x7xf32>) outs(%y : memref<3x7xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.mulf %a, %two : f32
    linalg.yield %0 : f32
  }
  return
}

// One value for each row is in all lanes.
// CHECK-LABEL: @broadcast
// CHECK:       scf.for
// CHECK:       %[[S:.+]] = memref.load
// CHECK:       vector.broadcast %[[S]] : f32 to vector
func.func @broadcast(%x: memref<3x16xf32>, %s: memref<3x1xf32>, %y: memref<3x16xf32>) {
  linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
    ins(%x, %s : memref<3x16xf32>, memref<3x1xf32>) outs(%y : memref<3x16xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// 16 partial sums at every level: one vector, four, or sixteen lanes by
// themselves. 37 values are two rounds and five more.
// CHECK-LABEL: @sum
// VNNI:        scf.for {{.*}} iter_args(%{{.+}} = %{{.+}}) -> (vector<16xf32>)
// VNNI:        vector.load {{.*}}, vector<5xf32>
// SSE4:        -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>)
// CHECK-NOT:   linalg.generic
// SCALAR-LABEL: @sum
// SCALAR-COUNT-16: vector<1xf32>
// SCALAR-NOT:   linalg.generic
func.func @sum(%x: memref<3x37xf32>, %y: memref<3xf32>) {
  linalg.generic {indexing_maps = [#id, #rows], iterator_types = ["parallel", "reduction"]}
    ins(%x : memref<3x37xf32>) outs(%y : memref<3xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %b, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// Results side by side keep the order of the loop, so scalar loops do as well.
// CHECK-LABEL: @matmul
// CHECK:       scf.for {{.*}} iter_args
// CHECK-NOT:   linalg.matmul
// SCALAR-LABEL: @matmul
// SCALAR:       linalg.matmul
func.func @matmul(%a: memref<5x6xf32>, %b: memref<6x16xf32>, %c: memref<5x16xf32>) {
  linalg.matmul ins(%a, %b : memref<5x6xf32>, memref<6x16xf32>) outs(%c : memref<5x16xf32>)
  return
}

// Left alone: no loop has neighbours on both sides, and more is done than to move
// elements.
// CHECK-LABEL: @transposed
// CHECK:       linalg.generic
func.func @transposed(%x: memref<5x6xf32>, %y: memref<6x5xf32>) {
  linalg.generic {indexing_maps = [#swap, #id], iterator_types = ["parallel", "parallel"]}
    ins(%x : memref<5x6xf32>) outs(%y : memref<6x5xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %a, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// Left alone: bits are no elements of vectors in memory.
// CHECK-LABEL: @bits
// CHECK:       linalg.generic
func.func @bits(%x: memref<5x6xi1>, %y: memref<5x6xi1>) {
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
    ins(%x : memref<5x6xi1>) outs(%y : memref<5x6xi1>) {
  ^bb0(%a: i1, %b: i1):
    linalg.yield %a : i1
  }
  return
}

// Left alone: the body looks at a loop counter.
// CHECK-LABEL: @index
// CHECK:       linalg.generic
func.func @index(%y: memref<5x6xi32>) {
  linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]}
    outs(%y : memref<5x6xi32>) {
  ^bb0(%a: i32):
    %0 = linalg.index 1 : index
    %1 = arith.index_cast %0 : index to i32
    linalg.yield %1 : i32
  }
  return
}

// Left alone: the order of this reduction matters.
// CHECK-LABEL: @difference
// CHECK:       linalg.generic
func.func @difference(%x: memref<3x37xf32>, %y: memref<3xf32>) {
  linalg.generic {indexing_maps = [#id, #rows], iterator_types = ["parallel", "reduction"]}
    ins(%x : memref<3x37xf32>) outs(%y : memref<3xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.subf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// What a loop adds to moves with it: each step loads and stores.
// VNNI-LABEL: @scatter
func.func @scatter(%g: memref<3x16xf32>, %window: memref<2xi8>, %y: memref<4x16xf32>) {
  // VNNI:     scf.for
  // VNNI:       scf.for
  // VNNI-NOT:     iter_args
  // VNNI:         %[[Y:.+]] = vector.load {{.*}} : memref<{{.*}}>, vector<16xf32>
  // VNNI:         %[[G:.+]] = vector.load {{.*}} : memref<{{.*}}>, vector<16xf32>
  // VNNI:         %[[SUM:.+]] = arith.addf %[[Y]], %[[G]] : vector<16xf32>
  // VNNI:         vector.store %[[SUM]]
  // No threads may share the iterations.
  // VNNI-NOT:     quantc.units
  // VNNI:       return
  linalg.generic {indexing_maps = [affine_map<(i, k, c) -> (i, c)>, affine_map<(i, k, c) -> (k)>,
                                   affine_map<(i, k, c) -> (i + k, c)>],
                  iterator_types = ["reduction", "reduction", "parallel"]}
      ins(%g, %window : memref<3x16xf32>, memref<2xi8>) outs(%y : memref<4x16xf32>) {
  ^bb0(%a: f32, %w: i8, %o: f32):
    %0 = arith.addf %o, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// A table of 256 bytes is in registers: 64 codes at a time with AVX-512, which
// takes words from two pairs of them, and then six more.
// CHECK-LABEL: @lookup
// VNNI-COUNT-4: vector.load {{.*}}, vector<64xi8>
// VNNI:         vector.load {{.*}}, vector<64xi8>
// VNNI-COUNT-4: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.hi.512"
// VNNI:         vector.store {{.*}}, vector<64xi8>
// VNNI:         vector.load {{.*}}, vector<6xi8>
// SSE4-COUNT-16: vector.load {{.*}}, vector<16xi8>
// SSE4-COUNT-16: llvm.call_intrinsic "llvm.x86.ssse3.pshuf.b.128"
// CHECK-NOT:    linalg.generic
// CHECK:        return
func.func @lookup(%x: memref<70xi8>, %table: memref<256xi8>, %y: memref<70xi8>) {
  linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
    ins(%x : memref<70xi8>) outs(%y : memref<70xi8>) {
  ^bb0(%a: i8, %b: i8):
    %0 = arith.extui %a : i8 to i32
    %1 = arith.index_cast %0 : i32 to index
    %2 = memref.load %table[%1] : memref<256xi8>
    linalg.yield %2 : i8
  }
  return
}

// Left alone: the table is what the op writes.
// CHECK-LABEL: @own_table
// CHECK:       linalg.generic
func.func @own_table(%x: memref<256xi8>, %y: memref<256xi8>) {
  linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
    ins(%x : memref<256xi8>) outs(%y : memref<256xi8>) {
  ^bb0(%a: i8, %b: i8):
    %0 = arith.extui %a : i8 to i32
    %1 = arith.index_cast %0 : i32 to index
    %2 = memref.load %y[%1] : memref<256xi8>
    linalg.yield %2 : i8
  }
  return
}

// The order of a maximum cannot be seen: four vectors of partial results. They are
// integers that have the order of the reals.
// VNNI-LABEL: @maximum
// VNNI:         -> (vector<16xi32>, vector<16xi32>, vector<16xi32>, vector<16xi32>)
// VNNI:           arith.cmpf uno
// VNNI:           arith.maxsi {{.*}} : vector<16xi32>
// VNNI:         arith.maximumf {{.*}} : vector<1xf32>
func.func @maximum(%x: memref<3x128xf32>, %y: memref<3xf32>) {
  linalg.generic {indexing_maps = [#id, #rows], iterator_types = ["parallel", "reduction"]}
    ins(%x : memref<3x128xf32>) outs(%y : memref<3xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.maximumf %b, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// All ops of a row before the next row; threads share the rows and nothing else.
// CHECK-LABEL: @rows
// CHECK-SAME:    (
// CHECK-NOT:     quantc.rows
// CHECK:         scf.for
// VNNI:            vector.load {{.*}}, vector<16xf32>
// VNNI:            arith.maximumf
// VNNI:            memref.load
// VNNI:            arith.subf
// CHECK-NOT:     quantc.units
// CHECK:         } {{{.*}}quantc.units = 3 : i64}
// CHECK-NOT:     scf.for
// CHECK:         return
// SCALAR-LABEL: @rows
// SCALAR-NOT:    quantc.units
// SCALAR:        linalg.generic
// SCALAR:        return
func.func @rows(%x: memref<3x32xf32>, %m: memref<3xf32>, %y: memref<3x32xf32>) attributes {quantc.rows = array<i64: 3>} {
  linalg.generic {indexing_maps = [#id, #rows], iterator_types = ["parallel", "reduction"]}
    ins(%x : memref<3x32xf32>) outs(%m : memref<3xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.maximumf %b, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
    ins(%x, %m : memref<3x32xf32>, memref<3xf32>) outs(%y : memref<3x32xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.subf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// Four rows go through a pass before the next pass, if enough are left to share.
// VNNI-LABEL: @many_rows
// VNNI:         scf.for
// VNNI:           scf.for
// VNNI:             arith.maximumf
// VNNI:           scf.for
// VNNI:             arith.subf
// VNNI:         } {{{.*}}quantc.units = 16 : i64}
// VNNI:         return
func.func @many_rows(%x: memref<64x32xf32>, %m: memref<64xf32>, %y: memref<64x32xf32>) attributes {quantc.rows = array<i64: 64>} {
  linalg.generic {indexing_maps = [#id, #rows], iterator_types = ["parallel", "reduction"]}
    ins(%x : memref<64x32xf32>) outs(%m : memref<64xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.maximumf %b, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
    ins(%x, %m : memref<64x32xf32>, memref<64xf32>) outs(%y : memref<64x32xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.subf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// What is done in one pass over a row stays in registers: the sum takes in what is
// stored, 32 values as two vectors and then five more. Those are multiplied in a
// whole vector, but nothing beyond them is stored or added.
// VNNI-LABEL: @pass
// VNNI:         scf.for
// VNNI:           scf.for {{.*}} -> (vector<16xf32>)
// VNNI:             %[[P:.+]] = arith.mulf {{.*}} : vector<16xf32>
// VNNI:             vector.store %[[P]]
// VNNI:             arith.addf {{.*}} : vector<16xf32>
// VNNI:             scf.yield
// VNNI:           vector.load {{.*}} vector<5xf32>
// VNNI:           arith.mulf {{.*}} : vector<16xf32>
// VNNI:           vector.store {{.*}} vector<5xf32>
// VNNI:           arith.addf {{.*}} : vector<5xf32>
// VNNI:           vector.store {{.*}} vector<1xf32>
// VNNI-NOT:       scf.for
// VNNI:         return
func.func @pass(%x: memref<3x37xf32>, %s: memref<3xf32>, %y: memref<3x37xf32>) attributes {quantc.rows = array<i64: 3>} {
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
    ins(%x : memref<3x37xf32>) outs(%y : memref<3x37xf32>) attrs = {quantc.pass = 0 : i64} {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.mulf %a, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#id, #rows], iterator_types = ["parallel", "reduction"]}
    ins(%y : memref<3x37xf32>) outs(%s : memref<3xf32>) attrs = {quantc.pass = 0 : i64} {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %b, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// A long body is a chain whose steps wait for each other: four vectors at a time,
// then the three that are left, of which the last is only three values.
// VNNI-LABEL: @chain
// VNNI:         scf.for
// VNNI-COUNT-4:   arith.subf {{.*}} : vector<16xf32>
// VNNI:         }
// VNNI:         vector.load {{.*}} vector<3xf32>
// VNNI-COUNT-3: arith.subf {{.*}} : vector<16xf32>
// VNNI-NOT:     arith.subf
// VNNI:         vector.store {{.*}} vector<3xf32>
// VNNI:         return
func.func @chain(%x: memref<227xf32>, %y: memref<227xf32>) {
  linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
    ins(%x : memref<227xf32>) outs(%y : memref<227xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.subf %a, %b : f32
    %1 = arith.mulf %0, %a : f32
    %2 = arith.mulf %1, %a : f32
    %3 = arith.mulf %2, %a : f32
    %4 = arith.mulf %3, %a : f32
    %5 = arith.mulf %4, %a : f32
    %6 = arith.mulf %5, %a : f32
    %7 = arith.mulf %6, %a : f32
    %8 = arith.mulf %7, %a : f32
    %9 = arith.mulf %8, %a : f32
    %10 = arith.mulf %9, %a : f32
    %11 = arith.mulf %10, %a : f32
    %12 = arith.mulf %11, %a : f32
    %13 = arith.mulf %12, %a : f32
    %14 = arith.mulf %13, %a : f32
    %15 = arith.mulf %14, %a : f32
    linalg.yield %15 : f32
  }
  return
}

// Rows become columns in registers, 16 by 16: four rounds of 16 shuffles. Of 20 rows
// and 24 columns, 4 and 8 are left.
// VNNI-LABEL: @transpose
// VNNI:          vector.load {{.*}} vector<16xf32>
// VNNI-COUNT-64: vector.shuffle {{.*}} : vector<16xf32>, vector<16xf32>
// VNNI-NOT:      vector.shuffle
// VNNI-COUNT-16: vector.store {{.*}} vector<16xf32>
// VNNI:          vector.load {{.*}} vector<8xf32>
// VNNI-COUNT-8:  vector.store {{.*}} vector<16xf32>
// VNNI:          vector.load {{.*}} vector<16xf32>
// VNNI-COUNT-16: vector.store {{.*}} vector<4xf32>
// VNNI:          vector.load {{.*}} vector<8xf32>
// VNNI-COUNT-8:  vector.store {{.*}} vector<4xf32>
// VNNI-NOT:      vector.store
// VNNI:          return
func.func @transpose(%x: memref<20x24xf32>, %y: memref<24x20xf32>) {
  linalg.transpose ins(%x : memref<20x24xf32>) outs(%y : memref<24x20xf32>) permutation = [1, 0]
  return
}

// Three colours of 16 pixels are three vectors of the output.
// VNNI-LABEL: @colours
// VNNI-COUNT-3: vector.load {{.*}} vector<16xi8>
// VNNI-COUNT-3: vector.store {{.*}} vector<16xi8>
// VNNI:         return
func.func @colours(%x: memref<3x32xi8>, %y: memref<32x3xi8>) {
  linalg.transpose ins(%x : memref<3x32xi8>) outs(%y : memref<32x3xi8>) permutation = [1, 0]
  return
}

// Left alone: 16 bits.
// CHECK-LABEL: @transpose_halves
// CHECK:       linalg.transpose
func.func @transpose_halves(%x: memref<20x24xi16>, %y: memref<24x20xi16>) {
  linalg.transpose ins(%x : memref<20x24xi16>) outs(%y : memref<24x20xi16>) permutation = [1, 0]
  return
}
