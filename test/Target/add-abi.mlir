// RUN: quant-opt %S/Inputs/shift.mlir -target-add-abi | FileCheck %s

// quantc_run_<level>(arena, tensors...) -> <model>_init/run/free/selftest/model

// Everything of the model's own becomes internal; constants of equal bytes may be one.
// CHECK: llvm.mlir.global internal unnamed_addr constant @weights
// CHECK: llvm.func internal @quantc_run_sse4
// CHECK: llvm.func internal @quantc_run_avx2

// CHECK: llvm.func internal @quantc_abi_enter_avx2(%[[ARENA:.*]]: !llvm.ptr, %[[INS:.*]]: !llvm.ptr, %[[OUTS:.*]]: !llvm.ptr)
// CHECK-NEXT: %[[IN_FIELD:.*]] = llvm.getelementptr %[[INS]][0]
// CHECK-NEXT: %[[IN:.*]] = llvm.load %[[IN_FIELD]]
// CHECK-NEXT: %[[OUT_FIELD:.*]] = llvm.getelementptr %[[OUTS]][0]
// CHECK-NEXT: %[[OUT:.*]] = llvm.load %[[OUT_FIELD]]
// CHECK-NEXT: llvm.call @quantc_run_avx2(%[[ARENA]], %[[IN]], %[[OUT]])

// CHECK: llvm.mlir.global internal constant @quantc_abi_needs()
// CHECK: llvm.mlir.global internal constant @quantc_abi_model()
// CHECK: llvm.mlir.global internal constant @quantc_abi_golden_inputs()
// CHECK: llvm.func @aligned_alloc
// CHECK: llvm.inline_asm has_side_effects "{{.*}}cpuid
// CHECK: llvm.inline_asm has_side_effects "xgetbv"
// CHECK: llvm.func @shift_init
// CHECK: llvm.func @shift_run
// CHECK: llvm.func @shift_free
// CHECK: llvm.func @shift_set_threads
// CHECK: llvm.func @shift_selftest
// CHECK: llvm.func @shift_model
// CHECK: llvm.mlir.alias weak @quantc_model_entry

// Without golden vectors there is nothing to compare.
// RUN: sed 's/quantc.golden/quantc.other/' %S/Inputs/shift.mlir \
// RUN:   | quant-opt -target-add-abi | FileCheck %s --check-prefix=NO-GOLDEN
// NO-GOLDEN-NOT: @quantc_abi_golden
// NO-GOLDEN: llvm.func internal @quantc_abi_selftest() -> i32 {
// NO-GOLDEN-NEXT: %[[ZERO:.*]] = llvm.mlir.constant(0 : i32)
// NO-GOLDEN-NEXT: llvm.return %[[ZERO]]

// Another architecture is not asked with CPUID.
// RUN: sed 's/attributes {/attributes {llvm.target_triple = "aarch64-linux-gnu",/;t' %S/Inputs/shift.mlir \
// RUN:   | quant-opt -target-add-abi | FileCheck %s --check-prefix=AARCH64
// AARCH64-NOT: cpuid
// AARCH64: llvm.func internal @quantc_abi_cpu_words
// AARCH64-NOT: cpuid
