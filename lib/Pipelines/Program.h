//===- Program.h - A module as code in this process -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_PROGRAM_H
#define QUANTC_LIB_PIPELINES_PROGRAM_H

#include "quantc/Execution/Model.h"
#include "quantc/Pipelines/Lower.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"

namespace quantc {

/// Runs the passes that `build` adds. What fails is printed by the context's
/// diagnostic handler; the error names `stage`.
llvm::Error runStage(mlir::ModuleOp module, llvm::StringRef stage,
                     llvm::function_ref<void(mlir::OpPassManager &)> build);

/// A lowered copy of `module`.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
lowered(mlir::ModuleOp module, const LowerOptions &options);

/// The object file of a lowered module.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
objectOf(mlir::ModuleOp lowered, const LowerOptions &options);

/// `module` as code in this process, linked with what it calls of the host. Its
/// large constants stay in the context, which has to keep them as long.
llvm::Expected<std::unique_ptr<Model>>
loadProgram(mlir::ModuleOp module, const LowerOptions &options,
            llvm::ArrayRef<Model::Symbol> symbols = {});

/// The symbol that observers call.
using Observe = void (*)(int64_t site, const float *values, int64_t count);
Model::Symbol observedBy(Observe observe);

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_PROGRAM_H
