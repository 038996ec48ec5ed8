//===- Passes.td - The C interface of a lowered module --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TARGET_ABI_PASSES
#define QUANTC_TARGET_ABI_PASSES

include "mlir/Pass/PassBase.td"

def AddAbi : Pass<"target-add-abi", "ModuleOp"> {
  let summary = "Give a lowered model the C interface of quantc.h";
  let description = [{
    quantc_run_<level>(arena, tensors...) -> <model>_init/run/free/selftest/model

    Takes a module of the LLVM dialect with the attributes that `ModelInfo.h`
    lists and one function `quantc_run_<level>(arena, inputs..., outputs...)`
    per level. Adds the descriptor `quantc_model` with everything it points to,
    the functions under the model's own name, and the weak symbol
    `quantc_model_entry` by which a loader finds the descriptor. Every other
    definition becomes internal.

    Which CPU runs a level follows from the target CPU and the target features
    of the level's function, so that a level is never chosen on a CPU that lacks
    an instruction which the compiler was free to use.

    A context is the first 64 bytes of its arena; `arena_bytes` counts them.
    `selftest` runs the vectors of `quantc.golden` at every level that the CPU
    has and compares bytes; without the attribute it answers 0.
  }];
  let dependentDialects = ["LLVM::LLVMDialect"];
}

def ShareKernels : Pass<"target-share-kernels", "ModuleOp"> {
  let summary = "Divide kernels among the threads of a context";
  let description = [{
    call @kernel(args, 0, 2^32) -> if threads > 1, parts of it on threads

    Takes a module of the LLVM dialect. Kernels that can do a part of their work
    have `quantc.parts`, see `split-kernels`. For each type of kernel there are two
    new functions: `@quantc_part_N(arguments, index)`, which finds out what its
    part is, and `@quantc_shared_N(arena, parts, kernel, args)`, which hands the
    kernel to the threads that the context has. The calls in `quantc_run_<level>` become a choice between
    that and the call as it was, so that a context of one thread pays a branch.

    Run before `target-add-abi`, which brings the function that both end in.
  }];
  let dependentDialects = ["LLVM::LLVMDialect"];
}

#endif // QUANTC_TARGET_ABI_PASSES
