//===- CheckOps.td - The check dialect ---------------------*- tablegen -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_CHECK_IR_CHECKOPS
#define QUANTC_DIALECTS_CHECK_IR_CHECKOPS

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Check_Dialect : Dialect {
  let name = "check";
  let cppNamespace = "::quantc::check";
  let summary = "Expectations inside a test program";
  let description = [{
    A program that carries its own expectations: `run-expectations` compiles a
    module for this machine, runs it, and reports each expectation that does not
    hold. For tests only; nothing of this dialect is ever emitted.
  }];
}

class Check_Op<string mnemonic, list<Trait> traits = []>
    : Op<Check_Dialect, mnemonic, traits>;

def Check_ExpectEqOp : Check_Op<"expect_eq", [SameTypeOperands]> {
  let summary = "Expect two tensors to be equal, element by element";
  let description = [{
    Equal means the same bytes for integers; for floats the same value, where
    NaN equals NaN and `-0.0` does not equal `0.0`.

    Example:

    ```mlir
    check.expect_eq %actual, %expected : tensor<4xi8>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$actual, AnyRankedTensor:$expected);
  let assemblyFormat = "$actual `,` $expected attr-dict `:` type($actual)";
}

def Check_ExpectCloseOp : Check_Op<"expect_close", [SameTypeOperands]> {
  let summary = "Expect two float tensors to be close, element by element";
  let description = [{
    Holds if `|actual - expected| <= tolerance * max(1, |expected|)` for every
    element. NaN is close to NaN only, an infinity to itself only.

    Example:

    ```mlir
    check.expect_close %actual, %expected within 1.0e-5 : tensor<4xf32>
    ```
  }];
  let arguments = (ins TensorOf<[AnyFloat]>:$actual,
                       TensorOf<[AnyFloat]>:$expected,
                       F64Attr:$tolerance);
  let assemblyFormat = [{
    $actual `,` $expected `within` $tolerance attr-dict `:` type($actual)
  }];
  let hasVerifier = 1;
}

#endif // QUANTC_DIALECTS_CHECK_IR_CHECKOPS
