//===- Blocks.h - Which tiles share the caches ------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_BLOCKS_H
#define QUANTC_LIB_CODEGEN_VECTOR_BLOCKS_H

#include <cstdint>

namespace quantc::codegen {

/// What the choice of blocks depends on.
struct BlockProblem {
  int64_t rows, columns; ///< Tiles of pixels in the output.
  int64_t rowBytes;      ///< Of the input that one row of tiles is new.
  int64_t weightBytes;   ///< Of all channels.
  int64_t groups;        ///< Groups of channels, each a pass over the input.
};

/// Tiles of pixels that all groups of channels visit before the next block, so
/// that their input comes from the second cache in all passes but the first.
struct Blocks {
  int64_t rows, columns;
};

/// The blocks with the least traffic from beyond the second cache: small ones
/// read the input once, but the weights once per block.
Blocks chooseBlocks(const BlockProblem &problem);

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_BLOCKS_H
