//===- Levels.mlir - Which levels does this CPU run? ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A level needs bits in eight words that describe a CPU; the row of needs is a
// table of the model, the words come from @quantc_abi_cpu_words, which each
// architecture writes in its own way.

!model = !llvm.struct<(i32, i32, ptr, ptr, i64, i64, i32, i32, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr)>
!words = !llvm.array<8 x i32>

llvm.func internal @quantc_abi_runs_level(%level: i32) -> i1 {
  %zero = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  %word_count = llvm.mlir.constant(8 : i32) : i32
  %true = llvm.mlir.constant(true) : i1
  %false = llvm.mlir.constant(false) : i1
  %cpu = llvm.alloca %one x !words {alignment = 16 : i64} : (i32) -> !llvm.ptr
  %model = llvm.mlir.addressof @quantc_abi_model : !llvm.ptr
  %count_field = llvm.getelementptr inbounds %model[0, 1] : (!llvm.ptr) -> !llvm.ptr, !model
  %count = llvm.load %count_field : !llvm.ptr -> i32
  // Unsigned, so that a negative level is too large.
  %exists = llvm.icmp "ult" %level, %count : i32
  llvm.cond_br %exists, ^ask, ^no
^ask:
  llvm.call @quantc_abi_cpu_words(%cpu) : (!llvm.ptr) -> ()
  %needs = llvm.mlir.addressof @quantc_abi_needs : !llvm.ptr
  llvm.br ^next(%zero : i32)
^next(%i: i32):
  %more = llvm.icmp "slt" %i, %word_count : i32
  llvm.cond_br %more, ^compare, ^yes
^compare:
  %need_field = llvm.getelementptr inbounds %needs[%level, %i] : (!llvm.ptr, i32, i32) -> !llvm.ptr, !words
  %need = llvm.load %need_field : !llvm.ptr -> i32
  %have_field = llvm.getelementptr inbounds %cpu[0, %i] : (!llvm.ptr, i32) -> !llvm.ptr, !words
  %have = llvm.load %have_field : !llvm.ptr -> i32
  %both = llvm.and %need, %have : i32
  %has_all = llvm.icmp "eq" %both, %need : i32
  %following = llvm.add %i, %one : i32
  llvm.cond_br %has_all, ^next(%following : i32), ^no
^yes:
  llvm.return %true : i1
^no:
  llvm.return %false : i1
}

llvm.func internal @quantc_abi_best_level() -> i32 {
  %zero = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  %model = llvm.mlir.addressof @quantc_abi_model : !llvm.ptr
  %count_field = llvm.getelementptr inbounds %model[0, 1] : (!llvm.ptr) -> !llvm.ptr, !model
  %count = llvm.load %count_field : !llvm.ptr -> i32
  %last = llvm.sub %count, %one : i32
  llvm.br ^next(%last : i32)
^next(%level: i32):
  %is_left = llvm.icmp "sge" %level, %zero : i32
  llvm.cond_br %is_left, ^try, ^done
^try:
  %runs = llvm.call @quantc_abi_runs_level(%level) : (i32) -> i1
  %below = llvm.sub %level, %one : i32
  llvm.cond_br %runs, ^done, ^next(%below : i32)
^done:
  llvm.return %level : i32
}
