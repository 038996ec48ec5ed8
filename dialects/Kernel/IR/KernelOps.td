//===- KernelOps.td - The kernel dialect -------------------*- tablegen -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_KERNEL_IR_KERNELOPS
#define QUANTC_DIALECTS_KERNEL_IR_KERNELOPS

include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::quantc::kernel";
  let summary = "The few loops that take the time, before code generation";
  let useDefaultAttributePrinterParser = 1;
  let description = [{
    Contractions and pooling on plain storage (i8, f32), in destination-passing
    style so that they bufferize like linalg ops, with packed weights and the
    epilogue as operands. What is left to decide is how to tile and which
    instructions to use; `kernel-to-vector` does that for a CPU level.

    Activations are `[N,H,W,C]`; only `conv2d` pads by itself. `i8` holds codes; whether they
    are signed is an attribute. Accumulators are exact int32, or f32 sums in the
    order in which the taps stand in memory (row, column, channel) starting from
    the bias, so that every tiling gives the same bytes.
  }];
}

def Kernel_PoolKind : I32EnumAttr<"PoolKind", "How a window becomes one value",
    [I32EnumAttrCase<"Max", 0, "max">, I32EnumAttrCase<"Average", 1, "average">]> {
  let cppNamespace = "::quantc::kernel";
  let genSpecializedAttr = 0;
}
def Kernel_PoolKindAttr : EnumAttr<Kernel_Dialect, Kernel_PoolKind, "pool"> {
  let assemblyFormat = "`<` $value `>`";
}

def Kernel_Activation : AnyTypeOf<
    [4DTensorOf<[I8, F32]>, MemRefRankOf<[I8, F32], [4]>]>;
def Kernel_Weights : AnyTypeOf<[TensorOf<[I8, F32]>, MemRefOf<[I8, F32]>]>;
def Kernel_Bias : AnyTypeOf<
    [TensorRankOf<[I32, F32], [1, 2, 3]>, MemRefRankOf<[I32, F32], [1, 2, 3]>]>;
def Kernel_Matrices : AnyTypeOf<[3DTensorOf<[I8, F32]>, MemRefRankOf<[I8, F32], [3]>]>;
def Kernel_Packed : AnyTypeOf<[TensorOf<[I8, I32, F32]>, MemRefOf<[I8, I32, F32]>]>;
def Kernel_Scale : AnyTypeOf<[1DTensorOf<[F32]>, MemRefRankOf<[F32], [1]>]>;
def Kernel_Codes : AnyTypeOf<[2DTensorOf<[I8]>, MemRefRankOf<[I8], [2]>]>;
def Kernel_Matrix : AnyTypeOf<[2DTensorOf<[I8, F32]>, MemRefRankOf<[I8, F32], [2]>]>;
def Kernel_Reals : AnyTypeOf<[2DTensorOf<[F32]>, MemRefRankOf<[F32], [2]>]>;
def Kernel_Zeros : AnyTypeOf<[3DTensorOf<[F32]>, MemRefRankOf<[F32], [3]>]>;
def Kernel_PackedCodes : AnyTypeOf<[3DTensorOf<[I8]>, MemRefRankOf<[I8], [3]>]>;
def Kernel_PackedScales :
    AnyTypeOf<[3DTensorOf<[I8, I16, F32]>, MemRefRankOf<[I8, I16, F32], [3]>]>;
def Kernel_PackedBits : AnyTypeOf<[TensorRankOf<[I8], [5]>, MemRefRankOf<[I8], [5]>]>;
def Kernel_Sums : AnyTypeOf<[1DTensorOf<[I32]>, MemRefRankOf<[I32], [1]>]>;
def Kernel_CodeImages : AnyTypeOf<[4DTensorOf<[I8]>, MemRefRankOf<[I8], [4]>]>;
def Kernel_Pair : ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<2>]> {
  let summary = "[height, width]";
}
def Kernel_Border : ConfinedAttr<DenseI64ArrayAttr,
    [DenseArrayCount<4>, DenseArrayNonNegative<DenseI64ArrayAttr>]> {
  let summary = "[top, bottom, left, right]";
}
def Kernel_Bounds : ConfinedAttr<DenseF32ArrayAttr, [DenseArrayCount<2>]> {
  let summary = "[lowest, highest] value of the result";
}

