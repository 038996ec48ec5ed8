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

namespace quantc::codegen {

/// A vector of channels, of which the last one may be cut short.
struct ChannelSlice {
  mlir::Value first;
  int64_t count;
};

/// What the loops of one depthwise convolution run over.
struct DepthwiseLoops {
  FlatBuffer input, output; ///< [N,H,W,C].
  int64_t rowStride;        ///< Rows of the input per row of the output.
  int64_t height, width;    ///< Of a tile, in pixels of the output.
};

/// for image, for block of rows, for slice of channels: start(slice), and for
/// each tile of the block: tile(image, row, column, slice).
///
/// A slice is a part of each cache line, so all slices visit a block of rows
/// that fits the innermost cache before the next block.
void forEachDepthwiseTile(
    Emitter &emit, const DepthwiseLoops &loops,
    llvm::function_ref<void(const ChannelSlice &)> start,
    llvm::function_ref<void(mlir::Value image, mlir::Value row,
                            mlir::Value column, const ChannelSlice &)>
        tile);

/// The width of the tiles that cover `columns` with the fewest tiles of at most
/// `most` pixels.
int64_t evenWidth(int64_t columns, int64_t most);

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_DEPTHWISELOOPS_H
