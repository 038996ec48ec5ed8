//===- LowBitOps.td - The lowbit dialect -------------------*- tablegen -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_IR_LOWBITOPS
#define QUANTC_DIALECTS_LOWBIT_IR_LOWBITOPS

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"
include "mlir/Dialect/Quant/IR/QuantBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def LowBit_Dialect : Dialect {
  let name = "lowbit";
  let cppNamespace = "::quantc::lowbit";
  let summary = "Quantized numbers and low-bit arithmetic";
  let description = [{
    Tensors of codes, and exact integer arithmetic on them. The element type of
    a quantized tensor is upstream's `!quant.uniform` wherever that can say the
    format; its scale and zero point define what real number a code stands for:

        real = scale * (code - zero_point)

    Every op is defined to the last bit in `docs/Numerics.md`; all targets give
    the same bytes. Upstream's `quant.qcast` and `quant.dcast` are not used,
    since `dcast(qcast(x))` folds to `x` upstream and so erases the rounding
    that quantization is about. `quant.scast` between codes and plain integers
    is used for everything that only moves codes: a reshape, transpose, slice,
    pad or concatenation of codes of one format is the same on the storage.
  }];
  let dependentDialects = ["::mlir::quant::QuantDialect"];
  let useDefaultTypePrinterParser = 1;
}

class LowBit_Op<string mnemonic, list<Trait> traits = []>
    : Op<LowBit_Dialect, mnemonic, traits>;

def LowBit_CodedType : TypeDef<LowBit_Dialect, "Coded"> {
  let mnemonic = "coded";
  let summary = "A number in a format of few bits";
  let description = [{
    What `!quant.uniform` cannot say: tables, floats of few bits, blocks with
    scales of any type, codes that share bytes. `format` is the spelling of
    `docs/Formats.md`, in its shortest form. Scales, zero points and fitted levels
    are data, and belong to the constant.

    Example: `!lowbit.coded<"nf4">`, `!lowbit.coded<"i4:b32">`
  }];
  let parameters = (ins StringRefParameter<"the format's spelling">:$format);
  let assemblyFormat = "`<` $format `>`";
  let genVerifyDecl = 1;
}

def LowBit_FloatTensor : StaticShapeTensorOf<[F32]>;
def LowBit_CodedTensor : StaticShapeTensorOf<[LowBit_CodedType]>;
def LowBit_Code : Type<
    CPred<"::quantc::lowbit::isFormat($_self)">,
    "uniform codes of f32, per-tensor or per-axis, of at most 8 bits, with "
    "normal scales and zero points among the codes">;
def LowBit_BiasCode : Type<
    CPred<"::quantc::lowbit::isBiasFormat($_self)">,
    "signed 32-bit codes of f32, per-tensor or per-axis, with normal scales and "
    "zero point 0">;
def LowBit_CodeTensor : StaticShapeTensorOf<[LowBit_Code]>;
def LowBit_NumberTensor : StaticShapeTensorOf<[F32, LowBit_Code]>;
def LowBit_DecodableTensor :
    StaticShapeTensorOf<[LowBit_Code, LowBit_BiasCode]>;
def LowBit_BiasTensor : 1DTensorOf<[I32]>;
def LowBit_FloatVector : 1DTensorOf<[F32]>;

