//===- Named.mlir - The functions under the model's own name --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass puts the model's name in front of these: resnet8_init and so on. The
// last symbols are those that every shared library has. They are weak, so that
// two models can be linked into one program.

!model = !llvm.struct<(i32, i32, ptr, ptr, i64, i64, i32, i32, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr)>

llvm.func @_init(%arena: !llvm.ptr) -> !llvm.ptr {
  %best = llvm.mlir.constant(-1 : i32) : i32
  %context = llvm.call @quantc_abi_init(%arena, %best) : (!llvm.ptr, i32) -> !llvm.ptr
  llvm.return %context : !llvm.ptr
}

llvm.func @_run(%context: !llvm.ptr, %inputs: !llvm.ptr, %outputs: !llvm.ptr) -> i32 {
  %status = llvm.call @quantc_abi_run(%context, %inputs, %outputs) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> i32
  llvm.return %status : i32
}

llvm.func @_free(%context: !llvm.ptr) {
  llvm.call @quantc_abi_free(%context) : (!llvm.ptr) -> ()
  llvm.return
}

llvm.func @_set_threads(%context: !llvm.ptr, %threads: i32, %pool: !llvm.ptr) -> i32 {
  %status = llvm.call @quantc_abi_set_threads(%context, %threads, %pool) : (!llvm.ptr, i32, !llvm.ptr) -> i32
  llvm.return %status : i32
}

llvm.func @_selftest() -> i32 {
  %differences = llvm.call @quantc_abi_selftest() : () -> i32
  llvm.return %differences : i32
}

llvm.func @_model() -> !llvm.ptr {
  %model = llvm.mlir.addressof @quantc_abi_model : !llvm.ptr
  llvm.return %model : !llvm.ptr
}

llvm.mlir.alias weak @quantc_model_entry : !model {
  %model = llvm.mlir.addressof @quantc_abi_model : !llvm.ptr
  llvm.return %model : !llvm.ptr
}

llvm.mlir.alias weak @quantc_set_threads_entry : !llvm.func<i32 (ptr, i32, ptr)> {
  %function = llvm.mlir.addressof @quantc_abi_set_threads : !llvm.ptr
  llvm.return %function : !llvm.ptr
}
