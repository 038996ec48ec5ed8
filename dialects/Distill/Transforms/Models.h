//===- Models.h - Attach derivatives to ops of other dialects ---*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_DISTILL_TRANSFORMS_MODELS_H
#define QUANTC_DIALECTS_DISTILL_TRANSFORMS_MODELS_H

#include "dialects/Distill/IR/DifferentiableOpInterface.h"
#include "mlir/IR/MLIRContext.h"

namespace quantc::distill {

/// The derivative of an op as the function `Rules::derive(OpT, Derivation &)`.
template <typename Rules, typename OpT>
struct Model
    : DifferentiableOpInterface::ExternalModel<Model<Rules, OpT>, OpT> {
  llvm::Error derive(mlir::Operation *op, Derivation &derivation) const {
    return Rules::derive(llvm::cast<OpT>(op), derivation);
  }
};

template <typename Rules, typename... Ops>
void attachModels(mlir::MLIRContext *context) {
  (Ops::template attachInterface<Model<Rules, Ops>>(*context), ...);
}

/// One family of rules each; the ops' dialects are loaded.
void attachScalarDerivatives(mlir::MLIRContext *context);
void attachLinalgDerivatives(mlir::MLIRContext *context);
void attachElementwiseDerivatives(mlir::MLIRContext *context);
void attachContractionDerivatives(mlir::MLIRContext *context);
void attachMovementDerivatives(mlir::MLIRContext *context);
void attachReductionDerivatives(mlir::MLIRContext *context);

} // namespace quantc::distill

#endif // QUANTC_DIALECTS_DISTILL_TRANSFORMS_MODELS_H
