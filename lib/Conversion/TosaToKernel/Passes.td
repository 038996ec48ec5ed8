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

    The float side of `convert-lowbit-to-kernel`: the baseline that quantized
    code is compared with, and layers that stay in float. A `tosa.clamp` behind
    a contraction, and a constant addition behind a `tosa.matmul`, are taken
    into the kernel. What does not match is left for upstream's conversions.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect", "::quantc::kernel::KernelDialect"
  ];
}

#endif // QUANTC_LIB_CONVERSION_TOSATOKERNEL_PASSES