def LowBit_Clamp : ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<2>]> {
  let summary = "[lowest, highest] code of the result";
}
def LowBit_Pair : ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<2>]> {
  let summary = "[height, width]";
}
def LowBit_Padding : ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<4>]> {
  let summary = "[top, bottom, left, right]";
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

def LowBit_QuantizeOp : LowBit_Op<"quantize", [Pure, SameOperandsAndResultShape]> {
  let summary = "Round reals to codes";
  let description = [{
        code = clamp(round_half_even(x / scale) + zero_point, qmin, qmax)

    `x / scale` is one f32 division (as in ONNX `QuantizeLinear`); NaN gives
    `qmin`. Per-axis types use the scale of the element's slice.

    Example:

    ```mlir
    %q = lowbit.quantize %x : tensor<4xf32> to tensor<4x!quant.uniform<u8:f32, 0.1:128>>
    ```
  }];
  let arguments = (ins LowBit_FloatTensor:$input);
  let results = (outs LowBit_CodeTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `to` type($output)";
  let hasVerifier = 1;
}

def LowBit_BinarizeOp : LowBit_Op<"binarize", [Pure, SameOperandsAndResultShape]> {
  let summary = "The signs of reals, as codes";
  let description = [{
        code = x >= 0 ? 1 : -1

    -0 has the code 1, NaN the code -1. The format of the result has the codes
    [-1, 1], zero point 0 and one scale: how large a real a sign stands for.

    Example:

    ```mlir
    %q = lowbit.binarize %x : tensor<4xf32> to tensor<4x!quant.uniform<i8<-1:1>:f32, 0.8>>
    ```
  }];
  let arguments = (ins LowBit_FloatTensor:$input);
  let results = (outs LowBit_CodeTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `to` type($output)";
  let hasVerifier = 1;
}

def LowBit_QuantizeRowsOp : LowBit_Op<"quantize_rows", [Pure]> {
  let summary = "Round each row of reals to codes of its own scale";
  let description = [{
        a[m]      = the largest |x[m,k]| that is no NaN, at most 2^128 - 2^104
        scales[m] = a[m] /. 127, or 1 if a[m] < 2^-100
        r[m]      = 127 /. a[m], or 1 if a[m] < 2^-100
        codes     = clamp(round_half_even(x *. r[m]), -127, 127)

    The format of activations that nobody has measured before: it is chosen when
    the program runs. A code of row `m` stands for `scales[m] * code`; the type of
    the codes has scale 1. Infinities become -127 or 127, and NaN -127. Shapes:
    input and codes `[M,K]`, scales `[M]`.

    Example:

    ```mlir
    %q, %s = lowbit.quantize_rows %x : tensor<4x64xf32>
        to tensor<4x64x!quant.uniform<i8<-127:127>:f32, 1.0>>, tensor<4xf32>
    ```
  }];
  let arguments = (ins 2DTensorOf<[F32]>:$input);
  let results = (outs LowBit_CodeTensor:$codes, LowBit_FloatVector:$scales);
  let assemblyFormat =
      "$input attr-dict `:` type($input) `to` type($codes) `,` type($scales)";
  let hasVerifier = 1;
}

def LowBit_ScaleRowsOp : LowBit_Op<"scale_rows", [Pure, AllTypesMatch<["input", "output"]>]> {
  let summary = "Give sums of rows of codes their scales, and a bias";
  let description = [{
        y[m,...,n] = x[m,...,n] *. scales[m] +. bias[n]

    What a contraction of codes and weights gives as f32 for an input of scale 1,
    in the scale that `quantize_rows` has found for row (or sample) `m`. Two
    roundings. Shapes: input and result `[M,...,N]`, scales `[M]`, bias `[N]`.

    Example:

    ```mlir
    %y = lowbit.scale_rows %x, %s, %b : (tensor<4x10xf32>, tensor<4xf32>, tensor<10xf32>) -> tensor<4x10xf32>
    ```
  }];
  let arguments = (ins LowBit_FloatTensor:$input, LowBit_FloatVector:$scales,
                       LowBit_FloatVector:$bias);
  let results = (outs LowBit_FloatTensor:$output);
  let assemblyFormat = [{
    $input `,` $scales `,` $bias attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def LowBit_DequantizeOp : LowBit_Op<"dequantize", [Pure, SameOperandsAndResultShape]> {
  let summary = "Turn codes into the reals that they stand for";
  let description = [{
        x = f32(code - zero_point) * scale

    Codes of 32 bits are those of a bias, with the scale of the products that it
    is added to.

    Example:

    ```mlir
    %x = lowbit.dequantize %q : tensor<4x!quant.uniform<u8:f32, 0.1:128>> to tensor<4xf32>
    ```
  }];
  let arguments = (ins LowBit_DecodableTensor:$input);
  let results = (outs LowBit_FloatTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `to` type($output)";
  let hasVerifier = 1;
}

def LowBit_RequantizeOp : LowBit_Op<"requantize", [Pure, SameOperandsAndResultShape]> {
  let summary = "Change scale and zero point of codes";
  let description = [{
        y = clamp(round_half_even(f32(x - zx) * f32(sx / sy)) + zy, lo, hi)

    `clamp` narrows the codes of the result: a ReLU is a clamp at the zero
    point. Without it, `[lo, hi]` is the storage range of the result's type.

    Example:

    ```mlir
    %y = lowbit.requantize %x clamp [3, 255]
       : tensor<4x!quant.uniform<u8:f32, 0.1:128>> to tensor<4x!quant.uniform<u8:f32, 0.2:3>>
    ```
  }];
  let arguments = (ins LowBit_CodeTensor:$input,
                       OptionalAttr<LowBit_Clamp>:$clamp);
  let results = (outs LowBit_CodeTensor:$output);
  let assemblyFormat = [{
    $input (`clamp` $clamp^)? attr-dict `:` type($input) `to` type($output)
  }];
  let hasVerifier = 1;
}

def LowBit_ConstantOp : LowBit_Op<"constant", [Pure]> {
  let summary = "Constant codes";
  let description = [{
    `codes` holds the storage integers of the result, element for element; each
    lies in the storage range of the result's type.

    Example:

    ```mlir
    %w = lowbit.constant dense<[[1, -2], [3, 127]]> : tensor<2x2xi8>
       as tensor<2x2x!quant.uniform<i8<-127:127>:f32:0, {0.1, 0.2}>>
    ```
  }];
  let arguments = (ins ElementsAttr:$codes);
  let results = (outs LowBit_DecodableTensor:$output);
  let assemblyFormat = "$codes attr-dict `as` type($output)";
  let hasVerifier = 1;
}

def LowBit_CodedConstantOp : LowBit_Op<"coded_constant", [Pure]> {
  let summary = "Constant weights, packed";
  let description = [{
    Weights as they are stored. `axis`, the first or the last dimension, is that of
    the output channels; a channel is a row of what the other dimensions have, in
    their order. Blocks lie within rows.

    - `codes`: the bytes of the codes, row after row; each row starts a byte.
      Huffman codes run through.
    - `scales`: one for the tensor, one for each row, or those of each row's
      blocks, in the format's type of scales (powers of two as `f8E8M0FNU`).
    - `zero_points`: as many, packed like codes, or `f16`.
    - `second`: the f32 that all scales are multiplied by.
    - `fitted`: the levels of a codebook (`i8` or `f16`), or the terms of each
      row's basis (`i8`).
    - `lengths`: of the Huffman code, in bits, by symbol.

    Example:

    ```mlir
    %w = lowbit.coded_constant {axis = 0 : i64,
        codes = dense<[33, 3, 121, 15]> : tensor<4xi8>,
        scales = dense<[0.5, 0.25]> : tensor<2xf32>}
       : tensor<2x3x!lowbit.coded<"i4">>
    ```
  }];
  let arguments = (ins I64Attr:$axis, ElementsAttr:$codes, ElementsAttr:$scales,
                       OptionalAttr<ElementsAttr>:$zero_points,
                       OptionalAttr<F32Attr>:$second,
                       OptionalAttr<ElementsAttr>:$fitted,
                       OptionalAttr<ElementsAttr>:$lengths);
  let results = (outs LowBit_CodedTensor:$output);
  let assemblyFormat = "attr-dict `:` type($output)";
  let hasVerifier = 1;
}

def LowBit_DecodeOp : LowBit_Op<"decode", [Pure, SameOperandsAndResultShape]> {
  let summary = "The numbers that packed weights stand for";
  let description = [{
        x = f32(level - zero_point) * f32(scale * second)

    as reals, or as codes of 8 bits that stand for the same numbers: a format
    without blocks whose levels are all multiples `g * k`, with `k` in 8 bits, is
    a format of such codes `k` with the scales `f32(g * scale * second)`.

    Example:

    ```mlir
    %x = lowbit.decode %w : tensor<2x3x!lowbit.coded<"nf4">> to tensor<2x3xf32>
    %k = lowbit.decode %v : tensor<2x3x!lowbit.coded<"i4">>
        to tensor<2x3x!quant.uniform<i8<-7:7>:f32:0, {0.5, 0.25}>>
    ```
  }];
  let arguments = (ins LowBit_CodedTensor:$input);
  let results = (outs LowBit_NumberTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `to` type($output)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Contractions
//===----------------------------------------------------------------------===//

class LowBit_ContractionOp<string mnemonic> : LowBit_Op<mnemonic, [Pure]> {
  code numerics = [{
        acc = bias[n] + sum (x - zx) * (w - zw[n])        exact, int32
        y   = clamp(round_half_even(f32(acc) * m[n]) + zy, lo, hi)
        m[n] = f32(sx * sw[n] / sy)                       computed in f64

    A result of type f32 is `f32(acc) * f32(sx * sw[n])` instead. `bias` has the
    scale `sx * sw[n]` and no zero point. Weights are signed or unsigned, with any
    zero point. Padding stands for the real number 0, so its code is `zx`.
  }];
}

def LowBit_Conv2DOp : LowBit_ContractionOp<"conv2d"> {
  let summary = "2-D convolution of codes with a fused requantization";
  let description = [{
    Shapes: input `[N,H,W,C]`, weights `[O,KH,KW,C]`, bias `[O]`, result
    `[N,OH,OW,O]` with `OH = floor((H + top + bottom - dilation * (KH-1) - 1) /
    stride) + 1`. Weights may be per-axis in dimension 0.

  }] # numerics # [{

    Example:

    ```mlir
    %y = lowbit.conv2d %x, %w, %b pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1]
       : (tensor<1x8x8x4x!xq>, tensor<6x3x3x4x!wq>, tensor<6xi32>) -> tensor<1x8x8x6x!yq>
    ```
  }];
  let arguments = (ins LowBit_CodeTensor:$input,
                       LowBit_CodeTensor:$weights,
                       LowBit_BiasTensor:$bias,
                       LowBit_Padding:$pad,
                       LowBit_Pair:$stride,
                       LowBit_Pair:$dilation,
                       OptionalAttr<LowBit_Clamp>:$clamp);
  let results = (outs LowBit_NumberTensor:$output);
  let assemblyFormat = [{
    $input `,` $weights `,` $bias `pad` $pad `stride` $stride `dilation` $dilation
    (`clamp` $clamp^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def LowBit_DepthwiseConv2DOp : LowBit_ContractionOp<"depthwise_conv2d"> {
  let summary = "2-D convolution of each channel by itself, with a fused requantization";
  let description = [{
    Shapes: input `[N,H,W,C]`, weights `[KH,KW,C*M]`, bias `[C*M]`, result
    `[N,OH,OW,C*M]`; result channel `c*M + m` reads input channel `c`. Weights
    may be per-axis in dimension 2.

  }] # numerics # [{

    Example:

    ```mlir
    %y = lowbit.depthwise_conv2d %x, %w, %b pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1]
       : (tensor<1x8x8x4x!xq>, tensor<3x3x4x!wq>, tensor<4xi32>) -> tensor<1x8x8x4x!yq>
    ```
  }];
  let arguments = (ins LowBit_CodeTensor:$input,
                       LowBit_CodeTensor:$weights,
                       LowBit_BiasTensor:$bias,
                       LowBit_Padding:$pad,
                       LowBit_Pair:$stride,
                       LowBit_Pair:$dilation,
                       OptionalAttr<LowBit_Clamp>:$clamp);
  let results = (outs LowBit_NumberTensor:$output);
  let assemblyFormat = [{
    $input `,` $weights `,` $bias `pad` $pad `stride` $stride `dilation` $dilation
    (`clamp` $clamp^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def LowBit_MatmulOp : LowBit_ContractionOp<"matmul"> {
  let summary = "Product of codes and constant weights with a fused requantization";
  let description = [{
    Shapes: input `[..., K]`, weights `[N,K]`, bias `[N]`, result `[..., N]`.
    Weights may be per-axis in dimension 0.

  }] # numerics # [{

    Example:

    ```mlir
    %y = lowbit.matmul %x, %w, %b
       : (tensor<1x64x!xq>, tensor<10x64x!wq>, tensor<10xi32>) -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins LowBit_CodeTensor:$input,
                       LowBit_CodeTensor:$weights,
                       LowBit_BiasTensor:$bias,
                       OptionalAttr<LowBit_Clamp>:$clamp);
  let results = (outs LowBit_NumberTensor:$output);
  let assemblyFormat = [{
    $input `,` $weights `,` $bias (`clamp` $clamp^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def LowBit_BatchMatmulOp : LowBit_Op<"batch_matmul", [Pure]> {
  let summary = "Products of two tensors of codes with a fused requantization";
  let description = [{
        acc = sum (a - za) * (b - zb)                     exact, int32
        y   = clamp(round_half_even(f32(acc) * m) + zy, lo, hi)
        m   = f32(sa * sb / sy)                           computed in f64

    Shapes: lhs `[B,M,K]`, rhs `[B,K,N]`, result `[B,M,N]`. A result of type f32
    is `f32(acc) * f32(sa * sb)` instead. Both operands are per-tensor, and
    `510 * K * max |b - zb|` (for 8 bits) is below 2^31, so that no sum overflows.

    Example:

    ```mlir
    %y = lowbit.batch_matmul %a, %b
       : (tensor<8x4x64x!aq>, tensor<8x64x16x!bq>) -> tensor<8x4x16x!yq>
    ```
  }];
  let arguments = (ins LowBit_CodeTensor:$lhs,
                       LowBit_CodeTensor:$rhs,
                       OptionalAttr<LowBit_Clamp>:$clamp);
  let results = (outs LowBit_NumberTensor:$output);
  let assemblyFormat = [{
    $lhs `,` $rhs (`clamp` $clamp^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def LowBit_BlockMatmulOp
    : LowBit_Op<"block_matmul", [Pure, AttrSizedOperandSegments]> {
  let summary = "Product of codes and packed weights whose blocks have scales";
  let description = [{
        dot[m,n,b] = sum over k of block b of u(x[m,k]) * v[n,k]     exact, int32
        acc[m,n]   = start[n] +. f32(dot[m,n,0]) *. s[n,0] +. f32(dot[m,n,1]) *. s[n,1] ...
        start[n]   = f32(bias[n] / sx - u(zx) * sum over b of s[n,b] * sum of v in b)    f64
        y          = clamp(round_half_even(acc *. f32(sx / sy)) + zy, lo, hi)

    Shapes: input `[M,K]`, weights `[N,K]`, bias `[N]`, result `[M,N]`. A weight is
    `v[n,k] * s[n,b]`, with an integer `v` of 8 bits: its level less its zero point,
    in steps of the grid that all levels of the format are on. Blocks lie along `K`,
    and the last one of a row may be short; a format without blocks has one for
    each row. `u(x)` is the code as an unsigned number: `x + 128` if it is signed.

    A result of type f32 is `acc *. sx` instead. With `row_scales`, of shape `[M]`,
    the input's format was chosen when the program ran, row by row: a code of row
    `m` stands for `row_scales[m] * x`, and the type has scale 1 and zero point 0.
    Then

        start[n] = f32(-128 * sum over b of s[n,b] * sum of v in b)
        y        = acc *. row_scales[m] +. bias[n]

    Weights and bias have to be constants once the op is lowered.

    Example:

    ```mlir
    %y = lowbit.block_matmul %x, %w bias(%b)
       : (tensor<1x64x!xq>, tensor<10x64x!lowbit.coded<"i4:b32">>, tensor<10xf32>) -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins LowBit_CodeTensor:$input,
                       LowBit_CodedTensor:$weights,
                       Optional<LowBit_FloatVector>:$row_scales,
                       Optional<LowBit_FloatVector>:$bias,
                       OptionalAttr<LowBit_Clamp>:$clamp);
  let results = (outs LowBit_NumberTensor:$output);
  let assemblyFormat = [{
    $input `,` $weights (`row_scales` `(` $row_scales^ `)`)?
    (`bias` `(` $bias^ `)`)? (`clamp` $clamp^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def LowBit_PatchesOp : LowBit_Op<"patches", [Pure]> {
  let summary = "The windows of a convolution, one to a row";
  let description = [{
        y[(n * OH + oh) * OW + ow, (kh * KW + kw) * C + c] =
            x[n, oh * stride + kh * dilation - top, ow * stride + kw * dilation - left, c]

    or the zero point, which stands for the real number 0, in the padding. Shapes:
    input `[N,H,W,C]`, result `[N*OH*OW, KH*KW*C]`, of one format. A convolution is
    then a product of this matrix and the weights `[O, KH*KW*C]`.

    Example:

    ```mlir
    %y = lowbit.patches %x kernel [3, 3] pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1]
       : tensor<1x8x8x4x!xq> to tensor<64x36x!xq>
    ```
  }];
  let arguments = (ins LowBit_CodeTensor:$input,
                       LowBit_Pair:$kernel,
                       LowBit_Padding:$pad,
                       LowBit_Pair:$stride,
                       LowBit_Pair:$dilation);
  let results = (outs LowBit_CodeTensor:$output);
  let assemblyFormat = [{
    $input `kernel` $kernel `pad` $pad `stride` $stride `dilation` $dilation
    attr-dict `:` type($input) `to` type($output)
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Elementwise and pooling
//===----------------------------------------------------------------------===//

def LowBit_AddOp : LowBit_Op<"add", [Pure]> {
  let summary = "Sum of codes of two formats";
  let description = [{
        y = clamp(round_half_even(f32(a - za) * f32(sa / sy) + f32(b - zb) * f32(sb / sy)) + zy, lo, hi)

    Two f32 products and one f32 sum, in this order, never contracted to a fused
    multiply-add. Operands of equal rank broadcast over dimensions of size 1.

    Example:

    ```mlir
    %y = lowbit.add %a, %b clamp [0, 255] : (tensor<4x!aq>, tensor<4x!bq>) -> tensor<4x!yq>
    ```
  }];
  let arguments = (ins LowBit_CodeTensor:$lhs, LowBit_CodeTensor:$rhs,
                       OptionalAttr<LowBit_Clamp>:$clamp);
  let results = (outs LowBit_CodeTensor:$output);
  let assemblyFormat = [{
    $lhs `,` $rhs (`clamp` $clamp^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def LowBit_MulOp : LowBit_Op<"mul", [Pure]> {
  let summary = "Product of codes of two formats";
  let description = [{
        y = clamp(round_half_even(f32((a - za) * (b - zb)) * f32(sa * sb / sy)) + zy, lo, hi)

    Operands of equal rank broadcast over dimensions of size 1.

    Example:

    ```mlir
    %y = lowbit.mul %a, %b : (tensor<4x!aq>, tensor<4x!bq>) -> tensor<4x!yq>
    ```
  }];
  let arguments = (ins LowBit_CodeTensor:$lhs, LowBit_CodeTensor:$rhs,
                       OptionalAttr<LowBit_Clamp>:$clamp);
  let results = (outs LowBit_CodeTensor:$output);
  let assemblyFormat = [{
    $lhs `,` $rhs (`clamp` $clamp^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def LowBit_TableOp : LowBit_Op<"table", [Pure, AllShapesMatch<["input", "output"]>]> {
  let summary = "Map every code through a table of 256 codes";
  let description = [{
        y = table[x - lowest]        lowest = 0 if x is unsigned, else -128

    Any function of one 8-bit code: sigmoid, tanh, leaky ReLU. The table is
    computed at compile time as `quantize(f(dequantize(x)))` for every code. It
    starts at the storage's smallest integer, not at the smallest code in use,
    so that no byte whatsoever reads outside of it.

    Example:

    ```mlir
    %y = lowbit.table %x, %t : (tensor<4x!xq>, tensor<256xi8>) -> tensor<4x!yq>
    ```
  }];
  let arguments = (ins LowBit_CodeTensor:$input,
                       TensorOf<[I8]>:$table);
  let results = (outs LowBit_CodeTensor:$output);
  let assemblyFormat = [{
    $input `,` $table attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def LowBit_AvgPool2DOp : LowBit_Op<"avg_pool2d", [Pure]> {
  let summary = "Mean over windows of codes";
  let description = [{
        acc = sum (x - zx) over the window's elements inside the input   exact, int32
        y   = clamp(round_half_even(f32(acc) * f32(sx / (sy * count))) + zy, lo, hi)

    Shapes: input `[N,H,W,C]`, result `[N,OH,OW,C]`. `count` is the number of
    elements of the window that lie inside the input, as in TOSA; padding that
    counts is an explicit pad before the op.

    Example:

    ```mlir
    %y = lowbit.avg_pool2d %x kernel [8, 8] pad [0, 0, 0, 0] stride [1, 1]
       : tensor<1x8x8x4x!xq> to tensor<1x1x1x4x!yq>
    ```
  }];
  let arguments = (ins LowBit_CodeTensor:$input,
                       LowBit_Pair:$kernel,
                       LowBit_Padding:$pad,
                       LowBit_Pair:$stride,
                       OptionalAttr<LowBit_Clamp>:$clamp);
  let results = (outs LowBit_CodeTensor:$output);
  let assemblyFormat = [{
    $input `kernel` $kernel `pad` $pad `stride` $stride (`clamp` $clamp^)? attr-dict
    `:` type($input) `to` type($output)
  }];
  let hasVerifier = 1;
}

def LowBit_MaxPool2DOp : LowBit_Op<"max_pool2d", [Pure]> {
  let summary = "Largest code of each window";
  let description = [{
    Input and result have the same format, so the codes are compared as they
    are. Padding never wins: it stands for the lowest code.

    Example:

    ```mlir
    %y = lowbit.max_pool2d %x kernel [2, 2] pad [0, 0, 0, 0] stride [2, 2]
       : tensor<1x8x8x4x!xq> to tensor<1x4x4x4x!xq>
    ```
  }];
  let arguments = (ins LowBit_CodeTensor:$input,
                       LowBit_Pair:$kernel,
                       LowBit_Padding:$pad,
                       LowBit_Pair:$stride);
  let results = (outs LowBit_CodeTensor:$output);
  let assemblyFormat = [{
    $input `kernel` $kernel `pad` $pad `stride` $stride attr-dict
    `:` type($input) `to` type($output)
  }];
  let hasVerifier = 1;
}

#endif // QUANTC_DIALECTS_LOWBIT_IR_LOWBITOPS
