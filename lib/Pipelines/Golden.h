//===- Golden.h - Vectors for the self-test ---------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_GOLDEN_H
#define QUANTC_LIB_PIPELINES_GOLDEN_H

#include "quantc/Pipelines/Compile.h"
#include "quantc/Pipelines/Lower.h"

#include "mlir/IR/BuiltinOps.h"

namespace quantc {

/// Gives the module one sample and what the scalar reference answers to it, for
/// the compiled model's self-test. Does nothing if the request names no
/// samples, if levels may differ in their last bits, or if the vectors are too
/// large to ship.
llvm::Error addGoldenVectors(mlir::ModuleOp module,
                             const CompileRequest &request,
                             const LowerOptions &options);

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_GOLDEN_H
