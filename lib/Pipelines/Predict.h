//===- Predict.h - How long a program will take -----------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_PREDICT_H
#define QUANTC_LIB_PIPELINES_PREDICT_H

#include "quantc/Codegen/Latency.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

namespace quantc {

struct LowerOptions;

/// The work of `module`, which is left as it is, at the fastest level of
/// `options`.
llvm::Expected<codegen::ProgramWork> workOf(mlir::ModuleOp module,
                                            const LowerOptions &options);

/// This machine's prices at a level that it runs: those on which a few small
/// kernels, compiled and timed for it, come out as measured. Takes about a
/// second.
llvm::Expected<codegen::Machine> measureMachine(mlir::MLIRContext &context,
                                                llvm::StringRef level);

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_PREDICT_H
