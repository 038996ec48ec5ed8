//===- Passes.td - lowbit to linalg ---------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_CONVERSION_LOWBITTOLINALG_PASSES
#define QUANTC_CONVERSION_LOWBITTOLINALG_PASSES

include "mlir/Pass/PassBase.td"

def ConvertLowBitToLinalg : Pass<"convert-lowbit-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Turn codes into plain integers and lowbit ops into loops";
  let description = [{
    lowbit.op(codes) -> linalg.generic(storage integers)
    quant.scast(x)   -> x

    The scalar reference of every lowbit op, written straight from
    `docs/Numerics.md`: contractions and pools become an initialisation, a
    reduction in int32 over `x - zx`, and one elementwise `linalg.generic` that
    rounds to codes; elementwise ops become one `linalg.generic` each, which
    vectorizes. No op gets fast-math flags, so nothing may be contracted or
    reordered. Quantized types in function signatures become their storage.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
  ];
}

#endif // QUANTC_CONVERSION_LOWBITTOLINALG_PASSES
