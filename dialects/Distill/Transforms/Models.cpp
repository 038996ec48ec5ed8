//===- Models.cpp - Which ops have a derivative ---------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Distill/Transforms/Models.h"

#include "dialects/Distill/Transforms/Differentiate.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/DialectRegistry.h"

using namespace mlir;

void quantc::distill::registerDerivatives(DialectRegistry &registry) {
  registry.addExtension(
      +[](MLIRContext *context, arith::ArithDialect *, math::MathDialect *) {
        attachScalarDerivatives(context);
      });
  // Derivatives of one dialect are made of ops of the others.
  registry.addExtension(+[](MLIRContext *context, linalg::LinalgDialect *,
                            arith::ArithDialect *, math::MathDialect *,
                            tensor::TensorDialect *, tosa::TosaDialect *) {
    attachLinalgDerivatives(context);
    attachElementwiseDerivatives(context);
    attachContractionDerivatives(context);
    attachMovementDerivatives(context);
    attachReductionDerivatives(context);
  });
}
