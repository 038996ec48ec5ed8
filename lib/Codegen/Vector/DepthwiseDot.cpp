//===- DepthwiseDot.cpp - Depthwise convolutions by dot products ----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `vpdpbusd` adds four products to each lane, so four rows of a column are put
// into the bytes of a lane. One such column serves several rows of the output,
// each with the kernel at another place of the four, and all pixels whose
// window has the column:
//
//   row y    x0 |   w0        0       3x3, stride 1: two rows of the output
//   row y+1  x1 |   w1        w0      from four of the input
//   row y+2  x2 |   w2        w1
//   row y+3  x3 |   0         w2
//
// Whole registers of channels are computed by DepthwiseWide, and the rest here,
// one vector at a time.
//
//===----------------------------------------------------------------------===//
#include "DepthwiseOperands.h"
#include "DepthwiseQuads.h"
#include "DepthwiseWide.h"
#include "DotProduct.h"
#include "Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <map>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

class DepthwiseDot : DepthwiseOperands {
public:
  DepthwiseDot(Emitter &emit, kernel::DepthwiseConv2DOp op);
  void run();

private:
  TileSize chooseTile();
  double cyclesOf(const TileSize &tile);
  void loadKernel(Value channel);
  void tile(const DepthwiseTile &place);
  Value loadColumn(Value corner, int64_t column, int64_t quad);
  void addColumn(Value corner, int64_t column, int64_t quad,
                 MutableArrayRef<Value> sums);
  /// Four vectors of bytes as one with the four bytes of each lane together.
  Value interleave(ArrayRef<Value> rows);

  DepthwiseWide wide; ///< For as many channels as it takes.
  RowQuads quads;
  TileSize size;
  /// The taps of a kernel column, by the row of the input that its first byte
  /// is for, counted from the kernel's first row; then by column.
  std::map<int64_t, SmallVector<Value>> kernel;
};

DepthwiseDot::DepthwiseDot(Emitter &emit, kernel::DepthwiseConv2DOp op)
    : DepthwiseOperands(emit, op), wide(*this), quads(op), size(chooseTile()) {}

/// Instructions, in about the proportion that they take time.
double DepthwiseDot::cyclesOf(const TileSize &tile) {
  int64_t columns =
      std::min(reach(1, tile.columns), tile.columns * op.getKernel()[1]);
  return 6.0 * double(columns * quads.count(tile.rows)) +
         double(tile.columns * op.getKernel()[1] * quads.dots(tile.rows)) +
         7.0 * double(tile.pixels()) + 10;
}

TileSize DepthwiseDot::chooseTile() {
  if (std::optional<ArrayRef<int64_t>> schedule = op.getSchedule())
    return {(*schedule)[0], (*schedule)[1]};
  TileSize least, most{std::min<int64_t>(output.shape[1], 4),
                       std::min<int64_t>(output.shape[2], 16)};
  // Rows of tiles are the same for all channels.
  if (wide.channels() > 0)
    least.rows = most.rows = wide.tileSize().rows;
  return fastestTile(
      least, most, [&](const TileSize &tile) -> std::optional<double> {
        if (tile.pixels() > least.rows && !hasRoom(emit.level, op, tile))
          return std::nullopt;
        return cyclesOf(tile);
      });
}

void DepthwiseDot::run() {
  int64_t lanes = emit.level.lanes;
  DepthwisePart lines{0,
                      wide.channels(),
                      kWideVectors * lanes,
                      wide.tileSize().columns,
                      [&](const ChannelSlice &slice) { wide.start(slice); },
                      [&](const DepthwiseTile &place) { wide.tile(place); }};
  DepthwisePart rest{
      wide.channels(),
      output.shape[3],
      lanes,
      size.columns,
      [&](const ChannelSlice &slice) { loadKernel(slice.first); },
      [&](const DepthwiseTile &place) { tile(place); }};
  forEachDepthwiseTile(emit, {input, output, op.getStride()[0], size.rows},
                       {lines, rest});
}

