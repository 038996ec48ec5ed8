//===- DepthwiseWide.cpp - Depthwise tiles of whole cache lines -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "DepthwiseWide.h"

#include "DotProduct.h"
#include "StoreResults.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

/// Pixels of a tile: their sums take four registers each.
static constexpr int64_t kMostPixels = 4;

DepthwiseWide::DepthwiseWide(const DepthwiseOperands &operands)
    : DepthwiseOperands(operands), quads(op) {
  int64_t width = kWideVectors * emit.level.lanes;
  if (emit.level.registers < 32 || !scale.memory || !packsCodes(emit, epilogue))
    return;
  end = output.shape[3] / width * width;
  if (end > 0)
    size = chooseTile();
}

/// Instructions.
double DepthwiseWide::cyclesOf(const TileSize &tile) {
  int64_t columns =
      std::min(reach(1, tile.columns), tile.columns * op.getKernel()[1]);
  return 12.0 * double(columns * quads.count(tile.rows)) +
         4.0 *
             double(tile.columns * op.getKernel()[1] * quads.dots(tile.rows)) +
         20.0 * double(tile.pixels()) + 10;
}

TileSize DepthwiseWide::chooseTile() {
  TileSize least, most{std::min<int64_t>(output.shape[1], kMostPixels),
                       std::min<int64_t>(output.shape[2], kMostPixels)};
  // The rows of a schedule are those of all channels.
  if (std::optional<ArrayRef<int64_t>> schedule = op.getSchedule())
    least.rows = most.rows = (*schedule)[0];
  return fastestTile(least, most,
                     [&](const TileSize &tile) -> std::optional<double> {
                       if (tile.pixels() > std::max(kMostPixels, least.rows))
                         return std::nullopt;
                       return cyclesOf(tile);
                     });
}

/// The lower or upper halves of all lanes of 128 bits, `size` bytes of each
/// operand in turn.
Value DepthwiseWide::interleave(Value first, Value second, int64_t size,
                                bool high) {
  int64_t bytes = kWideVectors * emit.level.lanes;
  SmallVector<int64_t> order;
  for (int64_t lane = 0; lane < bytes; lane += 16)
    for (int64_t at = high ? 8 : 0, last = at + 8; at < last; at += size)
      for (int64_t operand : {int64_t(0), bytes})
        for (int64_t byte = 0; byte < size; ++byte)
          order.push_back(operand + lane + at + byte);
  return vector::ShuffleOp::create(emit.builder, emit.loc, first, second,
                                   order);
}

DepthwiseWide::Vectors
DepthwiseWide::interleave(const std::array<Value, kRows> &rows) {
  Vectors result;
  for (int half : {0, 1}) {
    Value upper = interleave(rows[0], rows[1], 1, half);
    Value lower = interleave(rows[2], rows[3], 1, half);
    for (int part : {0, 1})
      result[2 * half + part] = interleave(upper, lower, 2, part);
  }
  return result;
}

DepthwiseWide::Vectors DepthwiseWide::loadNumbers(const FlatBuffer &from,
                                                  Value first) {
  int64_t lanes = emit.level.lanes;
  Value all = emit.load(from, first, kWideVectors * lanes);
  Vectors result;
  for (int64_t v = 0; v < kWideVectors; ++v) {
    SmallVector<int64_t> order;
    for (int64_t lane = 0; lane < lanes; ++lane)
      order.push_back(lane / 4 * 16 + v * 4 + lane % 4);
    result[v] =
        vector::ShuffleOp::create(emit.builder, emit.loc, all, all, order);
  }
  return result;
}

void DepthwiseWide::start(const ChannelSlice &slice) {
  int64_t width = slice.count, columns = op.getKernel()[1];
  biases = loadNumbers(bias, slice.first);
  scales = loadNumbers(scale, slice.first);
  Value nothing = emit.splat8(0, width);
  kernel.clear();
  for (int64_t row = 0; row < size.rows; ++row)
    for (int64_t quad = 0; quad < quads.count(size.rows); ++quad) {
      int64_t first = quad * kRows - row * op.getStride()[0];
      auto &taps = kernel[first];
      if (!quads.sees(row, quad) || !taps.empty())
        continue;
      for (int64_t column = 0; column < columns; ++column) {
        std::array<Value, kRows> bytes;
        for (int64_t i = 0; i < kRows; ++i) {
          int64_t tap = first + i;
          int64_t place = (tap * columns + column) * weights.strides[0];
          bytes[i] =
              tap >= 0 && tap < op.getKernel()[0]
                  ? emit.load(weights, emit.add(slice.first, place), width)
                  : nothing;
        }
        taps.push_back(interleave(bytes));
      }
    }
}

DepthwiseWide::Vectors DepthwiseWide::loadColumn(Value corner, int64_t column,
                                                 int64_t quad) {
  int64_t width = kWideVectors * emit.level.lanes;
  std::array<Value, kRows> bytes;
  for (int64_t i = 0; i < kRows; ++i) {
    // Rows that no tap sees stand for nothing.
    int64_t row = std::min(quad * kRows + i, quads.inputRows(size.rows) - 1);
    bytes[i] =
        emit.load(input, emit.add(corner, inputOffset(row, column)), width);
    if (op.getSignedInput())
      bytes[i] = arith::XOrIOp::create(emit.builder, emit.loc, bytes[i],
                                       emit.splat8(int8_t(0x80), width));
  }
  return interleave(bytes);
}

/// Adds a column of the input to all pixels whose windows have it.
void DepthwiseWide::addColumn(Value corner, int64_t column, int64_t quad,
                              MutableArrayRef<Vectors> sums) {
  std::optional<Vectors> x;
  for (int64_t pixel = 0; pixel < size.columns; ++pixel) {
    std::optional<int64_t> tap = tapAt(1, pixel, column);
    if (!tap)
      continue;
    if (!x)
      x = loadColumn(corner, column, quad);
    for (int64_t row = 0; row < size.rows; ++row) {
      if (!quads.sees(row, quad))
        continue;
      const Vectors &w = kernel[quad * kRows - row * op.getStride()[0]][*tap];
      Vectors &sum = sums[row * size.columns + pixel];
      for (int64_t v = 0; v < kWideVectors; ++v)
        accumulate(emit, {(*x)[v]}, {w[v]}, sum[v]);
    }
  }
}

void DepthwiseWide::tile(const DepthwiseTile &place) {
  Value corner = inputCorner(place);
  SmallVector<Vectors> sums(size.pixels(), biases);
  for (int64_t column = 0; column < reach(1, size.columns); ++column)
    for (int64_t quad = 0; quad < quads.count(size.rows); ++quad)
      addColumn(corner, column, quad, sums);

  Value results = outputCorner(place);
  for (int64_t row = 0; row < size.rows; ++row)
    for (int64_t column = 0; column < size.columns; ++column) {
      const Vectors &sum = sums[row * size.columns + column];
      SmallVector<Result> vectors;
      for (int64_t v = 0; v < kWideVectors; ++v)
        vectors.push_back({sum[v], scales[v], 0, emit.level.lanes});
      storeInterleaved(emit, epilogue, output,
                       emit.add(results, outputOffset(row, column)), vectors);
    }
}
