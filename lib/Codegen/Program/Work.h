//===- Work.h - How much a kernel does, and how to divide it ----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_PROGRAM_WORK_H
#define QUANTC_LIB_CODEGEN_PROGRAM_WORK_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/DenseSet.h"

namespace quantc::codegen {

/// How the loops of a kernel are divided among threads.
struct WorkPlan {
  /// Of all of the kernel: an operation on a register counts one.
  double cycles = 0;
  /// The largest number of units in a loop that is divided; 0 if none is.
  int64_t units = 0;
  /// Loops of which each thread runs some iterations ...
  llvm::DenseSet<mlir::Operation *> divided;
  /// ... and loops around those, which each thread runs as a whole.
  llvm::DenseSet<mlir::Operation *> entered;
};

/// The plan that wastes least, over a range of numbers of threads.
WorkPlan planWork(mlir::func::FuncOp function);

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_PROGRAM_WORK_H