def Kernel_SumAttr : AttrDef<Kernel_Dialect, "Sum"> {
  let mnemonic = "sum";
  let summary = "How codes and a residual become codes of a third format";
  let description = [{
        y = round_half_even(clamp(f32(code - zp) * scales[0]
                                  + f32(residual - residual_zero_point) * scales[1],
                                  lo - zero_point, hi - zero_point)) + zero_point

    `code` and its zero point `zp` are those of the epilogue in front; `bounds` is
    `[lo, hi]`. Two f32 products and one f32 sum.
  }];
  let parameters = (ins "::mlir::DenseF32ArrayAttr":$scales,
                        "int64_t":$residual_zero_point,
                        "int64_t":$zero_point,
                        "::mlir::DenseF32ArrayAttr":$bounds);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

class Kernel_Op<string mnemonic, list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic, traits # [
        DestinationStyleOpInterface,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
        DeclareOpInterfaceMethods<ConditionallySpeculatable>]> {
  let results = (outs Variadic<AnyRankedTensor>:$results);
  code dpsMethods = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return getOutputMutable();
    }
  }];
  code schedule = [{
    `schedule` says how to cut the loops, where the code generator shall not
    choose by itself: `[height, width, vectors, block height, block width]` of a
    convolution, a tile in pixels and vectors of channels and a block in tiles;
    `[height, width]` of a depthwise one. No schedule changes a byte.

  }];
  code epilogue = [{
    The epilogue turns an accumulator into a value of the result:

        i8  result:  round_half_even(clamp(f32(acc) * scale[n], lo - zp, hi - zp)) + zp
        f32 result:  clamp(f32(acc) * scale[n], lo, hi), or clamp(acc, lo, hi) if
                     the accumulator is f32 already and there is no scale

    `bounds` is `[lo, hi]`; for an i8 result the codes, for f32 optional.
    `small_scale` says that all scales are below 1, so that what rounding gives is an
    int32 even before it is clamped.
  }];
}

