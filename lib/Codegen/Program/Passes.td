//===- Passes.td - Passes that shape the whole program --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_PROGRAM_PASSES
#define QUANTC_LIB_CODEGEN_PROGRAM_PASSES

include "mlir/Pass/PassBase.td"

def ExpandFloats : Pass<"expand-floats", "::mlir::func::FuncOp"> {
  let summary = "Cast 16-bit floats with integer arithmetic";
  let description = [{
    arith.truncf(f32) : f16 -> shifts, sums and selects on i32

    Half to even, with subnormal numbers, infinities and NaN. Without F16C a cast
    of f16 is a call into the compiler's own run-time library, which compiled
    models do not have; with it, the bytes are the same. bf16 is cast by
    upstream's expansion. From f64 a number is rounded once, not twice.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def ExpandMath : Pass<"expand-math", "::mlir::func::FuncOp"> {
  let summary = "Replace transcendental functions by fixed polynomials";
  let description = [{
    math.exp(x) -> products and sums in a fixed order

    Upstream's polynomial approximations, with every fused multiply-add split
    into a product and a sum: the same f32 operations, and so the same bytes, on
    every target. No call into a math library is left for f32. Functions of f64
    stay as they are, and become calls.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def SeparateResults : Pass<"separate-results", "::mlir::func::FuncOp"> {
  let summary = "Give each result a buffer of its own";
  let description = [{
    return x, x -> return x, copy(x)

    Callers hand in one buffer for each result, so a value that is returned
    twice has to be in two of them.
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect"];
}

def SeparateTemporaries
    : Pass<"separate-temporaries", "::mlir::func::FuncOp"> {
  let summary = "Give each operation memory of its own to write";
  let description = [{
    f(empty), g(empty) -> f(empty), g(empty')

    The same for what is filled with one number. Equal ones have become one value
    before, and memory that one value stands for is shared by everything that
    writes to it, from the first layer to the last: it has to be copied where two
    write at a time, and nothing can write straight into the middle of what
    another one reads. Apart, each part is needed for a short while, and
    plan-arena shares what can be shared.
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"
  ];
}

def CarryInPlace : Pass<"carry-in-place", "::mlir::func::FuncOp"> {
  let summary = "Make loops and branches write to memory that is there already";
  let description = [{
    yield(value) -> yield(materialize_in_destination(value, carried))

    Run before bufferization. What a loop hands on to its next iteration ends
    where it came from, so that a loop carries no new buffer, and both branches
    of a condition write to one place. Bufferization computes the value there
    if nothing reads the old one any more, and copies otherwise.

    The function's inputs are marked as not writable. A result that a kernel
    reads is copied before it is returned, since kernels read beyond the end.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"
  ];
}

def DensifyInputs : Pass<"densify-inputs", "::mlir::func::FuncOp"> {
  let summary = "Copy operands of kernels whose elements do not lie side by side";
  let description = [{
    kernel.conv2d(slice of channels) -> kernel.conv2d(copy of the slice)

    A kernel loads and stores several elements of the innermost dimension at once.
    Bufferization may give it a part of another tensor where these are apart, such
    as a column of a matrix.

    A convolution without dilation takes the taps of a row in one run, from pixel
    to pixel. It may be given some channels of a wider image, as the
    groups of a grouped convolution and what is concatenated later have them;
    then the run would read the channels in between.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def PlanArena : Pass<"plan-arena", "::mlir::func::FuncOp"> {
  let summary = "Place every buffer in one arena";
  let description = [{
    memref.alloc -> memref.view of a new first argument, at a constant offset

    Buffers whose lifetimes (from the first to the last use, through views)
    overlap get disjoint ranges. One after the other is placed at the lowest
    offset that is free while it lives; of several orders the best is taken, and
    varied until the arena is as small as the largest live set, or for a fixed
    amount of work. A buffer that is allocated inside a loop lives within one
    iteration, one from outside as long as the loop. The two branches of a
    condition share memory. Upstream has no such pass: its bufferization either
    allocates on the heap or on the stack.

    The result of an elementwise operation takes the place of an input of the
    same size that is not used later. Each element is read before it is written
    there, by the same thread.

    The function gets `quantc.arena_bytes`, with slack at the end since vector
    loads may read 64 elements beyond a buffer, and `quantc.live_bytes`, the largest sum of
    buffers alive at a time, which no plan can beat.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect"
  ];
}

def OutlineKernels : Pass<"outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Put each kernel and each loop into a function of its own";
  let description = [{
    kernel.conv2d(memory) -> call @conv2d_3x3_32x32x16_0(memory)

    The same for linalg operations, which become loops. Those that agree in
    everything but their buffers share one function, so that equal layers are
    compiled once, no function grows with the depth of the network, and
    profilers show kernels by name.

    Reductions over neighbours and the elementwise operations around them share a
    function if each row can go through all of them before the next: softmax and
    normalizations, whose rows then stay in the innermost cache. The sizes of the
    loops over the rows are the attribute `quantc.rows`, for `linalg-to-vector`.
    Operations that need nothing but the same element of each other are in one
    pass over the row, `quantc.pass`, and come in the order of the passes.

    Where the buffer that is written is apart from all others for sure, it is
    marked as `llvm.noalias`.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def CloneLevels : Pass<"clone-levels", "::mlir::ModuleOp"> {
  let summary = "Make one version of the program per CPU level";
  let description = [{
    @model, @kernel -> @quantc_run_avx2, @kernel_avx2, @quantc_run_vnni, ...

    Every function is cloned for every level, with the level's name as
    `quantc.level` and its target features as an LLVM attribute. Constants are
    shared. The module gets `quantc.levels`.
  }];
  let options = [
    ListOption<"levels", "levels", "std::string", "names of CPU levels, slowest first">
  ];
}

def SplitKernels : Pass<"split-kernels", "::mlir::ModuleOp"> {
  let summary = "Let large kernels compute a part of their work";
  let description = [{
    @kernel(memory) -> @kernel(memory, from, to), for i in [n * from, n * to)

    Threads share a kernel by computing parts of it. The two new arguments say
    which, in units of 2^-32 of the whole, so that loops of any size can be
    divided by the same two numbers; callers ask for all of it, 0 to 2^32, which
    costs them one multiplication for each bound of a loop.

    Loops that may be divided are marked with `quantc.units` by the passes that
    write them. Of nested ones, that loop is taken which leaves threads idle
    least, over 2 to 16 of them; the outermost if it hardly matters. Tiles that
    overlap stay together, and what is outside of the loops belongs to the last
    part, so that each number is computed by one thread, in the same order as
    by one alone.

    The attribute `quantc.parts` says into how many parts the kernel is worth
    dividing. Kernels that are worth less than two stay as they are.
  }];
  let options = [
    Option<"leastCycles", "least-cycles", "int64_t", /*default=*/"8000",
           "estimated cycles that are worth a part">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"
  ];
}

def ExpandCopies : Pass<"expand-copies", "::mlir::ModuleOp"> {
  let summary = "Copy between strided buffers in contiguous pieces";
  let description = [{
    memref.copy(strided) -> call @copy_32xf32_1d(source, target, sizes, strides)

    The longest trailing part that is contiguous in both buffers is copied as
    one piece. Copies whose pieces and numbers of loops agree share one
    function, whatever their sizes and strides are. Upstream lowers a strided
    copy to a call into its own run-time library, which compiled models do not
    have.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"
  ];
}

def FlattenConstants : Pass<"flatten-constants", "::mlir::ModuleOp"> {
  let summary = "Make constants of several dimensions one row of numbers";
  let description = [{
    llvm.mlir.global of array<8 x array<4 x i8>> -> array<32 x i8>

    LLVM has one object for each innermost row of an array, which are millions
    for the packed weights of a large network, but only one for a plain row.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def RecordSignature : Pass<"record-signature", "::mlir::ModuleOp"> {
  let summary = "Note the model's name, inputs and outputs in the module";
  let description = [{
    @model(tensor {quantc.name}) -> quantc.model, quantc.inputs, quantc.outputs

    What the C interface says about tensors is lost once they are pointers. An
    attribute `quantc.element` names the element type that the source model has
    where the program's own, which is signless, does not say it (`ui8`, `f8E5M2`).
    Where it is `"string"`, the tensor holds bytes of text, and its last dimension
    counts those of one string.
  }];
}

def RecordSizes : Pass<"record-sizes", "::mlir::ModuleOp"> {
  let summary = "Note the bytes of arena and weights in the module";
  let description = [{
    constants, planned arena -> quantc.weight_bytes, quantc.arena_bytes
  }];
}

#endif // QUANTC_LIB_CODEGEN_PROGRAM_PASSES
