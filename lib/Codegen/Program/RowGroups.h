//===- RowGroups.h - Loops that can run row by row ------------ -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_PROGRAM_ROWGROUPS_H
#define QUANTC_LIB_CODEGEN_PROGRAM_ROWGROUPS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/SmallVector.h"

namespace quantc::codegen {

/// Ops that may run one row at a time, each row through all of them, instead of
/// one after the other.
///
///   max, exp(x - max), sum over [8, 256, 256] -> 2048 rows of 256
struct RowGroup {
  /// In an order that may be another one than in the block.
  llvm::SmallVector<mlir::linalg::LinalgOp> ops;
  /// For each op, the number of the pass over the row that it is done in.
  llvm::SmallVector<int64_t> passes;
  /// Of the loops over the rows, outermost first.
  llvm::SmallVector<int64_t> sizes;
};

/// The groups of a block on planned memory, in order. Each is around a
/// reduction over neighbours and has nothing with effects between its ops.
llvm::SmallVector<RowGroup> findRowGroups(mlir::Block &block);

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_PROGRAM_ROWGROUPS_H
