//===- DepthwiseLoops.h - In which order channels and pixels go -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_DEPTHWISELOOPS_H
#define QUANTC_LIB_CODEGEN_VECTOR_DEPTHWISELOOPS_H

#include "Emitter.h"

#include <functional>

namespace quantc::codegen {

/// Channels side by side, of which the last ones may be cut short.
struct ChannelSlice {
  mlir::Value first;
  int64_t count;
};

/// Of a tile, in pixels of the output.
struct TileSize {
  int64_t rows = 1, columns = 1;

  int64_t pixels() const { return rows * columns; }
};

/// Where a tile begins.
struct DepthwiseTile {
  mlir::Value image, row, column;
  ChannelSlice slice;
};

/// Channels that are computed in slices of one size and tiles of one width.
struct DepthwisePart {
  int64_t first, end; ///< Channels.
  int64_t sliceSize;  ///< Of which the last slice may have less.
  int64_t width;      ///< Of a tile, in pixels of the output.
  std::function<void(const ChannelSlice &)> start;
  std::function<void(const DepthwiseTile &)> tile;
};

/// What the loops of one depthwise convolution run over.
struct DepthwiseLoops {
  FlatBuffer input, output; ///< [N,H,W,C].
  int64_t rowStride;        ///< Rows of the input per row of the output.
  int64_t height;           ///< Of a tile, in pixels of the output.
};

/// for image, for block of rows, for part, for slice of channels: start(slice),
/// and tile(place) for each tile of the block.
///
/// A slice is a part of each cache line, so all slices visit a block of rows
/// that fits the innermost cache before the next block.
void forEachDepthwiseTile(Emitter &emit, const DepthwiseLoops &loops,
                          llvm::ArrayRef<DepthwisePart> parts);

/// The width of the tiles that cover `columns` with the fewest tiles of at most
/// `most` pixels.
int64_t evenWidth(int64_t columns, int64_t most);

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_DEPTHWISELOOPS_H