Value DepthwiseDot::interleave(ArrayRef<Value> rows) {
  auto concatenate = [&](Value first, Value second) {
    int64_t size = cast<VectorType>(first.getType()).getNumElements();
    auto all = llvm::to_vector(llvm::seq<int64_t>(0, 2 * size));
    return vector::ShuffleOp::create(emit.builder, emit.loc, first, second,
                                     all);
  };
  Value bytes =
      concatenate(concatenate(rows[0], rows[1]), concatenate(rows[2], rows[3]));
  return transposeQuads(emit, bytes);
}

void DepthwiseDot::loadKernel(Value channel) {
  int64_t lanes = emit.level.lanes, columns = op.getKernel()[1];
  Value nothing = emit.splat8(0, lanes);
  kernel.clear();
  for (int64_t row = 0; row < size.rows; ++row)
    for (int64_t quad = 0; quad < quads.count(size.rows); ++quad) {
      int64_t first = quad * kRows - row * op.getStride()[0];
      SmallVector<Value> &taps = kernel[first];
      if (!quads.sees(row, quad) || !taps.empty())
        continue;
      for (int64_t column = 0; column < columns; ++column) {
        SmallVector<Value> bytes;
        for (int64_t i = first; i < first + kRows; ++i) {
          bool isTap = i >= 0 && i < op.getKernel()[0];
          int64_t place = (i * columns + column) * weights.strides[0];
          bytes.push_back(
              isTap ? emit.load(weights, emit.add(channel, place), lanes)
                    : nothing);
        }
        taps.push_back(interleave(bytes));
      }
    }
}

Value DepthwiseDot::loadColumn(Value corner, int64_t column, int64_t quad) {
  int64_t lanes = emit.level.lanes;
  SmallVector<Value> bytes;
  for (int64_t i = 0; i < kRows; ++i) {
    // Rows that no tap sees stand for nothing.
    int64_t row = std::min(quad * kRows + i, quads.inputRows(size.rows) - 1);
    bytes.push_back(
        emit.load(input, emit.add(corner, inputOffset(row, column)), lanes));
  }
  Value all = interleave(bytes);
  if (!op.getSignedInput())
    return all;
  return arith::XOrIOp::create(emit.builder, emit.loc, all,
                               emit.splat8(int8_t(0x80), 4 * lanes));
}

void DepthwiseDot::tile(const DepthwiseTile &place) {
  Value corner = inputCorner(place);
  Value start = emit.load(bias, place.slice.first, emit.level.lanes);
  SmallVector<Value> sums(size.pixels(), start);
  for (int64_t column = 0; column < reach(1, size.columns); ++column)
    for (int64_t quad = 0; quad < quads.count(size.rows); ++quad)
      addColumn(corner, column, quad, sums);
  store(place, size, sums);
}

/// Adds a column of the input to all pixels whose windows have it.
void DepthwiseDot::addColumn(Value corner, int64_t column, int64_t quad,
                             MutableArrayRef<Value> sums) {
  Value x;
  for (int64_t pixel = 0; pixel < size.columns; ++pixel) {
    std::optional<int64_t> tap = tapAt(1, pixel, column);
    if (!tap)
      continue;
    if (!x)
      x = loadColumn(corner, column, quad);
    for (int64_t row = 0; row < size.rows; ++row) {
      if (!quads.sees(row, quad))
        continue;
      Value w = kernel[quad * kRows - row * op.getStride()[0]][*tap];
      accumulate(emit, {x}, {w}, sums[row * size.columns + pixel]);
    }
  }
}

} // namespace

bool quantc::codegen::isDotDepthwise(const Level &level,
                                     kernel::DepthwiseConv2DOp op) {
  auto input = cast<MemRefType>(op.getInput().getType());
  return level.dot == Dot::Vnni && input.getElementType().isInteger(8) &&
         op.getPasses() == 1 && op.getDilation()[0] == 1 &&
         op.getKernel()[0] <= 8;
}

bool quantc::codegen::hasRoom(const Level &level, kernel::DepthwiseConv2DOp op,
                              const TileSize &tile) {
  // Sums, the kernel in its places, a column and scratch.
  return tile.pixels() + op.getKernel()[1] * std::min<int64_t>(tile.rows, 2) +
             3 <=
         level.registers;
}

void quantc::codegen::emitDotDepthwise(Emitter &emit,
                                       kernel::DepthwiseConv2DOp op) {
  DepthwiseDot(emit, op).run();
}
