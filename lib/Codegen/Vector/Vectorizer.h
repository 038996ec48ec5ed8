//===- Vectorizer.h - Loops of one op over vectors ------------ -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_VECTORIZER_H
#define QUANTC_LIB_CODEGEN_VECTOR_VECTORIZER_H

#include "Emitter.h"
#include "Lookup.h"
#include "StridedNest.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/DenseMap.h"

namespace quantc::codegen {

/// Builds the loops of one op where the emitter stands.
class Vectorizer {
public:
  /// `nest` is what is left of the op's loops. With `shared`, threads may share
  /// the loops that do not reduce.
  Vectorizer(Emitter &emit, mlir::linalg::LinalgOp op, StridedNest nest,
             bool shared);

  /// The operands start so many steps of a loop further on.
  void advance(const StridedLoop &loop, mlir::Value by);

  /// Neighbouring results side by side, those of the loop `lanes`; a single
  /// result without one.
  void overParallel(std::optional<size_t> lanes);
  /// Values of one result side by side.
  void overReduction(mlir::Operation *combiner);

  /// Ops whose only loop is of one size, each with every vector of it before
  /// the next: what one leaves at a place, the others find in registers.
  static void together(llvm::MutableArrayRef<Vectorizer> members);

private:
  friend class SharedLoop;

  using Places = llvm::SmallVector<mlir::Value>;
  using Body = llvm::function_ref<void(const Places &)>;

  Places moved(const Places &places, const StridedLoop &loop, mlir::Value by);
  Places moved(const Places &places, int64_t by, const StridedLoop &loop);
  void loopOver(int64_t count, llvm::function_ref<void(mlir::Value)> body);
  /// for each iteration of the loops in `which`: body(where the operands are)
  void forEach(llvm::ArrayRef<size_t> which, const Places &places, Body body);
  Emitter::Carried reduce(llvm::ArrayRef<size_t> which, const Places &places,
                          const StridedLoop &lanes, int64_t count,
                          Emitter::Carried sums);

  /// Operand `number` in `count` lanes, zeros in those from `some` on.
  mlir::Value read(size_t number, const Places &places,
                   const StridedLoop &lanes, int64_t count, int64_t some);
  /// What the body yields for the inputs at `places` and the given results.
  Emitter::Carried apply(const Places &places, const StridedLoop &lanes,
                         int64_t count, mlir::ValueRange results);
  /// The same for several places at a time, operation by operation; the last
  /// has `some` values.
  llvm::SmallVector<Emitter::Carried>
  applyAll(llvm::ArrayRef<Places> at, const StridedLoop &lanes, int64_t count,
           int64_t some, llvm::ArrayRef<Emitter::Carried> results);
  void copyInto(mlir::Operation &in, int64_t count, mlir::IRMapping &mapping);
  void chunk(llvm::ArrayRef<size_t> reductions, const Places &places,
             const StridedLoop &lanes, int64_t count);
  /// Lanes of a vector of partial sums.
  int64_t sumWidth() const;
  Emitter::Carried startSums(mlir::Operation *combiner);
  mlir::Value neutral(mlir::Operation *combiner, int64_t lanes);
  mlir::Value accumulate(mlir::Operation *combiner, const Places &places,
                         int64_t count, mlir::Value sum);
  void chunks(llvm::ArrayRef<Places> at, const StridedLoop &lanes,
              int64_t count, int64_t some);
  Emitter::Carried readResults(const Places &places, const StridedLoop &lanes,
                               int64_t count, int64_t some);
  void storeResults(llvm::ArrayRef<mlir::Value> results, const Places &places,
                    int64_t count);
  /// Vectors that are best computed at a time.
  int64_t sideBySide();
  /// Whether lanes without a value may go through the body.
  bool canWiden();
  void reduceRow(mlir::Operation *combiner, const Places &places);
  void store(mlir::Operation *combiner, Emitter::Carried sums,
             const Places &places);
  mlir::Value combine(mlir::Operation *combiner, mlir::Value lhs,
                      mlir::Value rhs);
  mlir::Value slice(mlir::Value vector, int64_t first, int64_t count);

  Emitter &emit;
  mlir::linalg::LinalgOp op;
  StridedNest nest;
  bool shared;
  llvm::SmallVector<FlatBuffer> buffers;
  llvm::DenseMap<mlir::Value, Lookup> tables;
  Places start;
  size_t inputs;
};

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_VECTORIZER_H
