//===- Passes.td - Passes that generate code ------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_PASSES
#define QUANTC_LIB_CODEGEN_VECTOR_PASSES

include "mlir/Pass/PassBase.td"

def ApplySchedules : Pass<"apply-schedules", "::mlir::ModuleOp"> {
  let summary = "Give kernels the schedules that were measured";
  let description = [{
    kernel.conv2d(memory) -> kernel.conv2d(memory) {schedule}

    `file` is what `quantc --tune` writes. A kernel whose shape and level are not
    in it, or for which nothing was faster than what `kernel-to-vector` chooses,
    stays as it is. Expects `quantc.level` on functions, which `clone-levels` puts
    there.
  }];
  let options = [
    Option<"file", "file", "std::string", /*default=*/"",
           "a file of schedules">
  ];
}

def KernelToVector : Pass<"kernel-to-vector", "::mlir::func::FuncOp"> {
  let summary = "Turn kernels on memory into loops over vector tiles";
  let description = [{
    kernel.conv2d(memory) -> scf loops over register tiles, dot products, epilogue

    Tiles are chosen by an estimate of cycles for the level and the shape. The
    last tile of a row overlaps the one before it where the size does not
    divide, so that there is no code for remainders; result channels beyond the
    last whole group get one smaller group. Vector loads may read up to 64
    elements beyond the end of a buffer, which the arena provides for.

    Upstream's transform dialect can express such schedules too; see
    `docs/Design/0005-kernels.md` for why a pass of ours does it.
  }];
  let options = [
    Option<"level", "level", "std::string", /*default=*/"\"vnni\"",
           "CPU level: reference, sse4, avx2, avx512, avxvnni or vnni; a "
           "function's attribute `quantc.level` wins">,
    Option<"contract", "contract", "bool", /*default=*/"false",
           "fuse f32 multiplications and additions; faster, but the bytes then "
           "depend on the level">
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

def LinalgToVector : Pass<"linalg-to-vector", "::mlir::func::FuncOp"> {
  let summary = "Turn elementwise ops and reductions on memory into vector loops";
  let description = [{
    linalg op(memory) -> scf loops over vectors of neighbouring results
    reduce over neighbours -> 16 partial results, then pairs of them

    Loops of one iteration are left out and loops that all operands walk through
    as through one are merged. Then the iterations of one loop become lanes: of
    one that does not reduce and in which every operand is contiguous or does not
    move, or else of the only, innermost one that reduces. What has neither, or a
    body with other than elementwise operations on integers and reals, is left to
    `convert-linalg-to-loops`. The rest of a loop takes one shorter vector. A byte
    that is looked up in a table of 256 is found by shuffles, and what only
    changes places is turned in registers, block by block.

    In a function with `quantc.rows`, all operations run in the same loops over
    rows, and those with the same `quantc.pass` in the same loop over one row; see
    `outline-kernels`. A few rows go through each pass before the next. A long body
    is computed for several vectors side by side, since the steps of one wait for
    each other.

    A sum of f32 depends on its order. Over lanes that do not reduce it is that
    of the loops, also where what is added to moves with them. Over neighbours, value `l` goes to partial sum `l % 16`; then
    the sums `l` and `l + 8`, `l` and `l + 4`, `l` and `l + 2`, `l` and `l + 1`
    are added. Where the order cannot be seen, there are as many partial results
    as hide the latency. Both are the same at every level; `reference` has the second form
    only, one lane at a time, and leaves the rest to scalar loops.
  }];
  let options = [
    Option<"level", "level", "std::string", /*default=*/"\"vnni\"",
           "CPU level: reference, sse4, avx2, avx512, avxvnni or vnni; a "
           "function's attribute `quantc.level` wins">
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

#endif // QUANTC_LIB_CODEGEN_VECTOR_PASSES
