//===- Jit.h - An imported program as code in this process ------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_PIPELINES_JIT_H
#define QUANTC_PIPELINES_JIT_H

#include "quantc/Execution/Model.h"

#include "mlir/IR/BuiltinOps.h"

namespace quantc {

/// Compiles what an importer returned, as it is, for one CPU level of this
/// machine; the empty level is the best. Meant for programs that run once: LLVM
/// optimizes little. Changes `module`. What fails is reported as diagnostics,
/// and the error names the stage.
llvm::Expected<std::unique_ptr<Model>> compileHere(mlir::ModuleOp module,
                                                   llvm::StringRef level = "");

} // namespace quantc

#endif // QUANTC_PIPELINES_JIT_H
