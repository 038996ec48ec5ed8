//===- Tile.h - How many results a kernel computes at a time ----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_TILE_H
#define QUANTC_LIB_CODEGEN_VECTOR_TILE_H

#include "dialects/Kernel/IR/WindowAxis.h"
#include "quantc/Codegen/Level.h"
#include <cstdint>

namespace quantc::codegen {

/// The results that one pass over the taps computes in registers.
struct Tile {
  int64_t height;  ///< Rows of the output.
  int64_t width;   ///< Columns of the output.
  int64_t vectors; ///< Vectors of result channels.

  int64_t pixels() const { return height * width; }
};

/// What the choice of a tile depends on.
struct TileProblem {
  kernel::WindowAxis rows, columns;
  int64_t channels; ///< Of the output.
  double steps;     ///< Of each tap: groups of four channels, or single f32.
  bool integer;     ///< i8 codes, or f32.
  /// Bytes from the input of one output to that of the next one below and to
  /// the right; 0 where they do not matter.
  int64_t rowBytes = 0, columnBytes = 0;
};

/// The tile with the lowest estimated time. A tile never exceeds the output;
/// where its size does not divide the output's, the last tile overlaps the one
/// before, so no other code is needed for remainders:
///
///   width 14, tile 4:  columns 0-3, 4-7, 8-11, 10-13
Tile chooseTile(const TileProblem &problem, const Level &level);

/// Whether the output and the registers have room for the tile.
bool isPossible(const TileProblem &problem, const Level &level,
                const Tile &tile);

/// The estimate that `chooseTile` minimizes, in cycles per image.
double estimateCycles(const TileProblem &problem, const Level &level,
                      const Tile &tile);

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_TILE_H
