//===- ChooseProducts.h - Attention on codes or in float --------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_CHOOSEPRODUCTS_H
#define QUANTC_LIB_PIPELINES_CHOOSEPRODUCTS_H

#include "quantc/Pipelines/Quantize.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include <string>

namespace quantc {

struct CompileRequest;

/// Whether the program multiplies two activations, as attention does.
bool hasProducts(mlir::ModuleOp module);

/// What was chosen, and a sentence that says why; none if there is no choice.
struct ProductChoice {
  bool onCodes = false;
  std::string reason;
};

/// Of a program that was calibrated with its products in float and with its
/// products on codes, the latter if it is predicted to be faster and its
/// outputs for the calibration samples are about as close to those of
/// `imported`. Speed is predicted for one CPU, and all programs run without
/// fused multiply-adds, so that the choice is the same on every machine.
llvm::Expected<ProductChoice> chooseProducts(mlir::ModuleOp imported,
                                             mlir::ModuleOp inFloat,
                                             mlir::ModuleOp onCodes,
                                             const QuantizeOptions &options,
                                             const CompileRequest &request);

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_CHOOSEPRODUCTS_H
