//===- Passes.td - Passes of the distill dialect -----------*- tablegen -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_DISTILL_TRANSFORMS_PASSES
#define QUANTC_DIALECTS_DISTILL_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def DeriveGradients : Pass<"distill-derive-gradients", "mlir::ModuleOp"> {
  let summary = "Add a function that computes gradients";
  let description = [{
    @f(x...) -> (y...)   beside it   @f.gradient(x..., dy) -> (dx...)

    The new function computes the derivatives, with respect to the tensors of
    floats among the arguments, of the sum of `y * dy`, where `y` is one of the
    function's results. An argument that `y` does not depend on gets zeros.
    docs/Differentiation.md says which ops have a derivative; another one on the
    way is an error.
  }];
  let options = [
    Option<"function", "function", "std::string", /*default=*/"",
           "Name of the function; without it, the module's only one">,
    Option<"result", "result", "unsigned", /*default=*/"0",
           "Which result is differentiated">,
  ];
  let dependentDialects = [
    "mlir::arith::ArithDialect",
    "mlir::func::FuncDialect",
    "mlir::linalg::LinalgDialect",
    "mlir::math::MathDialect",
    "mlir::tensor::TensorDialect",
    "mlir::tosa::TosaDialect",
  ];
}

#endif // QUANTC_DIALECTS_DISTILL_TRANSFORMS_PASSES
