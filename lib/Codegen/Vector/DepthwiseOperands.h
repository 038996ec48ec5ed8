//===- DepthwiseOperands.h - What depthwise kernels have alike --*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_DEPTHWISEOPERANDS_H
#define QUANTC_LIB_CODEGEN_VECTOR_DEPTHWISEOPERANDS_H

#include "DepthwiseLoops.h"
#include "Epilogue.h"

#include "dialects/Kernel/IR/Kernel.h"

#include <optional>

namespace quantc::codegen {

/// Operands of a depthwise convolution, and where a tile is in them.
struct DepthwiseOperands {
  DepthwiseOperands(Emitter &emit, kernel::DepthwiseConv2DOp op);

  /// Rows (axis 0) or columns (axis 1) of the input that so many outputs see.
  int64_t reach(int axis, int64_t outputs);
  /// The tap of an output of the tile that is at `place` of the tile's input,
  /// if one is.
  std::optional<int64_t> tapAt(int axis, int64_t output, int64_t place);

  /// Tiles of this size that a slice of channels takes.
  int64_t tilesOf(const TileSize &size);
  /// The tile of at least `least` and at most `most` that `cycles`, for one
  /// tile, makes the fastest; it gives nothing for a tile that does not fit.
  TileSize fastestTile(
      const TileSize &least, const TileSize &most,
      llvm::function_ref<std::optional<double>(const TileSize &)> cycles);

  /// The first element of a tile.
  mlir::Value inputCorner(const DepthwiseTile &tile);
  mlir::Value outputCorner(const DepthwiseTile &tile);
  /// Elements from the corner of a tile to one of its pixels.
  int64_t inputOffset(int64_t row, int64_t column);
  int64_t outputOffset(int64_t row, int64_t column);

  /// Stores the sums of a tile, row by row.
  void store(const DepthwiseTile &tile, const TileSize &size,
             llvm::ArrayRef<mlir::Value> sums);

  Emitter &emit;
  kernel::DepthwiseConv2DOp op;
  FlatBuffer input, weights, bias, scale, output; ///< `scale` may have none.
  Epilogue epilogue;
};

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_DEPTHWISEOPERANDS_H
