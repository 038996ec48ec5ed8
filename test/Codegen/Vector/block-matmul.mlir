// RUN: quant-opt %s -pass-pipeline='builtin.module(func.func(kernel-to-vector{level=vnni}))' | FileCheck %s

// One row reads each weight once. In four panels side by side, of 16 blocks of 256
// bytes each: what comes 2048 bytes later is asked for, which is four panels
// further on at the end of one (3 * 4096). Four lines of each panel's codes, one
// of its scales; and start, scale and result of the next 64 channels.
// CHECK-LABEL:       @gemv
// CHECK:             scf.for
// CHECK-COUNT-12:    memref.prefetch %{{.+}}[%{{.+}}], read, locality<3>, data : memref<191xf32
// CHECK:             scf.for
// CHECK:               %[[AHEAD:.+]] = arith.constant 2048 : index
// CHECK:               %[[BEYOND:.+]] = arith.cmpi uge
// CHECK:               %[[JUMP:.+]] = arith.constant 12288 : index
// CHECK:               arith.select %[[BEYOND]], %[[JUMP]],
// CHECK-COUNT-16:      memref.prefetch %{{.+}} : memref<32831xi8
// CHECK-COUNT-4:       memref.prefetch %{{.+}} : memref<2111xi16
// CHECK-NOT:         memref.prefetch
// CHECK:             return
func.func @gemv(%x: memref<1x512xi8>, %w: memref<8x16x256xi8>, %s: memref<8x16x16xi16>,
                %start: memref<128xf32>, %scale: memref<128xf32>, %y: memref<1x128xf32>) {
  kernel.block_matmul ins(%x, %w, %s, %start : memref<1x512xi8>, memref<8x16x256xi8>,
      memref<8x16x16xi16>, memref<128xf32>) scale(%scale : memref<128xf32>)
      outs(%y : memref<1x128xf32>) {levels = array<i8: -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7>,
      block = 32 : i64, scale_type = #kernel.scale<f16>}
  return
}

// Tiles of four rows and three vectors share what is decoded to memory, of which
// the latter are asked for: four lines of codes and one of scales for each.
// CHECK-LABEL:       @gemm
// CHECK-DAG:         %[[WEIGHTS:.+]] = memref.alloca() {alignment = 64 : i64} : memref<{{[0-9]+}}xi8>
// CHECK:             scf.for
// CHECK-COUNT-3:       memref.prefetch %{{.+}} : memref<2111xi16
// CHECK-COUNT-12:      memref.prefetch %{{.+}} : memref<32831xi8
// CHECK:               arith.shrui
// CHECK:               vector.store %{{.+}}, %[[WEIGHTS]]
// CHECK:             vector.load %[[WEIGHTS]]
// CHECK-NOT:         arith.shrui
// CHECK:             llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
func.func @gemm(%x: memref<12x512xi8>, %w: memref<8x16x256xi8>, %s: memref<8x16x16xi16>,
                %start: memref<128xf32>, %scale: memref<128xf32>, %y: memref<12x128xf32>) {
  kernel.block_matmul ins(%x, %w, %s, %start : memref<12x512xi8>, memref<8x16x256xi8>,
      memref<8x16x16xi16>, memref<128xf32>) scale(%scale : memref<128xf32>)
      outs(%y : memref<12x128xf32>) {levels = array<i8: -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7>,
      block = 32 : i64, scale_type = #kernel.scale<f16>}
  return
}
