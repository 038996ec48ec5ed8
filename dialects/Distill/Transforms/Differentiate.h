//===- Differentiate.h - Reverse-mode differentiation -----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_DISTILL_TRANSFORMS_DIFFERENTIATE_H
#define QUANTC_DIALECTS_DISTILL_TRANSFORMS_DIFFERENTIATE_H

#include "mlir/IR/Builders.h"
#include "llvm/Support/Error.h"

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace quantc::distill {

/// Attaches DifferentiableOpInterface to the ops of TOSA, linalg, tensor, arith
/// and math that have a derivative.
void registerDerivatives(mlir::DialectRegistry &registry);

/// The adjoints of `xs`: the derivatives with respect to them of the sum of
/// `y * seed`, where `seed` has the type of `y`. New ops go where `builder`
/// stands, behind the definition of `y`.
///
/// `xs` are independent variables: what they are computed from is not looked
/// at, so an x that another one is computed from gets what goes around that.
/// The result has a null value for an x that `y` does not depend on. Integers
/// pass no derivatives on; what comes after a rounding to integers depends on
/// nothing.
///
/// Works on tensors of static shape, and on scalars in the body of an op. The
/// error names an op without a derivative; ops that were created by then stay.
llvm::Expected<llvm::SmallVector<mlir::Value>>
differentiate(mlir::Value y, mlir::ValueRange xs, mlir::Value seed,
              mlir::OpBuilder &builder);

} // namespace quantc::distill

#endif // QUANTC_DIALECTS_DISTILL_TRANSFORMS_DIFFERENTIATE_H
