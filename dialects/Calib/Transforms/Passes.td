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
    x -> observe(x)   if x is wanted as codes and no integer op hides it

    *Integer ops* have an equivalent on codes:

    - contractions (`conv2d`, `depthwise_conv2d`, `matmul`) with constant
      weights, whatever makes their data;
    - `add`, `sub`, `mul`, `clamp`, `avg_pool2d` and `concat`, if every operand
      that is not a constant is *codes* already;
    - any elementwise function of one tensor of codes, such as a sigmoid, or an
      activation spelt out in several ops: it becomes a table.

    Codes are: their results; what was moved without arithmetic; a function's
    f32 input, or what a loop carries, if a contraction reads it. All else is float: a reduction, an
    `exp` of what is not codes, and all elementwise arithmetic on that. So a
    softmax or a normalization that is spelt out stays in float, and so does
    arithmetic on an input before the first contraction; nothing inside is
    observed.

    A value is *wanted* if it feeds a contraction with constant weights, or an
    integer op whose result is wanted. The tail of a model, from the last
    contraction on, is thus not observed: that contraction gives a float result,
    and what follows works on it.

    Data movement (reshape, transpose, slice, pad, ...) and `max_pool2d` keep the
    format of their operand; they are looked through and never observed. Hidden
    inside one integer op are, if they have no other use:

        op(x)              in clamp(op(x)), op a contraction, add, sub, mul, avg_pool2d
        matmul(x, w)       in add(matmul(x, w), c), c constant: a bias
        g(x)               in f(g(x)), both elementwise functions of the codes x

    The result of a sum (`add`, `sub`) or a contraction is float nevertheless if a
    sum reads it that is not wanted: a residual stream that goes on in float starts in float,
    and its integer readers get codes of their own. Else the rounding of the
    first sum would stay in all that is added to it.

    What a model has in a format of its own, around `lowbit.quantize` and
    `lowbit.dequantize`, is codes already and not observed. Constant codes are
    constants.

    All uses of codes get the observed value. Of a function's input, and of a
    float value, only the uses that lead to an integer op do: other readers keep
    the float.

    A product of two activations (the scores of attention, and what they weigh) is
    float: rounding what goes into it costs a small language model 1.5 % of its
    perplexity and no time is gained. `products` makes it an integer op like any
    other, with both operands observed; a keyword transformer is as accurate that
    way, and 15 % faster. `quantc` tries both.

    The site's name is the name of the value in the user's model; a second site
    of the same name gets the suffix `#2`. A module that has observers already is
    left alone.
  }];
  let options = [
    Option<"products", "products", "bool", "false",
           "Products of two activations are integer ops">,
  ];
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
