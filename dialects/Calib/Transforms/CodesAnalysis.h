//===- CodesAnalysis.h - What becomes codes ---------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_CALIB_TRANSFORMS_CODESANALYSIS_H
#define QUANTC_DIALECTS_CALIB_TRANSFORMS_CODESANALYSIS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace quantc::calib {

/// Whether the regions of `op` compute tensors like a function: loops and
/// branches do, the scalar body of a `linalg.generic` does not.
bool holdsLayers(mlir::Operation *op);

/// Which values of a function can be codes, and for which of them quantization
/// has to know the range. The rules stand in the description of the pass
/// `calib-insert-observers`.
class CodesAnalysis {
public:
  /// With `products`, the product of two activations is an integer op, too.
  explicit CodesAnalysis(mlir::func::FuncOp function, bool products = false);

  /// Whether an integer op, or quantization of an input, makes `value`.
  bool areCodes(mlir::Value value) const { return roots.contains(value); }

  /// Whether `value` has to be observed.
  bool needsRange(mlir::Value value) const;

  /// Whether `use` leads to an integer op.
  bool wantsCodes(mlir::OpOperand &use) const {
    return wantedUses.contains(&use);
  }

private:
  bool isWantedProduct(mlir::Operation *op) const;
  void analyze(mlir::func::FuncOp function);
  bool foundStream(mlir::func::FuncOp function);
  void findRoots(mlir::Region &region);
  void findWanted(mlir::Region &region);
  mlir::Value rootOf(mlir::Operation *op) const;
  mlir::Value rootOfElementwise(mlir::Operation *op) const;
  void markWantedOperands(mlir::Operation *op);
  void markWanted(mlir::OpOperand &use);
  bool isInsideTable(mlir::Value value) const;

  /// Codes, and the codes that they are an elementwise function of: themselves,
  /// or the input of a table.
  mlir::DenseMap<mlir::Value, mlir::Value> roots;
  mlir::DenseSet<mlir::Value> wanted;
  mlir::DenseSet<mlir::OpOperand *> wantedUses;
  bool products;
  /// Sums and contractions that are left in float because another sum in float
  /// reads them.
  mlir::DenseSet<mlir::Value> streams;
};

} // namespace quantc::calib

#endif // QUANTC_DIALECTS_CALIB_TRANSFORMS_CODESANALYSIS_H
