//===- CalibOps.td - The calib dialect ---------------------*- tablegen -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_CALIB_IR_CALIBOPS
#define QUANTC_DIALECTS_CALIB_IR_CALIBOPS

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Calib_Dialect : Dialect {
  let name = "calib";
  let cppNamespace = "::quantc::calib";
  let summary = "Observers and the ranges that they have seen";
  let description = [{
    Calibration runs the float program over samples and writes what it saw into
    the IR. A place that is looked at is a *site*; its name is the name that the
    value had in the user's model, so that reports speak the user's language.
  }];
}

class Calib_Op<string mnemonic, list<Trait> traits = []>
    : Op<Calib_Dialect, mnemonic, traits>;

def Calib_Range
    : ConfinedAttr<DenseF64ArrayAttr, [DenseArrayCount<2>]> {
  let summary = "[min, max] of the observed reals";
}

def Calib_ObserveOp : Calib_Op<"observe", [SameOperandsAndResultType]> {
  let summary = "Record the range of a value under a site name";
  let description = [{
    Returns `input` unchanged. Calibration fills `range` with the reals that the
    chosen estimator keeps of the values seen at `site`; before that it is
    absent. The op is not `Pure`: an observer whose result is unused still has
    to record its sample.

    Example:

    ```mlir
    %y = calib.observe %x site "conv1.out" range [-1.0, 3.0] : tensor<8xf32>
    ```
  }];

  let arguments = (ins TensorOf<[AnyFloat]>:$input,
                       StrAttr:$site,
                       OptionalAttr<Calib_Range>:$range);
  let results = (outs TensorOf<[AnyFloat]>:$output);
  let assemblyFormat =
      "$input `site` $site (`range` $range^)? attr-dict `:` type($input)";
  let hasVerifier = 1;
}

#endif // QUANTC_DIALECTS_CALIB_IR_CALIBOPS
