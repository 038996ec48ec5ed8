//===- Passes.td - The quantize stage -------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_TRANSFORMS_PASSES
#define QUANTC_DIALECTS_LOWBIT_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def InsertQdq : Pass<"lowbit-insert-qdq", "::mlir::ModuleOp"> {
  let summary = "Put quantize and dequantize where calibration saw a range";
  let description = [{
    observe(x, range) -> dequantize(quantize(x))
    op(x, weights)    -> op(x, dequantize(constant))      op is a contraction

    The codes of an observed value cover its range, with 0 among them. They
    carry the name of the site as `calib.site`. Weights of `conv2d`,
    `depthwise_conv2d` and `matmul` become symmetric 8-bit codes, one scale for
    each output channel, if the op's input has become codes (or if activations
    stay in float altogether, so that only the weights are asked for). A channel
    whose weights are all 0 gets a scale that suits its bias. A channel whose
    bias would need more than 2^30 steps gets a larger scale.

    An observer without a range is dropped, and its value stays in float. So it
    is for a value that 8 bits are too coarse for: the codes for the range in
    which nine tenths of the values other than 0 lie (`calib.bulk` on the
    observer) are fewer than 8. The layers that read it stay in float and say so.

    Quantize and dequantize ops that are in the program before are the model's
    own. They get the mark `lowbit.given`, and later passes keep their formats and
    their rounding. Weights behind codes of the model are left as they are unless
    there are observers, too.

    Weights in another format than `i8` become `lowbit.coded_constant`s, whether
    or not the op's input has become codes: `op(x, w) -> op(x, decode(packed))`.

    With `activations=dynamic`, the input of a layer with codes for weights gets a
    format when the program runs. The layer has the mark `lowbit.dynamic`, from
    which `lowbit-fuse-qdq` makes the ops that choose it. Sites that are asked for
    by name have formats as before.

    `format-for=NAME=FORMAT,...` overrides the format of one layer or of one
    site: `f32`, `u8` or `i8` for the site of an activation, `f32` for a layer,
    and any format for the weights of one that has some. A layer in `f32` keeps
    its float ops. `rules=PATTERN=FORMAT,...` does the same for all layers whose
    whole name a regular expression matches; the last rule that fits counts, and
    `format-for` counts more.
  }];
  let options = [
    Option<"activations", "activations", "std::string", "\"u8\"",
           "Format of activations: u8, i8, u1 to u4, binary, f32 or dynamic">,
    Option<"weights", "weights", "std::string", "\"i8\"",
           "Format of weights, see docs/Formats.md">,
    Option<"perAxis", "per-axis", "bool", "true",
           "One scale for each output channel, not one for the whole tensor">,
    ListOption<"formatFor", "format-for", "std::string",
               "NAME=FORMAT for one layer or site">,
    ListOption<"rules", "rules", "std::string",
               "PATTERN=FORMAT for the layers that a regular expression matches">,
  ];
  let dependentDialects = [
    "::mlir::tosa::TosaDialect", "::quantc::lowbit::LowBitDialect",
  ];
}

