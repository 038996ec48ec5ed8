//===- CpuX86.mlir - The words that describe an x86 CPU -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Word  0         1         2         3         4           5           6             7
//       leaf 1    leaf 7    leaf 7    leaf 7    leaf 7.1    leaf 7.1    leaf          XCR0
//       ECX       EBX       ECX       EDX       EAX         EDX         80000001 ECX
//
// XCR0 tells which registers the operating system saves: YMM is bits 1-2, ZMM
// adds 5-7, AMX tiles 17-18. Source: Intel's Software Developer's Manual, volume
// 2, CPUID, and volume 1, 13.3.

!registers = !llvm.struct<(i32, i32, i32, i32)>
!words = !llvm.array<8 x i32>

// RBX may be a base pointer, so that it is not named as an output.
llvm.func internal @quantc_abi_cpuid(%leaf: i32, %subleaf: i32) -> !registers {
  %all = llvm.inline_asm has_side_effects "xchgq %rbx, ${1:q}\0Acpuid\0Axchgq %rbx, ${1:q}", "={ax},=&r,={cx},={dx},0,2,~{dirflag},~{fpsr},~{flags}" %leaf, %subleaf : (i32, i32) -> !registers
  llvm.return %all : !registers
}

// Zero if the operating system has not switched XSAVE on: then XGETBV faults.
llvm.func internal @quantc_abi_saved_state(%leaf1_ecx: i32) -> i32 {
  %zero = llvm.mlir.constant(0 : i32) : i32
  %osxsave = llvm.mlir.constant(134217728 : i32) : i32
  %bit = llvm.and %leaf1_ecx, %osxsave : i32
  %is_off = llvm.icmp "eq" %bit, %zero : i32
  llvm.cond_br %is_off, ^none, ^read
^read:
  %both = llvm.inline_asm has_side_effects "xgetbv", "={ax},={dx},{cx},~{dirflag},~{fpsr},~{flags}" %zero : (i32) -> !llvm.struct<(i32, i32)>
  %low = llvm.extractvalue %both[0] : !llvm.struct<(i32, i32)>
  llvm.return %low : i32
^none:
  llvm.return %zero : i32
}

llvm.func internal @quantc_abi_cpu_words(%words: !llvm.ptr) {
  %zero = llvm.mlir.constant(0 : i32) : i32
  %one = llvm.mlir.constant(1 : i32) : i32
  %seven = llvm.mlir.constant(7 : i32) : i32
  %extended = llvm.mlir.constant(-2147483647 : i32) : i32
  %field1 = llvm.getelementptr inbounds %words[0, 1] : (!llvm.ptr) -> !llvm.ptr, !words
  %field2 = llvm.getelementptr inbounds %words[0, 2] : (!llvm.ptr) -> !llvm.ptr, !words
  %field3 = llvm.getelementptr inbounds %words[0, 3] : (!llvm.ptr) -> !llvm.ptr, !words
  %field4 = llvm.getelementptr inbounds %words[0, 4] : (!llvm.ptr) -> !llvm.ptr, !words
  %field5 = llvm.getelementptr inbounds %words[0, 5] : (!llvm.ptr) -> !llvm.ptr, !words
  %field6 = llvm.getelementptr inbounds %words[0, 6] : (!llvm.ptr) -> !llvm.ptr, !words
  %field7 = llvm.getelementptr inbounds %words[0, 7] : (!llvm.ptr) -> !llvm.ptr, !words

  %leaf1 = llvm.call @quantc_abi_cpuid(%one, %zero) : (i32, i32) -> !registers
  %leaf1_ecx = llvm.extractvalue %leaf1[2] : !registers
  llvm.store %leaf1_ecx, %words : i32, !llvm.ptr
  %leaf_e1 = llvm.call @quantc_abi_cpuid(%extended, %zero) : (i32, i32) -> !registers
  %leaf_e1_ecx = llvm.extractvalue %leaf_e1[2] : !registers
  llvm.store %leaf_e1_ecx, %field6 : i32, !llvm.ptr
  %saved = llvm.call @quantc_abi_saved_state(%leaf1_ecx) : (i32) -> i32
  llvm.store %saved, %field7 : i32, !llvm.ptr

  // Beyond the highest leaf, CPUID answers with another leaf's numbers.
  %leaf0 = llvm.call @quantc_abi_cpuid(%zero, %zero) : (i32, i32) -> !registers
  %highest = llvm.extractvalue %leaf0[0] : !registers
  %has_leaf7 = llvm.icmp "uge" %highest, %seven : i32
  llvm.cond_br %has_leaf7, ^leaf7, ^store(%zero, %zero, %zero, %zero : i32, i32, i32, i32)
^leaf7:
  %leaf7 = llvm.call @quantc_abi_cpuid(%seven, %zero) : (i32, i32) -> !registers
  %highest_subleaf = llvm.extractvalue %leaf7[0] : !registers
  %leaf7_ebx = llvm.extractvalue %leaf7[1] : !registers
  %leaf7_ecx = llvm.extractvalue %leaf7[2] : !registers
  %leaf7_edx = llvm.extractvalue %leaf7[3] : !registers
  llvm.br ^store(%leaf7_ebx, %leaf7_ecx, %leaf7_edx, %highest_subleaf : i32, i32, i32, i32)
^store(%ebx: i32, %ecx: i32, %edx: i32, %subleaves: i32):
  llvm.store %ebx, %field1 : i32, !llvm.ptr
  llvm.store %ecx, %field2 : i32, !llvm.ptr
  llvm.store %edx, %field3 : i32, !llvm.ptr
  %has_leaf71 = llvm.icmp "uge" %subleaves, %one : i32
  llvm.cond_br %has_leaf71, ^leaf71, ^store71(%zero, %zero : i32, i32)
^leaf71:
  %leaf71 = llvm.call @quantc_abi_cpuid(%seven, %one) : (i32, i32) -> !registers
  %leaf71_eax = llvm.extractvalue %leaf71[0] : !registers
  %leaf71_edx = llvm.extractvalue %leaf71[3] : !registers
  llvm.br ^store71(%leaf71_eax, %leaf71_edx : i32, i32)
^store71(%eax71: i32, %edx71: i32):
  llvm.store %eax71, %field4 : i32, !llvm.ptr
  llvm.store %edx71, %field5 : i32, !llvm.ptr
  llvm.return
}

// While waiting for another thread: leaves more of the core to its sibling.
llvm.func internal @quantc_abi_pause() {
  llvm.inline_asm has_side_effects "pause", "~{dirflag},~{fpsr},~{flags}" : () -> ()
  llvm.return
}