def Kernel_Conv2DOp : Kernel_Op<"conv2d", [AttrSizedOperandSegments]> {
  let summary = "2-D convolution with packed weights and epilogue";
  let description = [{
        acc[n,y,x,o] = bias[o] + sum input[n, y*sh + i*dh, x*sw + j*dw, c] * weights[o,i,j,c]

    `weights` is packed by panels of 16 result channels (see `Packing.h`):
    `[ceil(O/16), runs, steps, 16, 4]` for i8 and `[ceil(O/16), runs, steps, 16]`
    for f32. A run is a stretch of taps that lies contiguous in the input:
    if it is a whole row of the window, the input's pixels have to touch.
    With `passes`, the window is summed that many times, each time with the next
    `runs / passes` runs of weights: for weights that are sums of i8 numbers.
    `bias` and `scale` have `16 * ceil(O/16)` elements. For i8 the zero point of
    the input is folded into the bias: `bias[o] - zx * sum w[o]`, with `zx + 128`
    for signed codes, since kernels multiply unsigned by signed.

    Weights with one more dimension in front are others for each image, as
    `kernel.pack` makes them of an activation; so may be their bias.

    Where there is a `residual`, the codes that the epilogue gives are not stored
    but added to it, as `sum` says, and the sum is the result.

    `pad` widens the window's way beyond the input; taps there are left out of
    the sum. What their zero point would have added is missing then, so that a
    bias with folded zero points differs by the taps that an output has:
    `[classes of rows, classes of columns, 16 * ceil(O/16)]`, see `WindowAxis.h`.
    Where a run is a whole row, columns are only padded if C is a multiple of
    a step.

  }] # schedule # epilogue;
  let arguments = (ins Kernel_Activation:$input,
                       Kernel_Weights:$weights,
                       Kernel_Bias:$bias,
                       Optional<Kernel_Scale>:$scale,
                       Optional<Kernel_Activation>:$residual,
                       Kernel_Activation:$output,
                       Kernel_Pair:$kernel,
                       Kernel_Pair:$stride,
                       Kernel_Pair:$dilation,
                       DefaultValuedAttr<Kernel_Border, "{0, 0, 0, 0}">:$pad,
                       UnitAttr:$signed_input,
                       DefaultValuedAttr<I64Attr, "1">:$passes,
                       DefaultValuedAttr<I64Attr, "0">:$zero_point,
                       OptionalAttr<Kernel_Bounds>:$bounds,
                       UnitAttr:$small_scale,
                       UnitAttr:$signed_residual,
                       OptionalAttr<Kernel_SumAttr>:$sum,
                       OptionalAttr<DenseI64ArrayAttr>:$schedule);
  // Without a residual or a schedule; `small_scale` is told from the scale.
  let builders = [OpBuilder<
      (ins "::mlir::TypeRange":$results, "::mlir::Value":$input,
           "::mlir::Value":$weights, "::mlir::Value":$bias,
           "::mlir::Value":$scale, "::mlir::Value":$output,
           "::llvm::ArrayRef<int64_t>":$kernel, "::llvm::ArrayRef<int64_t>":$stride,
           "::llvm::ArrayRef<int64_t>":$dilation,
           "::llvm::ArrayRef<int64_t>":$pad, "bool":$signedInput,
           "int64_t":$passes, "int64_t":$zeroPoint,
           "::mlir::DenseF32ArrayAttr":$bounds),
      [{
        build($_builder, $_state, results, input, weights, bias, scale,
              ::mlir::Value(), output, kernel, stride, dilation, pad,
              signedInput, passes, zeroPoint, bounds, isSmall(scale),
              /*signed_residual=*/false, SumAttr(),
              /*schedule=*/nullptr);
      }]>];
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $bias (`,` $scale^)? `:` type($input) `,`
    type($weights) `,` type($bias) (`,` type($scale)^)? `)`
    (`residual` `(` $residual^ `:` type($residual) `)`)?
    `outs` `(` $output `:` type($output) `)`
    `kernel` $kernel `stride` $stride `dilation` $dilation attr-dict
    (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = dpsMethods # [{
    /// The window's way over the rows (axis 0) or the columns (axis 1).
    ::quantc::kernel::WindowAxis axis(int64_t number);
  }];
}

