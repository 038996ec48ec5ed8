//===- Load.h - A model from its file ---------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_LOAD_H
#define QUANTC_LIB_PIPELINES_LOAD_H

#include "quantc/Pipelines/Compile.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace quantc {

/// The request's model at the stage `imported`, or a later one if the file says
/// so. The suffix picks the reader.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
loadModel(const CompileRequest &request, mlir::MLIRContext &context);

/// "imported", "calibrated", "quantized", or "" for a module without a stage.
llvm::StringRef stageOf(mlir::ModuleOp module);

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_LOAD_H
