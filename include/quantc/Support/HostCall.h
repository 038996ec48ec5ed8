//===- HostCall.h - Calls from a program to its host ------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_HOSTCALL_H
#define QUANTC_SUPPORT_HOSTCALL_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace quantc {

/// Finds or adds the private declaration of a function that the host provides.
/// Emits an error if another symbol has its name. Addresses are passed as i64.
mlir::FailureOr<mlir::func::FuncOp>
declareHostFunction(mlir::ModuleOp module, llvm::StringRef name,
                    mlir::FunctionType type);

/// The address of a tensor's first element, as an i64. The elements lie without
/// gaps: bufferization copies a tensor that does not. `tensor` is ranked and
/// has a static shape; the address is good until the next op.
mlir::Value addressOf(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value tensor);

/// An i64 constant.
mlir::Value constantI64(mlir::OpBuilder &builder, mlir::Location loc,
                        int64_t value);

} // namespace quantc

#endif // QUANTC_SUPPORT_HOSTCALL_H
