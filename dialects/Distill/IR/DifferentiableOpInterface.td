//===- DifferentiableOpInterface.td - Ops with a derivative -*- tablegen -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_DISTILL_IR_DIFFERENTIABLEOPINTERFACE
#define QUANTC_DIALECTS_DISTILL_IR_DIFFERENTIABLEOPINTERFACE

include "mlir/IR/OpBase.td"

def DifferentiableOpInterface : OpInterface<"DifferentiableOpInterface"> {
  let description = [{
    An op that can say how a change of its results goes back to its operands:
    one step of reverse-mode differentiation. The adjoint of a value `v` is the
    derivative, with respect to `v`, of the number that is differentiated; it
    has the type of `v`.

    Ops of upstream dialects have it by external models, which
    `registerDerivatives` in `dialects/Distill/Transforms/Differentiate.h`
    attaches. An op of our own dialects names it in its definition. An op whose
    derivative is zero almost everywhere and useless for training, such as a
    rounding, may define a surrogate here instead.
  }];
  let cppNamespace = "::quantc::distill";

  let methods = [InterfaceMethod<
    [{
      Creates ops that compute the adjoints of the operands which
      `derivation.isWanted` from those of the results, in front of
      `derivation.ops()`, and hands them to `derivation.set`. An operand that
      is not set has an adjoint of zero. An error says why there is none; the
      caller names the op.
    }],
    "::llvm::Error", "derive", (ins "::quantc::distill::Derivation &":$derivation)
  >];
}

#endif // QUANTC_DIALECTS_DISTILL_IR_DIFFERENTIABLEOPINTERFACE
