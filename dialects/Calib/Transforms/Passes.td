//===- Passes.td - Passes of the calib dialect --------------*- tablegen -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_CALIB_TRANSFORMS_PASSES
#define QUANTC_DIALECTS_CALIB_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def DropObservers : Pass<"calib-drop-observers", "mlir::ModuleOp"> {
  let summary = "Remove every observer";
  let description = [{
    observe(x) -> x
  }];
}

def InsertObservers : Pass<"calib-insert-observers", "mlir::ModuleOp"> {
  let summary = "Observe the values that quantization needs a range for";
  let description = [{
    x -> observe(x)   if x is wanted as codes and no fused follow-up hides it

    An *integer op* has an equivalent on codes:

    - a contraction (`conv2d`, `depthwise_conv2d`, `matmul`) with constant
      weights, whatever its operand is;
    - `add`, `mul`, `clamp`, `sigmoid`, `tanh`, `erf`, `abs`, `negate`,
      `avg_pool2d` and `concat`, if every operand that is not a constant is
      *codes* already.

    A function's f32 input, a contraction's result and the result of such an op
    on codes are codes. Every other result is not: an `exp`, a reduction, and all
    elementwise arithmetic on them. So a softmax or a normalization that is spelt
    out stays in float, and nothing inside it is observed.

    A value is *wanted* if it feeds a contraction with constant weights, or an
    integer op whose result is wanted. The tail of a model (the last contraction
    and all that follows it) is thus not observed: its contraction gives a float
    result, and what follows works on that.

    Data movement (reshape, transpose, slice, pad, ...) and `max_pool2d` keep the
    format of their operand; they are looked through and never observed.

        y = clamp(op(x))           y is observed, op(x) is not: a clamp is free
        y = add(matmul(x, w), c)   y is observed, the matmul is not: c is a bias

    hold when the inner value has no other use. All uses of a value that is
    codes get the observed one. Of a value in float (and of a function's input)
    only the uses that lead to an integer op do: other readers keep the float.

    The site's name is the name of the value in the user's model; a second site
    of the same name gets the suffix `#2`. A module that has observers already is
    left alone.
  }];
  let dependentDialects = ["CalibDialect"];
}

def LowerObservers : Pass<"calib-lower-observers", "mlir::ModuleOp"> {
  let summary = "Turn observers into calls of the host";
  let description = [{
    observe(x) -> quantc_observe(site, address of x, number of elements); x

    The callback has the C signature `void quantc_observe(int64_t site, const
    float *values, int64_t count)`; it is declared as a private function on
    `i64`s. `site` counts the observers in the order in which a walk of the
    module meets them. Ranges and names are dropped.

    The pass runs before bufferization and leaves a read-only
    `bufferization.to_buffer` of contiguous layout; one-shot bufferization copies
    if the value lies in memory with gaps.
  }];
  let dependentDialects = [
    "mlir::arith::ArithDialect",
    "mlir::bufferization::BufferizationDialect",
    "mlir::func::FuncDialect",
    "mlir::memref::MemRefDialect",
  ];
}

def UnifyRanges : Pass<"calib-unify-ranges", "mlir::ModuleOp"> {
  let summary = "Give values that share a format the same range";
  let description = [{
    concat(observe(x, r), observe(y, s)) -> concat(observe(x, r | s), observe(y, r | s))

    `r | s` is the smallest range that holds both. The same holds for an
    observer of the concatenation's result, through data movement and
    `max_pool2d`, and through any nesting of concatenations. A concatenation of
    codes is then nothing but data movement.

    Every observer must have a range.
  }];
}

#endif // QUANTC_DIALECTS_CALIB_TRANSFORMS_PASSES