def FuseQdq : Pass<"lowbit-fuse-qdq", "::mlir::ModuleOp"> {
  let summary = "Turn dequantize, op, quantize into arithmetic on codes";
  let description = [{
    quantize(op(dequantize(x)...)) -> lowbit.op(x...)

    In this order:

    1. Data movement and max pooling happen on codes:
       `move(dequantize(q)) -> dequantize(move(q))`, and before a quantize
       `quantize(move(x)) -> move(quantize(x))`.
    2. A quantize of any function of one tensor of codes, element by element,
       becomes a `lowbit.table`. Quantize-dequantize pairs inside the function
       are looked through; the table has the rounding of those that the model
       has itself.
    3. A contraction, with the addition of constants behind a matmul and a clamp
       behind all of it, becomes the integer op with a fused requantization; so
       do `add`, `sub`, `mul`, `avg_pool2d`, a sum over both image dimensions
       times the reciprocal of their size, and a `clamp` alone. Constant
       operands become codes of their own, but in a model that has formats of
       its own they have to be codes already.
       If blocks of its weights have scales, it becomes a `block_matmul`, of the
       `patches` of a convolution.
    4. A contraction that no quantize follows gives an f32 result.
    5. A contraction with the mark `lowbit.dynamic` becomes
       `scale_rows(contraction(q, w), s, bias)` of `q, s = quantize_rows(x)`, or a
       `block_matmul` with these scales, if blocks of weights have scales.

    An integer op whose result is the quantized value of a calibration site has
    the site's name as `calib.site`. A contraction that has to stay in float gets
    the reason as `lowbit.float_reason`. One whose given bias has no exact code gets a
    `lowbit.note`.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::quant::QuantDialect",
    "::mlir::tosa::TosaDialect", "::quantc::lowbit::LowBitDialect",
  ];
}

def FoldConstants : Pass<"lowbit-fold-constants", "::mlir::ModuleOp"> {
  let summary = "Gather constant codes that a model brings along";
  let description = [{
    scast(constant integers) -> constant codes
    quantize(constant reals) -> constant codes
    move(dequantize(constant codes)) -> dequantize(constant codes)

    For models that are quantized already: their weights come as integers, or as
    reals that are rounded in the model, and importers turn them around. The
    codes and scales stay what they are; `transpose`, `reshape` and `slice` move
    the axis of per-axis scales along. A reshape that merges the axis with
    another dimension stays.
  }];
  let dependentDialects = ["::quantc::lowbit::LowBitDialect"];
}

def DecodeConstants : Pass<"lowbit-decode-constants", "::mlir::ModuleOp"> {
  let summary = "Turn constant codes that float code reads into reals";
  let description = [{
    dequantize(constant codes) -> constant reals
    decode(packed constant)    -> constant reals or constant codes

    Runs at the start of code generation, after `convert-coded-to-kernel`, for what
    that leaves of layers whose weights have few bits but whose activations are
    float: such a layer has the accuracy of its codes, and the speed and size of
    float. Packed weights of integer layers become codes of 8 bits: the
    arithmetic is the same, and so is the speed of 8 bits. `block_matmul` keeps its
    packed weights.

    `coded-only` is for export to what has no packed weights:

        block_matmul(x, w) -> quantize(layer(dequantize(x), decode(w)))
  }];
  let options = [
    Option<"codedOnly", "coded-only", "bool", "false",
           "Decode packed weights, those of block_matmul too, and leave "
           "dequantize(constant codes) as it is">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::tosa::TosaDialect"];
}

def DropQdq : Pass<"lowbit-drop-qdq", "::mlir::ModuleOp"> {
  let summary = "Remove rounding that no integer op needs";
  let description = [{
    dequantize(quantize(x)) -> x

    After fusion, what is left of quantize-dequantize pairs only loses precision.
    Pairs with the mark `lowbit.given` stay: the model itself rounds there.
  }];
}

def ExplainFloat : Pass<"lowbit-explain-float", "::mlir::ModuleOp"> {
  let summary = "Say why an op stayed in float";
  let description = [{
    op -> op {lowbit.float_reason = "..."}

    Each op that computes with f32 after quantization gets a reason and a remark
    of the category `quantize`: through the remark engine if there is one, else
    as a diagnostic.
  }];
}

def ProveAccumulators : Pass<"lowbit-prove-accumulators", "::mlir::ModuleOp"> {
  let summary = "Check that no int32 accumulator can overflow";
  let description = [{
    For each output channel of a contraction, over all inputs,

        |bias| + sum |w| * max |x - zx|         < 2^31
        |bias - zx * sum w| + sum |w| * max |x| < 2^31

    so that neither the reference nor a kernel that moves the zero point into the
    bias overflows, in any order of summation. For signed codes the second line
    has to hold as well with 128 added to x and zx. Fails on weights or a bias that
    are not constant, and on channels that do not fit.
  }];
}

#endif // QUANTC_DIALECTS_LOWBIT_TRANSFORMS_PASSES
