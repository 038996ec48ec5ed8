//===- DepthwiseRows.cpp - Depthwise convolutions, some rows at a time ----===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A vector of reals is a whole cache line on some levels, so that no other
// slice of channels brings a pixel into the innermost cache, and where channels
// are a power of two, pixels share few of its sets. So a tile has some rows and
// loads each pixel of the input once, for all windows that have it:
//
//   tile of 3x7, kernel 3x3:  5x9 loads for 21 results, instead of 7 rows of
//   3x9
//
//===----------------------------------------------------------------------===//
#include "DepthwiseOperands.h"
#include "DotProduct.h"
#include "Kernels.h"

#include <algorithm>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

/// A larger kernel would be too much code, since nothing of a tile is a loop.
constexpr int64_t kMostTaps = 25;

class DepthwiseRows : DepthwiseOperands {
public:
  DepthwiseRows(Emitter &emit, kernel::DepthwiseConv2DOp op, bool contract);
  void run();

private:
  std::optional<double> cyclesOf(const TileSize &tile);
  /// Whether the kernel stays in registers beside the sums of a tile, an
  /// activation and what the loops take.
  bool keepsKernel(const TileSize &tile) {
    return tile.pixels() + taps() + 2 <= emit.level.registers;
  }
  int64_t taps() { return op.getKernel()[0] * op.getKernel()[1]; }

  void loadKernel(Value channel);
  Value weight(Value channel, int64_t tap);
  void tile(const DepthwiseTile &place);
  /// Adds the products of one pixel of the input.
  void visit(Value corner, int64_t row, int64_t column, Value channel,
             MutableArrayRef<Value> sums);

  bool contract;
  TileSize size;
  SmallVector<Value> kernel; ///< Empty if it does not stay in registers.
};

DepthwiseRows::DepthwiseRows(Emitter &emit, kernel::DepthwiseConv2DOp op,
                             bool contract)
    : DepthwiseOperands(emit, op), contract(contract) {
  TileSize most{std::min<int64_t>(output.shape[1], 4),
                std::min<int64_t>(output.shape[2], 14)};
  size = fastestTile({1, 1}, most,
                     [&](const TileSize &tile) { return cyclesOf(tile); });
}

/// Two multiply-adds, or a load from the second cache, a cycle.
std::optional<double> DepthwiseRows::cyclesOf(const TileSize &tile) {
  // Sums, an activation, a weight, and a product where the level cannot
  // multiply and add in one.
  if (tile.pixels() + (emit.level.fma ? 2 : 3) > emit.level.registers)
    return std::nullopt;
  double loads = double(reach(0, tile.rows) * reach(1, tile.columns));
  double sums = double(tile.pixels());
  if (!keepsKernel(tile))
    loads += 0.5 * sums * double(taps());
  return std::max(0.5 * sums * double(taps()), loads) + 0.2 * loads + 2 * sums +
         5;
}

/// Channels are the innermost loop, so that memory is read line after line.
void DepthwiseRows::run() {
  int64_t lanes = emit.level.lanes, channels = output.shape[3];
  auto allChannels = [&](function_ref<void(const ChannelSlice &)> body) {
    if (channels >= lanes)
      emit.forEach(channels / lanes,
                   [&](Value i) { body({emit.multiply(i, lanes), lanes}); });
    if (int64_t rest = channels % lanes)
      body({emit.index(channels - rest), rest});
  };
  emit.forEach(output.shape[0], [&](Value image) {
    emit.forEachTile(output.shape[1], size.rows, [&](Value row) {
      emit.forEachTile(output.shape[2], size.columns, [&](Value column) {
        allChannels([&](const ChannelSlice &slice) {
          tile({image, row, column, slice});
        });
      });
    });
  });
}

void DepthwiseRows::loadKernel(Value channel) {
  kernel.clear();
  if (!keepsKernel(size))
    return;
  SmallVector<Value> loaded;
  for (int64_t tap = 0; tap < taps(); ++tap)
    loaded.push_back(weight(channel, tap));
  kernel = loaded;
}

Value DepthwiseRows::weight(Value channel, int64_t tap) {
  if (!kernel.empty())
    return kernel[tap];
  return emit.load(weights, emit.add(channel, tap * weights.strides[0]),
                   emit.level.lanes);
}

void DepthwiseRows::tile(const DepthwiseTile &place) {
  Value corner = inputCorner(place), channel = place.slice.first;
  loadKernel(channel);
  SmallVector<Value> sums(size.pixels(),
                          emit.load(bias, channel, emit.level.lanes));
  // In this order, each sum gets its taps in the order in which they stand.
  for (int64_t y = 0; y < reach(0, size.rows); ++y)
    for (int64_t x = 0; x < reach(1, size.columns); ++x)
      visit(corner, y, x, channel, sums);
  store(place, size, sums);
}

void DepthwiseRows::visit(Value corner, int64_t row, int64_t column,
                          Value channel, MutableArrayRef<Value> sums) {
  Value x;
  for (int64_t i = 0; i < size.rows; ++i)
    for (int64_t j = 0; j < size.columns; ++j) {
      std::optional<int64_t> y = tapAt(0, i, row), z = tapAt(1, j, column);
      if (!y || !z)
        continue;
      if (!x)
        x = emit.load(input, emit.add(corner, inputOffset(row, column)),
                      emit.level.lanes);
      Value &sum = sums[i * size.columns + j];
      sum = multiplyAddFloat(
          emit, x, weight(channel, *y * op.getKernel()[1] + *z), sum, contract);
    }
}

} // namespace

bool quantc::codegen::isRowsDepthwise(const Level &level,
                                      kernel::DepthwiseConv2DOp op) {
  auto input = cast<MemRefType>(op.getInput().getType());
  return level.dot != Dot::Scalar && input.getElementType().isF32() &&
         op.getPasses() == 1 &&
         op.getKernel()[0] * op.getKernel()[1] <= kMostTaps;
}

void quantc::codegen::emitRowsDepthwise(Emitter &emit,
                                        kernel::DepthwiseConv2DOp op,
                                        bool contract) {
  DepthwiseRows(emit, op, contract).run();
}
