//===- Passes.td - Conversions between dialects ---------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CONVERSION_LOWBITTOKERNEL_PASSES
#define QUANTC_LIB_CONVERSION_LOWBITTOKERNEL_PASSES

include "mlir/Pass/PassBase.td"

def ConvertLowBitToKernel : Pass<"convert-lowbit-to-kernel"> {
  let summary = "Turn integer contractions and pools into kernels";
  let description = [{
    lowbit.conv2d(x, constant, bias) -> kernel.conv2d(pad(x), packed, bias - zx * sum w)
    lowbit.batch_matmul(a, b) -> kernel.conv2d(a, kernel.pack(b))
    lowbit.add(kernel.conv2d(x), r) -> kernel.conv2d(x) residual(r)

    Contractions with constant weights, pooling without a border (or, for the
    maximum, with one). Weights are packed, the zero point of the input goes
    into the bias, scales become one f32 factor per channel. Codes cross over
    to plain integers through `quant.scast`. What does not match is left for
    `convert-lowbit-to-linalg`.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::quant::QuantDialect", "::mlir::tensor::TensorDialect",
    "::quantc::kernel::KernelDialect"
  ];
}

#endif // QUANTC_LIB_CONVERSION_LOWBITTOKERNEL_PASSES
