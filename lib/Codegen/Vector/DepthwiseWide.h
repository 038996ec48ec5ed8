//===- DepthwiseWide.h - Depthwise tiles of whole cache lines ---*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_DEPTHWISEWIDE_H
#define QUANTC_LIB_CODEGEN_VECTOR_DEPTHWISEWIDE_H

#include "DepthwiseOperands.h"
#include "DepthwiseQuads.h"

#include <array>
#include <map>

namespace quantc::codegen {

/// Vectors of channels that a register of bytes has.
constexpr int64_t kWideVectors = 4;

/// Tiles of as many channels as a register has bytes.
///
/// Four rows are interleaved byte by byte inside of lanes of 128 bits, which
/// leaves channels 16 l + 4 v to 16 l + 4 v + 3 in lane l of vector v. Packing
/// the results works inside of those lanes, too, and brings the channels back
/// into their order: two instructions that move bytes for each vector of a
/// column, and none for the results.
class DepthwiseWide : DepthwiseOperands {
public:
  explicit DepthwiseWide(const DepthwiseOperands &operands);

  /// The channels, from the first on, that such tiles take; maybe none.
  int64_t channels() const { return end; }
  const TileSize &tileSize() const { return size; }

  void start(const ChannelSlice &slice);
  void tile(const DepthwiseTile &place);

private:
  using Vectors = std::array<mlir::Value, kWideVectors>;

  TileSize chooseTile();
  double cyclesOf(const TileSize &tile);
  mlir::Value interleave(mlir::Value first, mlir::Value second, int64_t size,
                         bool high);
  /// The bytes of four rows, of four channels in each lane of 128 bits.
  Vectors interleave(const std::array<mlir::Value, kRows> &rows);
  /// 32-bit numbers of all channels, in the order of the vectors.
  Vectors loadNumbers(const FlatBuffer &from, mlir::Value first);
  Vectors loadColumn(mlir::Value corner, int64_t column, int64_t quad);
  void addColumn(mlir::Value corner, int64_t column, int64_t quad,
                 llvm::MutableArrayRef<Vectors> sums);

  RowQuads quads;
  int64_t end = 0; ///< Of the channels.
  TileSize size;
  /// As those of `DepthwiseDot`, for the present slice.
  std::map<int64_t, llvm::SmallVector<Vectors>> kernel;
  Vectors biases, scales;
};

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_DEPTHWISEWIDE_H
