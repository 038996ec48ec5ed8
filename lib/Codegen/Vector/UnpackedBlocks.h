//===- UnpackedBlocks.h - Weights that many rows multiply ---------- -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_UNPACKEDBLOCKS_H
#define QUANTC_LIB_CODEGEN_VECTOR_UNPACKEDBLOCKS_H

#include "DotProduct.h"
#include "Emitter.h"

namespace quantc::codegen {

/// What a kernel cuts its work into if many rows multiply the same weights.
struct Sections {
  int64_t blocks; ///< Of weights that are unpacked at a time.
  int64_t tiles;  ///< Of rows that multiply them then.

  /// For `vectors` of channels, blocks of `steps` steps, of which there are
  /// `blocks`, and `tiles` tiles of `rows` rows. None if unpacking would not
  /// pay: the rows are few.
  static std::optional<Sections> choose(const Level &level, int64_t vectors,
                                        int64_t steps, int64_t blocks,
                                        int64_t rows, int64_t tiles);
};

/// Memory of the kernel's own, small enough for the innermost cache: a section
/// of the weights as operands of dot products, its scales as f32, the sums of
/// each tile so far, and a tile's activations if they have to be widened.
class UnpackedBlocks {
public:
  UnpackedBlocks(Emitter &emit, const Sections &sections, int64_t vectors,
                 int64_t steps, int64_t rows);

  /// Widens `taps` taps of a tile's rows of `input` from `position` on to i16,
  /// for levels whose products want those.
  void storeInput(const FlatBuffer &input, mlir::Value position, int64_t taps,
                  bool isSigned);
  /// [row, tap]
  const FlatBuffer &input() const { return copy; }

  /// The weights of one vector of channels for one step. Blocks are numbered
  /// from the section's first one on.
  void storeWeights(mlir::Value block, mlir::Value step, int64_t vector,
                    const DotOperand &weights);
  DotOperand loadWeights(mlir::Value block, mlir::Value step, int64_t vector);

  void storeScales(mlir::Value block, int64_t vector, mlir::Value scales);
  mlir::Value loadScales(mlir::Value block, int64_t vector);

  /// Of a tile, by its number in the section.
  void storeSums(mlir::Value tile, mlir::ValueRange sums);
  Emitter::Carried loadSums(mlir::Value tile, size_t count);
  /// One vector of them.
  void storeSum(mlir::Value tile, size_t number, mlir::Value value);
  mlir::Value loadSum(mlir::Value tile, size_t number);

private:
  FlatBuffer allocate(mlir::Type element, llvm::ArrayRef<int64_t> shape);
  void copyInput(const FlatBuffer &input, mlir::Value position, mlir::Value tap,
                 int64_t count, bool isSigned);
  mlir::Value placeOf(mlir::Value tile, size_t number);
  mlir::Value placeOf(mlir::Value block, mlir::Value step, int64_t vector);

  Emitter &emit;
  int64_t lanes, parts;
  FlatBuffer weights; ///< [block, step, vector, bytes]
  FlatBuffer scales;  ///< [block, vector, lanes]
  FlatBuffer sums;    ///< [tile, row and vector, lanes]
  FlatBuffer copy;    ///< [row, tap]
};

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_UNPACKEDBLOCKS_H