def Kernel_PackOp : Kernel_Op<"pack"> {
  let summary = "Right operands of matrix products as weights of kernel.conv2d";
  let description = [{
        packed[b, n / 16, 0, k, n % 16]                 = rhs[b, k, n]               f32
        packed[b, n / 16, pass, k / 4, n % 16, k % 4]   = part of rhs[b, k, n] - zero  i8
        bias[b, n] = -left_zero * sum over k of (rhs[b, k, n] - zero)

    What is constant in a layer is packed when the program is compiled; a product
    of two activations packs its right operand before each use. The parts of
    `rhs - zero` add up to it: one pass if all differences are i8 numbers, else
    two. There is nothing beyond the last row; what stands beyond the last
    column does not matter. `output` is the packed operand, then for i8 the bias.
    `left_zero` is the zero point of the left operand as kernels see its codes:
    unsigned.
  }];
  let arguments = (ins Kernel_Matrices:$rhs,
                       Variadic<Kernel_Packed>:$output,
                       UnitAttr:$signed_input,
                       DefaultValuedAttr<I64Attr, "0">:$zero,
                       DefaultValuedAttr<I64Attr, "0">:$left_zero);
  let assemblyFormat = [{
    `ins` `(` $rhs `:` type($rhs) `)` `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = dpsMethods;
}

def Kernel_ScaleType : I32EnumAttr<"ScaleType", "How the scale of a block is stored",
    [I32EnumAttrCase<"F32", 0, "f32">, I32EnumAttrCase<"F16", 1, "f16">,
     I32EnumAttrCase<"BF16", 2, "bf16">, I32EnumAttrCase<"E8M0", 3, "e8m0">,
     I32EnumAttrCase<"E4M3", 4, "e4m3">]> {
  let cppNamespace = "::quantc::kernel";
  let genSpecializedAttr = 0;
}
def Kernel_ScaleTypeAttr : EnumAttr<Kernel_Dialect, Kernel_ScaleType, "scale"> {
  let assemblyFormat = "`<` $value `>`";
}

def Kernel_BlockMatmulOp : Kernel_Op<"block_matmul", [AttrSizedOperandSegments]> {
  let summary = "Product of codes and packed weights whose blocks have scales";
  let description = [{
        dot[m,n,b] = sum over k of block b of input[m,k] * v[n,k]       exact int32
        v[n,k]     = levels[code[n,k]] - zeros[n,b]                     8 bits
        acc[m,n]   = start[n] +. f32(dot[m,n,0]) *. s[n,0] +. f32(dot[m,n,1]) *. s[n,1] ...
        s[n,b]     = real(scales[n,b]) *. factor

    `+.` and `*.` round to f32 each, in this order. `input` is `[M,K]`; its codes
    count as unsigned (`signed_input`: 128 is added), and their zero point is part
    of `start`.

    `weights` is `[ceil(N/16), blocks, bytes]`: the codes of a block of `block`
    taps, cut into planes of 4, 2 and 1 bits (see `PlanePacking.h`). `levels` has a
    level for each of the `2^bits` codes: at most 16, or consecutive integers, so
    that a vector of codes is decoded in registers; or three levels, of codes that
    are packed as digits of base 3, five to a byte. `scales` is
    `[ceil(N/16), blocks, 16]`, the bits of `scale_type`, none negative. `zeros`, of
    the same shape, are the zero points of blocks, if formats have them; no `v`
    leaves 8 bits.

    Results: with `scale`, the epilogue `round(clamp(acc * scale[n]))` or
    `clamp(acc * scale[n])`; with `row_scale`, one for each row of codes whose
    format was chosen when the program ran,

        f32 result:  clamp(acc[m,n] *. row_scale[m] +. bias[n])
  }];
  let arguments = (ins Kernel_Codes:$input,
                       Kernel_PackedCodes:$weights,
                       Kernel_PackedScales:$scales,
                       Kernel_Scale:$start,
                       Optional<Kernel_PackedCodes>:$zeros,
                       Optional<Kernel_Scale>:$scale,
                       Optional<Kernel_Scale>:$row_scale,
                       Optional<Kernel_Scale>:$bias,
                       Kernel_Matrix:$output,
                       DenseI8ArrayAttr:$levels,
                       I64Attr:$block,
                       Kernel_ScaleTypeAttr:$scale_type,
                       DefaultValuedAttr<F32Attr, "1.0f">:$factor,
                       UnitAttr:$signed_input,
                       DefaultValuedAttr<I64Attr, "0">:$zero_point,
                       OptionalAttr<Kernel_Bounds>:$bounds);
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $scales `,` $start `:` type($input) `,`
    type($weights) `,` type($scales) `,` type($start) `)`
    (`zeros` `(` $zeros^ `:` type($zeros) `)`)?
    (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`row_scale` `(` $row_scale^ `:` type($row_scale) `)`)?
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    `outs` `(` $output `:` type($output) `)` attr-dict (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = dpsMethods ;
}

def Kernel_PackBitsOp : Kernel_Op<"pack_bits"> {
  let summary = "Single bits of the codes below each window, packed";
  let description = [{
        output[m, p] = bits `first_bit + p` of input[n, y*sh + i*dh, x*sw + j*dw, c] + offset

    Row `m` belongs to the window of output pixel `[n, y, x]`, row after row of
    pixels. Its bits stand in the order of the codes in memory (row, column,
    channel), 8 to a byte, lowest first, 32 to a word; each run of codes that touch
    (see `Packing.h`) begins a word, and what is left of its last word is 0. `output`
    is `[N*OH*OW, planes, bytes]`. The sum with `offset` wraps around in 8 bits.

    Example: the signs of codes that are -1 or 1, one plane.

    ```mlir
    %y = kernel.pack_bits ins(%x : tensor<1x6x6x32xi8>) outs(%e : tensor<16x1x36xi8>)
        kernel [3, 3] stride [1, 1] dilation [1, 1] {first_bit = 1 : i64, offset = 1 : i64}
        -> tensor<16x1x36xi8>
    ```
  }];
  let arguments = (ins Kernel_CodeImages:$input,
                       Kernel_PackedCodes:$output,
                       Kernel_Pair:$kernel,
                       Kernel_Pair:$stride,
                       Kernel_Pair:$dilation,
                       DefaultValuedAttr<I64Attr, "0">:$offset,
                       DefaultValuedAttr<I64Attr, "0">:$first_bit);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $output `:` type($output) `)`
    `kernel` $kernel `stride` $stride `dilation` $dilation attr-dict
    (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = dpsMethods;
}

def Kernel_BinaryMatmulOp : Kernel_Op<"binary_matmul"> {
  let summary = "Product of matrices of bits, by counting where they differ";
  let description = [{
        acc[m,n] = start[n] - sum over p, q of
                   factors[p*Q + q] * popcount(input[m,p] ^ weights[n,q])       exact int32

    Numbers that are 1 or -1, as bits that are 1 or 0, have the product

        sum over k of x[k] * w[k] = K - 2 * popcount(x ^ w)

    and every number that is a sum of these with fixed factors has such a product
    for each pair of a plane of `input` and a plane of the weights. Constants belong
    to `start`.

    `input` is `[M, planes, bytes]`, as `kernel.pack_bits` makes it; `weights` is
    `[ceil(N/16), planes, bytes / 4, 16, 4]`: for each word of a row, those of 16
    channels. Bits that stand for nothing are 0 in both. No sum of the products of
    factors and counts is 2^31 or more. `start` and `scale` have `16 * ceil(N/16)`
    elements.

  }] # epilogue;
  let arguments = (ins Kernel_PackedCodes:$input,
                       Kernel_PackedBits:$weights,
                       Kernel_Sums:$start,
                       Kernel_Scale:$scale,
                       Kernel_Matrix:$output,
                       DenseI32ArrayAttr:$factors,
                       DefaultValuedAttr<I64Attr, "0">:$zero_point,
                       OptionalAttr<Kernel_Bounds>:$bounds,
                       UnitAttr:$small_scale);
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $start `,` $scale `:` type($input) `,`
    type($weights) `,` type($start) `,` type($scale) `)`
    `outs` `(` $output `:` type($output) `)` `factors` $factors attr-dict
    (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = dpsMethods;
}

def Kernel_CodedMatmulOp : Kernel_Op<"coded_matmul", [AttrSizedOperandSegments]> {
  let summary = "Product of reals and packed weights";
  let description = [{
        w[n,k]   = (levels[code[n,k]] -. zeros[n,b]) *. s[n,b]        k in block b
        acc[m,n] = bias[n] +. input[m,0] *. w[n,0] +. input[m,1] *. w[n,1] ...
        s[n,b]   = real(scales[n,b]) *. factor
        output[m,n] = clamp(acc[m,n], lo, hi)

    `+.`, `-.` and `*.` round to f32 each, in this order; where `kernel-to-vector`
    contracts sums of reals, `acc +. x *. w` rounds once. These are the bytes of
    `kernel.conv2d` on the weights `w`, but memory has their codes: they are decoded
    in registers, or for many rows once for all of them.

    `weights`, `scales`, `block` and `factor` are those of `kernel.block_matmul`.
    `levels` has an f32 for each of the `2^bits` codes. More than 16 of them either
    follow a rule (see `LevelRule.h`), or stand in `table` as well, to be read from
    memory.

    Example:

    ```mlir
    %y = kernel.coded_matmul ins(%x, %w, %s, %b : tensor<1x64xf32>, tensor<1x1x512xi8>, tensor<1x1x16xf32>, tensor<16xf32>)
        outs(%e : tensor<1x10xf32>) {levels = array<f32: -1.0, -0.25, 0.25, 1.0>,
        block = 64 : i64, scale_type = #kernel.scale<f32>} -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins Kernel_Reals:$input,
                       Kernel_PackedCodes:$weights,
                       Kernel_PackedScales:$scales,
                       Optional<Kernel_Zeros>:$zeros,
                       Optional<Kernel_Scale>:$table,
                       Kernel_Scale:$bias,
                       Kernel_Reals:$output,
                       DenseF32ArrayAttr:$levels,
                       I64Attr:$block,
                       Kernel_ScaleTypeAttr:$scale_type,
                       DefaultValuedAttr<F32Attr, "1.0f">:$factor,
                       OptionalAttr<Kernel_Bounds>:$bounds);
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $scales `,` $bias `:` type($input) `,`
    type($weights) `,` type($scales) `,` type($bias) `)`
    (`zeros` `(` $zeros^ `:` type($zeros) `)`)?
    (`table` `(` $table^ `:` type($table) `)`)?
    `outs` `(` $output `:` type($output) `)` attr-dict (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = dpsMethods # [{
    /// Bits of a code.
    int64_t getBits() { return ::llvm::Log2_64(getLevels().size()); }
  }];
}

