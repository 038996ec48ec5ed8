//===- TileAxis.h - The tiles of one axis, and their taps -------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_TILEAXIS_H
#define QUANTC_LIB_CODEGEN_VECTOR_TILEAXIS_H

#include "dialects/Kernel/IR/WindowAxis.h"
#include "llvm/ADT/SmallVector.h"
#include <map>

namespace quantc::codegen {

/// Taps [first, end) that the outputs [low, high) of a tile have.
struct TapRange {
  int64_t first, end;
  int64_t low, high;
};

/// Outputs [first, first + size) that tiles cover: a single tile at the border,
/// or any number of tiles that have all taps.
struct TileSpan {
  int64_t first, size;
  bool isWhole;
};

/// The outputs of one axis as tiles. Those at the border lack taps:
///
///   14 outputs, kernel 3, padding 1, tiles of 5:  spans 0-4, 4-8, 9-13
///   tile 9-13:  taps 0-1 of outputs 9-13, tap 2 of outputs 9-12
class TileAxis {
public:
  TileAxis() = default;
  TileAxis(const kernel::WindowAxis &window, int64_t tile)
      : window(window), tile(tile) {}

  /// Whether the taps of a tile are a range that differs from tile to tile.
  bool hasRanges() const { return tile == 1 && window.isPadded(); }

  /// In order. With ranges, or without padding, there is one span. The last
  /// tile of a span overlaps the one before if the span is no multiple of it.
  llvm::SmallVector<TileSpan> spans() const;

  /// The taps of the tile whose first output is `first`, in order.
  llvm::SmallVector<TapRange> tapsAt(int64_t first) const;
  /// The taps of a tile that has all of them.
  TapRange allTaps() const { return {0, window.kernel, 0, tile}; }

  /// How many taps of all tiles have so many outputs.
  std::map<int64_t, int64_t> tapsByOutputs() const;

  kernel::WindowAxis window;
  int64_t tile;
};

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_TILEAXIS_H
