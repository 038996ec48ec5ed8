//===- Calibrating.h - Ranges from samples ----------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_CALIBRATING_H
#define QUANTC_LIB_PIPELINES_CALIBRATING_H

#include "quantc/Pipelines/Compile.h"

#include "mlir/IR/BuiltinOps.h"

namespace quantc {

/// imported -> calibrated: observes the program over the request's samples and
/// writes the ranges into the observers.
llvm::Error calibrate(mlir::ModuleOp module, const CompileRequest &request);

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_CALIBRATING_H
