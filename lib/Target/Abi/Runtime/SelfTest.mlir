//===- SelfTest.mlir - Run the golden vectors at every level --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Output i lives at scratch + offset[i]; offset[output_count] is the size of the
// scratch memory, in which the array of the outputs' addresses comes last.

!model = !llvm.struct<(i32, i32, ptr, ptr, i64, i64, i32, i32, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr)>
!tensor = !llvm.struct<(ptr, i32, i32, ptr, i64)>

llvm.func @memcmp(!llvm.ptr, !llvm.ptr, i64) -> i32

// The number of outputs that differ from the golden ones.
llvm.func internal @quantc_abi_count_differences(%actual: !llvm.ptr) -> i32 {
  %zero = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  %model = llvm.mlir.addressof @quantc_abi_model : !llvm.ptr
  %golden = llvm.mlir.addressof @quantc_abi_golden_outputs : !llvm.ptr
  %count_field = llvm.getelementptr inbounds %model[0, 7] : (!llvm.ptr) -> !llvm.ptr, !model
  %count = llvm.load %count_field : !llvm.ptr -> i32
  %tensors_field = llvm.getelementptr inbounds %model[0, 9] : (!llvm.ptr) -> !llvm.ptr, !model
  %tensors = llvm.load %tensors_field : !llvm.ptr -> !llvm.ptr
  llvm.br ^next(%zero, %zero : i32, i32)
^next(%i: i32, %differences: i32):
  %more = llvm.icmp "slt" %i, %count : i32
  llvm.cond_br %more, ^compare, ^done
^compare:
  %actual_field = llvm.getelementptr inbounds %actual[%i] : (!llvm.ptr, i32) -> !llvm.ptr, !llvm.ptr
  %actual_data = llvm.load %actual_field : !llvm.ptr -> !llvm.ptr
  %golden_field = llvm.getelementptr inbounds %golden[%i] : (!llvm.ptr, i32) -> !llvm.ptr, !llvm.ptr
  %golden_data = llvm.load %golden_field : !llvm.ptr -> !llvm.ptr
  %bytes_field = llvm.getelementptr inbounds %tensors[%i, 4] : (!llvm.ptr, i32) -> !llvm.ptr, !tensor
  %bytes = llvm.load %bytes_field : !llvm.ptr -> i64
  %order = llvm.call @memcmp(%actual_data, %golden_data, %bytes) : (!llvm.ptr, !llvm.ptr, i64) -> i32
  %differs = llvm.icmp "ne" %order, %zero : i32
  %difference = llvm.zext %differs : i1 to i32
  %sum = llvm.add %differences, %difference : i32
  %following = llvm.add %i, %one : i32
  llvm.br ^next(%following, %sum : i32, i32)
^done:
  llvm.return %differences : i32
}

// Fills the array of the outputs' addresses at the end of the scratch memory.
llvm.func internal @quantc_abi_place_outputs(%scratch: !llvm.ptr, %addresses: !llvm.ptr) {
  %zero = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  %model = llvm.mlir.addressof @quantc_abi_model : !llvm.ptr
  %offsets = llvm.mlir.addressof @quantc_abi_output_offsets : !llvm.ptr
  %count_field = llvm.getelementptr inbounds %model[0, 7] : (!llvm.ptr) -> !llvm.ptr, !model
  %count = llvm.load %count_field : !llvm.ptr -> i32
  llvm.br ^next(%zero : i32)
^next(%i: i32):
  %more = llvm.icmp "slt" %i, %count : i32
  llvm.cond_br %more, ^place, ^done
^place:
  %offset_field = llvm.getelementptr inbounds %offsets[%i] : (!llvm.ptr, i32) -> !llvm.ptr, i64
  %offset = llvm.load %offset_field : !llvm.ptr -> i64
  %data = llvm.getelementptr inbounds %scratch[%offset] : (!llvm.ptr, i64) -> !llvm.ptr, i8
  %field = llvm.getelementptr inbounds %addresses[%i] : (!llvm.ptr, i32) -> !llvm.ptr, !llvm.ptr
  llvm.store %data, %field : !llvm.ptr, !llvm.ptr
  %following = llvm.add %i, %one : i32
  llvm.br ^next(%following : i32)
^done:
  llvm.return
}

