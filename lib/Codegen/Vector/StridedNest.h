//===- StridedNest.h - An op as loops over strided operands -----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_STRIDEDNEST_H
#define QUANTC_LIB_CODEGEN_VECTOR_STRIDEDNEST_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include <optional>

namespace quantc::codegen {

/// The sizes of the loops that all ops of a function have around them in
/// common.
inline constexpr llvm::StringLiteral kRowsAttrName = "quantc.rows";
/// Of such an op: those of one number may share the loop over a row as well.
inline constexpr llvm::StringLiteral kPassAttrName = "quantc.pass";

/// One loop, and how far each operand moves with it, in elements.
struct StridedLoop {
  int64_t size;
  bool reduces;
  llvm::SmallVector<int64_t> strides;
};

/// The loops of a linalg op on memory of static layout, with as few of them as
/// possible: loops of one iteration are left out, and neighbours that every
/// operand walks through as through one are merged.
///
///   add over [1, 8, 16] of dense operands -> one loop of 128
struct StridedNest {
  llvm::SmallVector<StridedLoop> loops;
  /// Where each operand starts, in elements.
  llvm::SmallVector<int64_t> offsets;

  /// None if a layout is not static or an index is not a sum of loop counters.
  static std::optional<StridedNest> of(mlir::linalg::LinalgOp op);

  /// Splits the outermost loops off that together count through `sizes`, which
  /// must not reduce; loops are cut where that is needed. None if the nest
  /// cannot be cut there.
  std::optional<llvm::SmallVector<StridedLoop>>
  takeOuter(llvm::ArrayRef<int64_t> sizes);

  /// The number of loops that reduce.
  int64_t reductions() const;

  /// Whether a result moves in a loop that reduces: what the loops add to is
  /// not one element, so that none can stay in a register.
  bool scatters(mlir::linalg::LinalgOp op) const;

  /// A loop that does not reduce, in which every result has stride 1 and every
  /// input stride 0 or 1, so that its iterations can be the lanes of a vector.
  /// Of several, the one that fills most of `lanes`, then the innermost.
  std::optional<size_t> parallelLanes(mlir::linalg::LinalgOp op,
                                      int64_t lanes) const;

  /// If there is no such loop: the only loop that reduces, if it is the
  /// innermost one and every input has stride 0 or 1 in it.
  std::optional<size_t> reducedLanes(mlir::linalg::LinalgOp op) const;
};

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_STRIDEDNEST_H
