//===- Emitter.h - Shorthand for building loops over vectors ----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_EMITTER_H
#define QUANTC_LIB_CODEGEN_VECTOR_EMITTER_H

#include "quantc/Codegen/Level.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include <optional>

namespace quantc::codegen {

/// A buffer as one row of elements, with the strides (in elements) of the
/// dimensions that it had.
struct FlatBuffer {
  mlir::Value memory;
  llvm::SmallVector<int64_t> shape;
  llvm::SmallVector<int64_t> strides;
  mlir::Type element;
};

/// Builds index arithmetic, loops and vector code at one place of a function.
class Emitter {
public:
  Emitter(mlir::OpBuilder &builder, mlir::Location loc, const Level &level)
      : builder(builder), loc(loc), level(level) {}

  mlir::OpBuilder &builder;
  mlir::Location loc;
  const Level &level;

  //===--------------------------------------------------------------------===//
  // Index arithmetic
  //===--------------------------------------------------------------------===//

  mlir::Value index(int64_t value);
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value add(mlir::Value lhs, int64_t rhs);
  mlir::Value subtract(mlir::Value lhs, mlir::Value rhs);
  mlir::Value multiply(mlir::Value lhs, int64_t rhs);
  mlir::Value least(mlir::Value lhs, int64_t rhs);
  mlir::Value most(mlir::Value lhs, int64_t rhs);
  /// The quotient of a number that is not negative, rounded up.
  mlir::Value divideUp(mlir::Value lhs, int64_t rhs);

  //===--------------------------------------------------------------------===//
  // Loops
  //===--------------------------------------------------------------------===//

  /// for i in [0, count): body(i). A count of 1 is no loop. No iteration reads
  /// or writes what another one writes, so that threads may share them.
  void forEach(int64_t count, llvm::function_ref<void(mlir::Value)> body);

  /// The same with values that are carried from one iteration to the next.
  using Carried = llvm::SmallVector<mlir::Value>;
  Carried forEach(int64_t count, Carried carried,
                  llvm::function_ref<Carried(mlir::Value, Carried)> body);

  /// Iterations [first, end), of which there are `average` if that is not known
  /// before the program runs.
  struct Range {
    mlir::Value first, end;
    double average;
  };
  Range range(int64_t first, int64_t end) {
    return {index(first), index(end), double(end - first)};
  }
  Carried forEach(const Range &range, Carried carried,
                  llvm::function_ref<Carried(mlir::Value, Carried)> body);

  /// for each tile of `tile` elements out of `size`: body(first element). The
  /// last tile is moved back so that it ends with the last element; one thread
  /// does it and the tile that it overlaps.
  void forEachTile(int64_t size, int64_t tile,
                   llvm::function_ref<void(mlir::Value)> body);

  /// Some of the tiles that forEachTile visits, by number.
  struct Tiles {
    mlir::Value first, end;
    int64_t most;   ///< That there are at the most.
    double average; ///< That there are in a block; for estimates.
  };
  /// for each block of at most `most` tiles out of `count`: body(block).
  void forEachBlock(int64_t count, int64_t most,
                    llvm::function_ref<void(const Tiles &)> body);
  void forEachTile(int64_t size, int64_t tile, const Tiles &tiles,
                   llvm::function_ref<void(mlir::Value)> body);

  //===--------------------------------------------------------------------===//
  // Memory and vectors
  //===--------------------------------------------------------------------===//

  /// `memory` has static strides.
  FlatBuffer flatten(mlir::Value memory);

  mlir::VectorType vector(int64_t lanes, mlir::Type element);
  mlir::Value load(const FlatBuffer &from, mlir::Value position, int64_t lanes);
  /// `count` elements, and in the other lanes zeros.
  mlir::Value loadPart(const FlatBuffer &from, mlir::Value position,
                       int64_t lanes, int64_t count);
  mlir::Value loadScalar(const FlatBuffer &from, mlir::Value position);
  /// Asks for the cache line of an element that will be read. It may lie beyond
  /// the buffer.
  void prefetch(const FlatBuffer &from, mlir::Value position);
  /// Stores the first `count` lanes of `value`.
  void store(mlir::Value value, const FlatBuffer &to, mlir::Value position,
             int64_t count);
  /// One element, in every lane of a vector.
  mlir::Value splat(mlir::Value scalar, int64_t lanes);
  mlir::Value splat(float value, int64_t lanes);
  mlir::Value splat(int32_t value, int64_t lanes);
  mlir::Value splat8(int8_t value, int64_t lanes);
  mlir::Value bitcast(mlir::Value value, int64_t lanes, mlir::Type element);
  /// An instruction that only an intrinsic of LLVM can name.
  mlir::Value call(mlir::Type result, llvm::StringRef intrinsic,
                   mlir::ValueRange operands);

  /// The same vector as one that LLVM knows nothing about.
  mlir::Value hide(mlir::Value value);

  mlir::Type i8() { return builder.getI8Type(); }
  mlir::Type i16() { return builder.getI16Type(); }
  mlir::Type i32() { return builder.getI32Type(); }
  mlir::Type f32() { return builder.getF32Type(); }

private:
  Tiles allOf(int64_t count);
  /// A loop whose iterations threads may share. Whoever does the iteration
  /// `together` has done the one before it.
  void forEachUnit(const Tiles &range, std::optional<int64_t> together,
                   llvm::function_ref<void(mlir::Value)> body);
};

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_EMITTER_H