// One run at one level in `scratch`: the number of differences, or -1 if there
// is no memory for the context.
llvm.func internal @quantc_abi_test_level(%level: i32, %scratch: !llvm.ptr) -> i32 {
  %null = llvm.mlir.zero : !llvm.ptr
  %no_memory = llvm.mlir.constant(-1 : i32) : i32
  %poison = llvm.mlir.constant(-91 : i8) : i8
  %inputs = llvm.mlir.addressof @quantc_abi_golden_inputs : !llvm.ptr
  %model = llvm.mlir.addressof @quantc_abi_model : !llvm.ptr
  %count_field = llvm.getelementptr inbounds %model[0, 7] : (!llvm.ptr) -> !llvm.ptr, !model
  %count = llvm.load %count_field : !llvm.ptr -> i32
  %offsets = llvm.mlir.addressof @quantc_abi_output_offsets : !llvm.ptr
  %bytes_field = llvm.getelementptr inbounds %offsets[%count] : (!llvm.ptr, i32) -> !llvm.ptr, i64
  %bytes = llvm.load %bytes_field : !llvm.ptr -> i64
  %addresses = llvm.getelementptr inbounds %scratch[%bytes] : (!llvm.ptr, i64) -> !llvm.ptr, i8
  %context = llvm.call @quantc_abi_init(%null, %level) : (!llvm.ptr, i32) -> !llvm.ptr
  %is_short = llvm.icmp "eq" %context, %null : !llvm.ptr
  llvm.cond_br %is_short, ^fail, ^go
^go:
  // So that an output which is not written differs, and does not show what the
  // level before has left there.
  "llvm.intr.memset"(%scratch, %poison, %bytes) <{isVolatile = false}> : (!llvm.ptr, i8, i64) -> ()
  llvm.call @quantc_abi_place_outputs(%scratch, %addresses) : (!llvm.ptr, !llvm.ptr) -> ()
  %status = llvm.call @quantc_abi_run(%context, %inputs, %addresses) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> i32
  llvm.call @quantc_abi_free(%context) : (!llvm.ptr) -> ()
  %differences = llvm.call @quantc_abi_count_differences(%addresses) : (!llvm.ptr) -> i32
  llvm.return %differences : i32
^fail:
  llvm.return %no_memory : i32
}

llvm.func internal @quantc_abi_selftest() -> i32 {
  %null = llvm.mlir.zero : !llvm.ptr
  %zero = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  %alignment = llvm.mlir.constant(64 : i64) : i64
  %no_memory = llvm.mlir.constant(-1 : i32) : i32
  %model = llvm.mlir.addressof @quantc_abi_model : !llvm.ptr
  %count_field = llvm.getelementptr inbounds %model[0, 1] : (!llvm.ptr) -> !llvm.ptr, !model
  %count = llvm.load %count_field : !llvm.ptr -> i32
  %bytes_field = llvm.mlir.addressof @quantc_abi_scratch_bytes : !llvm.ptr
  %bytes = llvm.load %bytes_field : !llvm.ptr -> i64
  %scratch = llvm.call @aligned_alloc(%alignment, %bytes) : (i64, i64) -> !llvm.ptr
  %is_short = llvm.icmp "eq" %scratch, %null : !llvm.ptr
  llvm.cond_br %is_short, ^done(%no_memory : i32), ^next(%zero, %zero : i32, i32)
^next(%level: i32, %differences: i32):
  %more = llvm.icmp "slt" %level, %count : i32
  llvm.cond_br %more, ^try, ^release(%differences : i32)
^try:
  %following = llvm.add %level, %one : i32
  %runs = llvm.call @quantc_abi_runs_level(%level) : (i32) -> i1
  llvm.cond_br %runs, ^test, ^next(%following, %differences : i32, i32)
^test:
  %found = llvm.call @quantc_abi_test_level(%level, %scratch) : (i32, !llvm.ptr) -> i32
  %failed = llvm.icmp "eq" %found, %no_memory : i32
  %sum = llvm.add %differences, %found : i32
  llvm.cond_br %failed, ^release(%no_memory : i32), ^next(%following, %sum : i32, i32)
^release(%answer: i32):
  llvm.call @free(%scratch) : (!llvm.ptr) -> ()
  llvm.br ^done(%answer : i32)
^done(%result: i32):
  llvm.return %result : i32
}
