//===- CpuAny.mlir - A CPU of which nothing has to be known ---------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

!words = !llvm.array<8 x i32>

llvm.func internal @quantc_abi_cpu_words(%words: !llvm.ptr) {
  %none = llvm.mlir.zero : !words
  llvm.store %none, %words : !words, !llvm.ptr
  llvm.return
}

// While waiting for another thread.
llvm.func internal @quantc_abi_pause() {
  llvm.return
}
