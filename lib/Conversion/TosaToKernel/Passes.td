//===- Passes.td - Conversions between dialects ---------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CONVERSION_TOSATOKERNEL_PASSES
#define QUANTC_LIB_CONVERSION_TOSATOKERNEL_PASSES

include "mlir/Pass/PassBase.td"

def ConvertTosaToKernel : Pass<"convert-tosa-to-kernel"> {
  let summary = "Turn f32 contractions and pools into kernels";
  let description = [{
    clamp(tosa.conv2d(x, constant, constant)) -> kernel.conv2d(pad(x), packed, bias) bounds
    tosa.matmul(a, b) -> kernel.conv2d(a, kernel.pack(b))
    tosa.matmul(x * s, b) -> tosa.matmul(x, b) * s

    The float side of `convert-lowbit-to-kernel`: the baseline that quantized
    code is compared with, and layers that stay in float. A `tosa.clamp` behind
    a contraction, and a constant addition behind a `tosa.matmul`, are taken
    into the kernel. The right operand of a product of two activations is packed
    before it; a product of fewer than four rows is not worth that. One factor for
    each row of the left operand (a softmax divides by its sum) goes behind the
    product unless that has more columns. What does not match is left for
    upstream's conversions.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect", "::quantc::kernel::KernelDialect"
  ];
}

def ConvertCodedToKernel : Pass<"convert-coded-to-kernel"> {
  let summary = "Keep packed weights of f32 layers packed";
  let description = [{
    tosa.matmul(x, decode(packed constant)) -> kernel.coded_matmul(x, planes, scales)
    tosa.conv2d of one tap                  -> kernel.coded_matmul of its pixels

    Also for `dequantize` of constant codes. A constant addition and a clamp behind
    the layer go along. The bytes are those of the decoded weights, which
    `lowbit-decode-constants` gives to everything that is left: convolutions of
    several taps, which compute longer on a weight than it takes to read it, and
    layers of few rows whose levels neither are few nor follow a rule. Each of
    these gets a remark.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect",
    "::quantc::kernel::KernelDialect"
  ];
}

#endif // QUANTC_LIB_CONVERSION_TOSATOKERNEL_PASSES
