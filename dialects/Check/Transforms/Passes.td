//===- Passes.td - Passes of the check dialect --------------*- tablegen -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_CHECK_TRANSFORMS_PASSES
#define QUANTC_DIALECTS_CHECK_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def LowerExpectations : Pass<"check-lower-expectations", "mlir::ModuleOp"> {
  let summary = "Turn expectations into calls of the host";
  let description = [{
    expect_eq(a, b)       -> quantc_expect_eq(number, a, b, count, type)
    expect_close(a, b, t) -> quantc_expect_close(number, a, b, count, type, t)

    The callbacks have the C signatures

        void quantc_expect_eq(int64_t number, const void *actual,
                              const void *expected, int64_t count, int64_t type);
        void quantc_expect_close(int64_t number, const void *actual,
                                 const void *expected, int64_t count,
                                 int64_t type, double tolerance);

    and are declared as private functions with `i64` for addresses. `number`
    counts the expectations in the order in which a walk of the module meets
    them; `type` is the number that the C interface gives the element type.

    The pass runs before bufferization. Codes are compared as plain integers:
    put a `quant.scast` in between.
  }];
  let dependentDialects = [
    "mlir::arith::ArithDialect",
    "mlir::bufferization::BufferizationDialect",
    "mlir::func::FuncDialect",
    "mlir::memref::MemRefDialect",
  ];
}

#endif // QUANTC_DIALECTS_CHECK_TRANSFORMS_PASSES