def Kernel_DepthwiseConv2DOp : Kernel_Op<"depthwise_conv2d"> {
  let summary = "2-D convolution of each channel by itself, with epilogue";
  let description = [{
        acc[n,y,x,c] = bias[c] + sum input[n, y*sh + i*dh, x*sw + j*dw, c] * weights[i*KW + j, c]

    `weights` is `[passes*KH*KW, 16 * ceil(C/16)]`, zero beyond channel C; each
    pass sums the whole window with weights of its own. `bias` and `scale` have `16 * ceil(C/16)` elements. For i8 the zero point of the input
    is folded into the bias: `bias[c] - zx * sum w[c]`.

  }] # schedule # epilogue;
  let arguments = (ins Kernel_Activation:$input,
                       Kernel_Weights:$weights,
                       Kernel_Bias:$bias,
                       Optional<Kernel_Scale>:$scale,
                       Kernel_Activation:$output,
                       Kernel_Pair:$kernel,
                       Kernel_Pair:$stride,
                       Kernel_Pair:$dilation,
                       UnitAttr:$signed_input,
                       DefaultValuedAttr<I64Attr, "1">:$passes,
                       DefaultValuedAttr<I64Attr, "0">:$zero_point,
                       OptionalAttr<Kernel_Bounds>:$bounds,
                       UnitAttr:$small_scale,
                       OptionalAttr<DenseI64ArrayAttr>:$schedule);
  // Without a schedule; `small_scale` is told from the scale.
  let builders = [OpBuilder<
      (ins "::mlir::TypeRange":$results, "::mlir::Value":$input,
           "::mlir::Value":$weights, "::mlir::Value":$bias,
           "::mlir::Value":$scale, "::mlir::Value":$output,
           "::llvm::ArrayRef<int64_t>":$kernel, "::llvm::ArrayRef<int64_t>":$stride,
           "::llvm::ArrayRef<int64_t>":$dilation, "bool":$signedInput,
           "int64_t":$passes, "int64_t":$zeroPoint,
           "::mlir::DenseF32ArrayAttr":$bounds),
      [{
        build($_builder, $_state, results, input, weights, bias, scale, output,
              kernel, stride, dilation, signedInput, passes, zeroPoint, bounds,
              isSmall(scale),
              /*schedule=*/nullptr);
      }]>];
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $bias (`,` $scale^)? `:` type($input) `,`
    type($weights) `,` type($bias) (`,` type($scale)^)? `)`
    `outs` `(` $output `:` type($output) `)`
    `kernel` $kernel `stride` $stride `dilation` $dilation attr-dict
    (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = dpsMethods;
}

def Kernel_Pool2DOp : Kernel_Op<"pool2d"> {
  let summary = "Largest value or mean of each window";
  let description = [{
        max:      y = max input[n, y*sh + i, x*sw + j, c]
        average:  acc = sum input[...] - offset
                  i8:   round_half_even(clamp(f32(acc) * factor, lo - zp, hi - zp)) + zp
                  f32:  acc * factor

    `offset` is `KH * KW * zx`, so that the sum is that of the centred codes;
    `factor` is `f32(sx / (sy * KH * KW))`, or `f32(1 / (KH * KW))` for f32.
  }];
  let arguments = (ins Kernel_Activation:$input,
                       Kernel_Activation:$output,
                       Kernel_PoolKindAttr:$kind,
                       Kernel_Pair:$kernel,
                       Kernel_Pair:$stride,
                       UnitAttr:$signed_input,
                       DefaultValuedAttr<I64Attr, "0">:$offset,
                       OptionalAttr<F32Attr>:$factor,
                       DefaultValuedAttr<I64Attr, "0">:$zero_point,
                       OptionalAttr<Kernel_Bounds>:$bounds);
  let assemblyFormat = [{
    $kind `ins` `(` $input `:` type($input) `)` `outs` `(` $output `:` type($output) `)`
    `kernel` $kernel `stride` $stride attr-dict (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = dpsMethods;
}

def Kernel_FillBorderOp : Kernel_Op<"fill_border"> {
  let summary = "The padding around what a buffer holds already";
  let description = [{
        output[n, y, x, c] = value   where y < top, y >= H - bottom,
                                           x < left or x >= W - right

    The rest of `output` keeps what it has: the kernel before this one has written
    it there. To fill all of it first would write most elements twice, and equal
    fills of two layers would become one, whose result would then be copied.

    Example:

    ```mlir
    %y = kernel.fill_border value 3 : i8 outs(%x : tensor<1x6x6x4xi8>)
        border [1, 1, 1, 1] -> tensor<1x6x6x4xi8>
    ```
  }];
  let arguments = (ins TypedAttrInterface:$value,
                       Kernel_Activation:$output,
                       Kernel_Border:$border);
  let assemblyFormat = [{
    `value` $value `outs` `(` $output `:` type($output) `)` `border` $border
    attr-dict (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = dpsMethods;
}

def Kernel_PatchesOp : Kernel_Op<"patches"> {
  let summary = "The windows of a convolution, one to a row";
  let description = [{
        output[(n * OH + oh) * OW + ow, (kh * KW + kw) * C + c] =
            input[n, oh * stride + kh * dilation, ow * stride + kw * dilation, c]

    Taps that lie side by side in memory, all of a kernel's row unless it is
    dilated, are copied as one run.

    Example:

    ```mlir
    %y = kernel.patches ins(%x : tensor<1x6x6x4xi8>) outs(%e : tensor<16x36xi8>)
        kernel [3, 3] stride [1, 1] dilation [1, 1] -> tensor<16x36xi8>
    ```
  }];
  let arguments = (ins Kernel_Activation:$input,
                       Kernel_Codes:$output,
                       Kernel_Pair:$kernel,
                       Kernel_Pair:$stride,
                       Kernel_Pair:$dilation);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $output `:` type($output) `)`
    `kernel` $kernel `stride` $stride `dilation` $dilation attr-dict
    (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = dpsMethods;
}

#endif // QUANTC_DIALECTS_KERNEL_IR_KERNELOPS
