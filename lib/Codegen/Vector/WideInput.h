//===- WideInput.h - Activations as i16 for a while -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_WIDEINPUT_H
#define QUANTC_LIB_CODEGEN_VECTOR_WIDEINPUT_H

#include "Blocks.h"
#include "Emitter.h"

#include <optional>

namespace quantc::codegen {

/// What the choice of a wide input depends on.
struct WideProblem {
  Blocks tiles;                  ///< All tiles of the output.
  int64_t rowsPerTile = 1;       ///< Of the input, from a tile to the next.
  int64_t columnsPerTile = 1;    ///< The same in the width.
  int64_t rowsShared = 0;        ///< That a tile reads beside those.
  int64_t columnsShared = 0;     ///< The same in the width.
  int64_t rows = 1, columns = 1; ///< Of the input.
  int64_t channels = 1;          ///< Of the input.
  double uses = 1;               ///< How often the kernel reads an activation.
  bool pixelsTouch = true;       ///< Runs of taps go beyond a pixel.

  /// Rows and columns of the input that a block reads.
  Blocks inputOf(const Blocks &block) const;
  /// Elements of a pixel of the copy, and of a row.
  int64_t pixelElements() const;
  int64_t rowElements(const Blocks &block) const;
  /// Bytes of the copy.
  int64_t bytes(const Blocks &block) const;
};

/// The largest blocks, of nearly equal size, whose copy fits the memory that a
/// kernel may take from the stack. None if not even a tile's does, or if the
/// copy would take longer than it saves.
std::optional<Blocks> chooseWideBlocks(const WideProblem &problem);

/// The activations that a block of tiles reads, as i16 in memory of the
/// thread's own: `pmaddwd` multiplies i16, and a pair of them can be put into
/// all lanes by the load itself.
class WideInput {
public:
  /// `source` has dense pixels; signed codes become unsigned ones.
  WideInput(Emitter &emit, const FlatBuffer &source, bool isSigned,
            const WideProblem &problem, const Blocks &block);

  /// [1, rows, columns, channels], of one block.
  const FlatBuffer &buffer() const { return copy; }
  /// Copies the region that starts at `row` and `column` of an image.
  void fill(mlir::Value image, mlir::Value row, mlir::Value column);

private:
  /// So many codes.
  void widen(mlir::Value from, mlir::Value to, int64_t count);

  Emitter &emit;
  FlatBuffer source, copy;
  bool isSigned;
};

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_WIDEINPUT_H
