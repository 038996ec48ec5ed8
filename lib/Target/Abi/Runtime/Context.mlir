//===- Context.mlir - init, run and free of every model -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled into each model. What differs between models is read from
// @quantc_abi_model and from the tables that the pass writes next to it; all of
// them are constants, so that the optimizer folds the loads.
//
// A context is the first 64 bytes of its arena:
//   { the level's entry, what free has to return to libc or null,
//     the number of threads, nothing, who runs parts, what it wants to be called
//     with, the context's own pool or null }

!model = !llvm.struct<(i32, i32, ptr, ptr, i64, i64, i32, i32, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr)>
!context = !llvm.struct<(ptr, ptr, i32, i32, ptr, ptr, ptr)>

llvm.func @aligned_alloc(i64, i64) -> !llvm.ptr
llvm.func @free(!llvm.ptr)

llvm.func internal @quantc_abi_init(%arena: !llvm.ptr, %level: i32) -> !llvm.ptr {
  %null = llvm.mlir.zero : !llvm.ptr
  %zero = llvm.mlir.constant(0 : i64) : i64
  %one_thread = llvm.mlir.constant(1 : i32) : i32
  %best_wanted = llvm.mlir.constant(-1 : i32) : i32
  %alignment = llvm.mlir.constant(64 : i64) : i64
  %misaligned_bits = llvm.mlir.constant(63 : i64) : i64
  %is_best_wanted = llvm.icmp "eq" %level, %best_wanted : i32
  llvm.cond_br %is_best_wanted, ^choose, ^check(%level : i32)
^choose:
  %best = llvm.call @quantc_abi_best_level() : () -> i32
  llvm.br ^check(%best : i32)
^check(%chosen: i32):
  %runs = llvm.call @quantc_abi_runs_level(%chosen) : (i32) -> i1
  llvm.cond_br %runs, ^find_memory, ^fail
^find_memory:
  %is_own = llvm.icmp "eq" %arena, %null : !llvm.ptr
  llvm.cond_br %is_own, ^own, ^given
^given:
  %address = llvm.ptrtoint %arena : !llvm.ptr to i64
  %rest = llvm.and %address, %misaligned_bits : i64
  %is_aligned = llvm.icmp "eq" %rest, %zero : i64
  llvm.cond_br %is_aligned, ^ready(%arena, %null : !llvm.ptr, !llvm.ptr), ^fail
^own:
  %model = llvm.mlir.addressof @quantc_abi_model : !llvm.ptr
  %bytes_field = llvm.getelementptr inbounds %model[0, 4] : (!llvm.ptr) -> !llvm.ptr, !model
  %bytes = llvm.load %bytes_field : !llvm.ptr -> i64
  %memory = llvm.call @aligned_alloc(%alignment, %bytes) : (i64, i64) -> !llvm.ptr
  %is_short = llvm.icmp "eq" %memory, %null : !llvm.ptr
  llvm.cond_br %is_short, ^fail, ^ready(%memory, %memory : !llvm.ptr, !llvm.ptr)
^ready(%context: !llvm.ptr, %owned: !llvm.ptr):
  %entries = llvm.mlir.addressof @quantc_abi_entries : !llvm.ptr
  %entry_field = llvm.getelementptr inbounds %entries[%chosen] : (!llvm.ptr, i32) -> !llvm.ptr, !llvm.ptr
  %entry = llvm.load %entry_field : !llvm.ptr -> !llvm.ptr
  llvm.store %entry, %context : !llvm.ptr, !llvm.ptr
  %owned_field = llvm.getelementptr inbounds %context[0, 1] : (!llvm.ptr) -> !llvm.ptr, !context
  llvm.store %owned, %owned_field : !llvm.ptr, !llvm.ptr
  %threads_field = llvm.getelementptr inbounds %context[0, 2] : (!llvm.ptr) -> !llvm.ptr, !context
  llvm.store %one_thread, %threads_field : i32, !llvm.ptr
  %pool_field = llvm.getelementptr inbounds %context[0, 6] : (!llvm.ptr) -> !llvm.ptr, !context
  llvm.store %null, %pool_field : !llvm.ptr, !llvm.ptr
  llvm.return %context : !llvm.ptr
^fail:
  llvm.return %null : !llvm.ptr
}

