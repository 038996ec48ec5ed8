//===- CellActivation.h - Activations of recurrent cells --------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_CELLACTIVATION_H
#define QUANTC_FRONTEND_ONNX_CELLACTIVATION_H

#include "../NodeContext.h"

namespace quantc::onnx {

/// A function that a cell of RNN, GRU or LSTM applies to its gates, by the name
/// that the attribute `activations` uses.
struct CellActivation {
  mlir::Value (*function)(TosaBuilder &build, mlir::Value x, double alpha,
                          double beta) = nullptr;
  double alpha = 0, beta = 0;

  mlir::Value operator()(TosaBuilder &build, mlir::Value x) const {
    return function(build, x, alpha, beta);
  }
};

/// The activations of all directions, one after the other: those of the node,
/// or `defaults` for each direction. `activation_alpha` and `activation_beta`
/// are dealt out in order to the activations that have such a parameter.
mlir::FailureOr<std::vector<CellActivation>>
readActivations(NodeContext &node, llvm::ArrayRef<llvm::StringRef> defaults,
                int64_t directions);

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_CELLACTIVATION_H
