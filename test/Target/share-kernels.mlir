// RUN: quant-opt %s -split-input-file -verify-diagnostics -target-share-kernels | FileCheck %s

// call @kernel(args, 0, 2^32) -> if threads > 1, parts of it on threads

// CHECK-LABEL: llvm.func @kernel(
llvm.func @kernel(%x: !llvm.ptr, %factor: f32, %from: i64, %to: i64) attributes {quantc.parts = 7 : i64} {
  llvm.return
}

// One of the same type.
// CHECK-LABEL: llvm.func @other_kernel(
llvm.func @other_kernel(%x: !llvm.ptr, %factor: f32, %from: i64, %to: i64) attributes {quantc.parts = 3 : i64} {
  llvm.return
}

llvm.func @small(%x: !llvm.ptr) {
  llvm.return
}

// The number of threads is in the context, which is in front of the arena.
// CHECK-LABEL: llvm.func @quantc_run_avx2(
// CHECK-SAME:  %[[ARENA:.+]]: !llvm.ptr, %[[X:.+]]: !llvm.ptr)
// CHECK:         %[[FIELD:.+]] = llvm.getelementptr %[[ARENA]][-48]
// CHECK:         %[[THREADS:.+]] = llvm.load %[[FIELD]]
// CHECK:         %[[SEVERAL:.+]] = llvm.icmp "ugt" %[[THREADS]]
// CHECK:         llvm.call @small(%[[X]])
// CHECK:         llvm.cond_br %[[SEVERAL]], ^[[TOGETHER:.+]], ^[[ALONE:.+]]
// CHECK:       ^[[TOGETHER]]:
// CHECK:         %[[MOST:.+]] = llvm.mlir.constant(7 : i32)
// CHECK:         %[[KERNEL:.+]] = llvm.mlir.addressof @kernel
// CHECK:         llvm.call @quantc_shared_0(%[[ARENA]], %[[MOST]], %[[KERNEL]], %[[X]], %{{.+}})
// CHECK:         llvm.br ^[[AFTER:.+]]
// CHECK:       ^[[ALONE]]:
// CHECK:         llvm.call @kernel(%[[X]],
// CHECK:         llvm.br ^[[AFTER]]
// CHECK:       ^[[AFTER]]:
// CHECK:         llvm.mlir.constant(3 : i32)
// CHECK:         llvm.mlir.addressof @other_kernel
// CHECK:         llvm.call @quantc_shared_0
// CHECK:         llvm.return

// CHECK:      llvm.func internal @quantc_part_0(%[[ARGS:.+]]: !llvm.ptr, %[[INDEX:.+]]: i32)
// CHECK:        %[[COUNT:.+]] = llvm.load %{{.+}} : !llvm.ptr -> i32
// CHECK:        %[[KERNEL:.+]] = llvm.load %{{.+}} : !llvm.ptr -> !llvm.ptr
// CHECK:        %[[X:.+]] = llvm.load %{{.+}} : !llvm.ptr -> !llvm.ptr
// CHECK:        %[[FACTOR:.+]] = llvm.load %{{.+}} : !llvm.ptr -> f32
// CHECK:        %[[FROM:.+]] = llvm.udiv
// CHECK:        %[[TO:.+]] = llvm.udiv
// CHECK:        llvm.call %[[KERNEL]](%[[X]], %[[FACTOR]], %[[FROM]], %[[TO]])

// CHECK:      llvm.func internal @quantc_shared_0(%[[ARENA:.+]]: !llvm.ptr, %[[MOST:.+]]: i32, %[[KERNEL:.+]]: !llvm.ptr, %[[X:.+]]: !llvm.ptr, %[[FACTOR:.+]]: f32)
// CHECK:        %[[ARGS:.+]] = llvm.alloca %{{.+}} x !llvm.struct<(i32, ptr, ptr, f32)>
// CHECK:        llvm.store %[[KERNEL]]
// CHECK:        llvm.store %[[X]]
// CHECK:        llvm.store %[[FACTOR]]
// CHECK:        %[[PART:.+]] = llvm.mlir.addressof @quantc_part_0
// CHECK:        llvm.call @quantc_abi_share(%[[ARENA]], %[[PART]], %[[ARGS]], %[[MOST]])
// CHECK-NOT:  @quantc_shared_1
llvm.func @quantc_run_avx2(%arena: !llvm.ptr, %x: !llvm.ptr) {
  %factor = llvm.mlir.constant(2.0 : f32) : f32
  %zero = llvm.mlir.constant(0 : i64) : i64
  %all = llvm.mlir.constant(4294967296 : i64) : i64
  llvm.call @small(%x) : (!llvm.ptr) -> ()
  llvm.call @kernel(%x, %factor, %zero, %all) : (!llvm.ptr, f32, i64, i64) -> ()
  llvm.call @other_kernel(%x, %factor, %zero, %all) : (!llvm.ptr, f32, i64, i64) -> ()
  llvm.return
}

// -----

// expected-error@+1 {{expects 'quantc.parts' on a function that takes two i64 last and returns nothing, but got '!llvm.func<void (ptr, i32)>'}}
llvm.func @no_places(%x: !llvm.ptr, %y: i32) attributes {quantc.parts = 2 : i64} {
  llvm.return
}