// True if the array itself or one of its elements is null.
llvm.func internal @quantc_abi_any_null(%array: !llvm.ptr, %count: i32) -> i1 {
  %null = llvm.mlir.zero : !llvm.ptr
  %zero = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  %true = llvm.mlir.constant(true) : i1
  %false = llvm.mlir.constant(false) : i1
  %is_array_null = llvm.icmp "eq" %array, %null : !llvm.ptr
  llvm.cond_br %is_array_null, ^yes, ^next(%zero : i32)
^next(%i: i32):
  %more = llvm.icmp "slt" %i, %count : i32
  llvm.cond_br %more, ^look, ^no
^look:
  %field = llvm.getelementptr inbounds %array[%i] : (!llvm.ptr, i32) -> !llvm.ptr, !llvm.ptr
  %element = llvm.load %field : !llvm.ptr -> !llvm.ptr
  %is_null = llvm.icmp "eq" %element, %null : !llvm.ptr
  %following = llvm.add %i, %one : i32
  llvm.cond_br %is_null, ^yes, ^next(%following : i32)
^yes:
  llvm.return %true : i1
^no:
  llvm.return %false : i1
}

llvm.func internal @quantc_abi_run(%context: !llvm.ptr, %inputs: !llvm.ptr, %outputs: !llvm.ptr) -> i32 {
  %null = llvm.mlir.zero : !llvm.ptr
  %ok = llvm.mlir.constant(0 : i32) : i32
  %error_null = llvm.mlir.constant(1 : i32) : i32
  %is_context_null = llvm.icmp "eq" %context, %null : !llvm.ptr
  llvm.cond_br %is_context_null, ^fail, ^check
^check:
  %model = llvm.mlir.addressof @quantc_abi_model : !llvm.ptr
  %input_field = llvm.getelementptr inbounds %model[0, 6] : (!llvm.ptr) -> !llvm.ptr, !model
  %input_count = llvm.load %input_field : !llvm.ptr -> i32
  %output_field = llvm.getelementptr inbounds %model[0, 7] : (!llvm.ptr) -> !llvm.ptr, !model
  %output_count = llvm.load %output_field : !llvm.ptr -> i32
  %bad_input = llvm.call @quantc_abi_any_null(%inputs, %input_count) : (!llvm.ptr, i32) -> i1
  llvm.cond_br %bad_input, ^fail, ^check_outputs
^check_outputs:
  %bad_output = llvm.call @quantc_abi_any_null(%outputs, %output_count) : (!llvm.ptr, i32) -> i1
  llvm.cond_br %bad_output, ^fail, ^go
^go:
  %entry = llvm.load %context : !llvm.ptr -> !llvm.ptr
  %arena = llvm.getelementptr inbounds %context[64] : (!llvm.ptr) -> !llvm.ptr, i8
  llvm.call %entry(%arena, %inputs, %outputs) : !llvm.ptr, (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
  llvm.return %ok : i32
^fail:
  llvm.return %error_null : i32
}

llvm.func internal @quantc_abi_free(%context: !llvm.ptr) {
  %null = llvm.mlir.zero : !llvm.ptr
  %is_null = llvm.icmp "eq" %context, %null : !llvm.ptr
  llvm.cond_br %is_null, ^done, ^release
^release:
  %pool_field = llvm.getelementptr inbounds %context[0, 6] : (!llvm.ptr) -> !llvm.ptr, !context
  %pool = llvm.load %pool_field : !llvm.ptr -> !llvm.ptr
  llvm.call @quantc_abi_pool_free(%pool) : (!llvm.ptr) -> ()
  %owned_field = llvm.getelementptr inbounds %context[0, 1] : (!llvm.ptr) -> !llvm.ptr, !context
  %owned = llvm.load %owned_field : !llvm.ptr -> !llvm.ptr
  llvm.call @free(%owned) : (!llvm.ptr) -> ()
  llvm.br ^done
^done:
  llvm.return
}
