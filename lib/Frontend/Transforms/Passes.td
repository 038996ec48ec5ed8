//===- Passes.td - From any imported module to the imported stage -*- tablegen -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_TRANSFORMS_PASSES
#define QUANTC_FRONTEND_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def SinkTransposes : Pass<"tosa-sink-transposes", "mlir::func::FuncOp"> {
  let summary = "Move transpositions towards the results until they meet their inverse";
  let description = [{
    op(transpose(x)) -> transpose(op(x))

    Fires on elementwise ops, `concat`, `slice`, `pad`, `tile`, `reverse` and
    `reduce_*`; axes, starts, sizes and pads are remapped. The other operands
    have to be transposed alike, be constants (whose elements are permuted now),
    or have only ones to move (which is a reshape). One operand that would need
    a real transposition is accepted when every user of the op undoes the
    transposition, since then more go than come.

    quantize(transpose(x)) -> transpose(quantize(x)), and the same for
    `lowbit.dequantize`, so that layouts meet across the codes of a model that is
    quantized already. The transposition is one of storage integers then.

    transpose(transpose(x)) -> transpose(x) or x; transpose(constant) ->
    constant; a transposition that moves only ones -> reshape.

    Upstream's `tosa-reduce-transposes` works the other way round, from a
    transposition up to a reshape or its inverse, and stops at every `concat`,
    `slice`, `pad` and reduction, which is where squeezenet, split layers and
    softmax keep theirs. Hence this pass.
  }];
  let dependentDialects = [
    "::mlir::quant::QuantDialect", "::mlir::tosa::TosaDialect",
    "::quantc::lowbit::LowBitDialect",
  ];
}

def RaiseLinalgToTosa : Pass<"raise-linalg-to-tosa", "mlir::func::FuncOp"> {
  let summary = "Write linalg and tensor ops on f32 tensors as TOSA";
  let description = [{
    linalg.conv_2d_*, depthwise_conv_2d_*  -> tosa.conv2d, depthwise_conv2d
    linalg.matmul, batch_matmul            -> tosa.matmul
    linalg.pooling_*_max, pooling_*_sum    -> tosa.max_pool2d, avg_pool2d
    linalg.generic, all parallel           -> elementwise tosa
    linalg.transpose, broadcast            -> tosa.transpose, add
    tensor.pad, extract_slice, *_shape     -> tosa.pad, slice, reshape

    For files from torch-mlir, IREE and the like, so that they are quantized like
    any other model. NHWC and NCHW forms are read; what a contraction accumulates
    onto is added behind it (and nothing if it is zero); windows that don't use
    up their input get the input cropped. Division is multiplication by the
    reciprocal, as everywhere in TOSA; a sum over windows divided by their size
    is `avg_pool2d`. Shapes have to be static. What is not recognized stays, and
    later stays in float.
  }];
  let dependentDialects = ["::mlir::tosa::TosaDialect"];
}

def SinkReshapes : Pass<"tosa-sink-reshapes", "mlir::func::FuncOp"> {
  let summary = "Move reshapes that only add or drop ones behind elementwise ops";
  let description = [{
    op(reshape(x), constant) -> reshape(op(x, constant'))

    Puts bias and activation right behind the matmul of a fully connected layer,
    where TOSA needs three dimensions and the model has two. The other operands
    have to be constants or reshaped alike. reshape(reshape(x)) -> reshape(x).
  }];
  let dependentDialects = ["::mlir::tosa::TosaDialect"];
}

def FoldAffineIntoWeights
    : Pass<"tosa-fold-affine-into-weights", "mlir::func::FuncOp"> {
  let summary = "Fold batch norm and scaling into the weights next to it";
  let description = [{
    affine(conv(affine(x), w, b)) -> conv(x, w', b')
    affine(matmul(affine(x), w)) -> matmul(x, w') + b'

    `affine` is a chain of `mul`, `add` and `sub` by constants, one number for
    each channel or one for all; a batch norm is one. The chain is gathered and
    applied in f64, with one rounding to f32 at the end:

        w'[e] = in.scale * w[e] * out.scale
        b'[o] = (b[o] + sum of in.shift * w over o) * out.scale + out.shift

    In front of a padded convolution only scales are folded, since the padding
    is zero and not `in.shift`. Weights and bias have to be constants; values
    inside the chain must not be used elsewhere; nothing is folded if a number
    would leave the range of f32. TOSA's matmul has no bias: a fully connected
    layer is `matmul` followed by one `add` of a constant `[1, 1, N]`.
  }];
  let dependentDialects = ["::mlir::tosa::TosaDialect"];
}

def FoldConstants : Pass<"tosa-fold-constants", "mlir::func::FuncOp"> {
  let summary = "Evaluate ops on constants";
  let description = [{
    op(constants) -> constant

    Elementwise arithmetic on f32 (in f64, rounded once), i32 and i64; casts
    between them; `concat`, `pad`, `reshape`, `slice` and `transpose` of any
    type that fills bytes. The result must not have more elements than all
    operands together, or than 65,536. Large constants stay out of line and are
    copied once.

    Upstream's folders and `tosa-layerwise-constant-fold` evaluate splats, and
    read only constants that are stored in line.
  }];
  let dependentDialects = ["::mlir::tosa::TosaDialect"];
}

def FoldPad : Pass<"tosa-fold-pad", "mlir::func::FuncOp"> {
  let summary = "Turn explicit padding into the attribute of the op behind it";
  let description = [{
    conv2d(pad(x, 0)) -> conv2d(x) {pad}                    (upstream's pattern)
    max_pool2d(pad(x, lowest)) -> max_pool2d(x) {pad}
    transpose(pad(x)) -> pad(transpose(x))       in front of one of these

    Only height and width may be padded. A pool's padding is narrower than its
    window. Upstream does not count minus infinity as lowest. `avg_pool2d` does
    not count what its attribute pads, so a pad in front of it stays.
  }];
  let dependentDialects = ["::mlir::tosa::TosaDialect"];
}

def FoldTransposeIntoMatmul
    : Pass<"tosa-fold-transpose-into-matmul", "mlir::func::FuncOp"> {
  let summary = "Permute the rows of constant weights instead of the input";
  let description = [{
    matmul(reshape(transpose(x)), w) -> matmul(reshape(x), w')

    The classifier behind a flattened image: the transposition to NCHW that the
    flattening asks for is a permutation of the rows of `w`. Only dimensions
    that are flattened into the matmul's inner dimension may move.
  }];
  let dependentDialects = ["::mlir::tosa::TosaDialect"];
}

def FormClamp : Pass<"tosa-form-clamp", "mlir::func::FuncOp"> {
  let summary = "Write max and min with one constant number as clamp";
  let description = [{
    max(x, c) -> clamp(x, c, inf)
    min(x, c) -> clamp(x, -inf, c)
    clamp(clamp(x)) -> clamp(x)                             (upstream's pattern)
    clamp(max_pool2d(x)) -> max_pool2d(clamp(x))
    clamp(concat(conv2d...)) -> concat(clamp(conv2d)...)

    Behind a pool, a clamp would be an op and a rounding of its own; in front of
    it, it is part of the contraction there. The same holds for the groups of a
    convolution. The constant must not broadcast `x` to a larger shape.
  }];
  let dependentDialects = ["::mlir::tosa::TosaDialect"];
}

#endif // QUANTC_FRONTEND_TRANSFORMS_PASSES
