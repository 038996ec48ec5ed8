//===- StageRules.h - What holds at the end of each stage -------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_PIPELINES_STAGERULES_H
#define QUANTC_PIPELINES_STAGERULES_H

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"

namespace quantc {

/// "expects <rule>, but got <value> at layer '<name>': <blame>". The blame
/// names the pass that should have prevented the fault. The op itself is not
/// printed: it may hold all weights.
mlir::LogicalResult fault(mlir::Operation *op, const llvm::Twine &rule,
                          const llvm::Twine &value, const llvm::Twine &blame);

/// Calls `rule` on every op inside; stops at the first that fails.
mlir::LogicalResult
forEachOp(mlir::ModuleOp module,
          llvm::function_ref<mlir::LogicalResult(mlir::Operation *)> rule);

/// `isAllowed` holds for the dialect of every op. `blame` says, for the name of
/// a foreign dialect, who should have removed it.
mlir::LogicalResult
checkDialects(mlir::ModuleOp module, llvm::StringRef stage,
              llvm::ArrayRef<llvm::StringLiteral> allowed,
              llvm::function_ref<std::string(mlir::Operation *)> blame);

/// One public function with names at its boundary.
mlir::LogicalResult checkBoundary(mlir::ModuleOp module);

/// Every tensor is ranked and of static shape.
mlir::LogicalResult checkShapes(mlir::ModuleOp module);

/// The value that a contraction multiplies with constant weights; null for
/// other ops.
mlir::Value contractedInput(mlir::Operation *op);

/// Looks through ops that only move data, and max_pool2d.
mlir::Value throughDataMovement(mlir::Value value);

mlir::LogicalResult verifyImported(mlir::ModuleOp module);
mlir::LogicalResult verifyCalibrated(mlir::ModuleOp module);
mlir::LogicalResult verifyQuantized(mlir::ModuleOp module);
mlir::LogicalResult verifyLowered(mlir::ModuleOp module);

} // namespace quantc

#endif // QUANTC_PIPELINES_STAGERULES_H
