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
#include "DepthwiseLoops.h"
#include "DotProduct.h"
#include "Kernels.h"
#include "StoreResults.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <limits>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

/// A larger kernel would be too much code, since nothing of a tile is a loop.
constexpr int64_t kMostTaps = 25;

class DepthwiseRows {
public:
  DepthwiseRows(Emitter &emit, kernel::DepthwiseConv2DOp op, bool contract);
  void run();

private:
  void chooseTile();
  double cyclesOfSlice(int64_t rows, int64_t pixels);
  /// Whether the kernel stays in registers beside the sums of a tile, an
  /// activation and what the loops take.
  bool keepsKernel(int64_t rows, int64_t pixels) {
    return rows * pixels + taps() + 2 <= emit.level.registers;
  }
  int64_t taps() { return op.getKernel()[0] * op.getKernel()[1]; }
  /// Of the input, for so many outputs of an axis.
  int64_t reach(int axis, int64_t outputs) {
    return (outputs - 1) * op.getStride()[axis] +
           (op.getKernel()[axis] - 1) * op.getDilation()[axis] + 1;
  }
  /// The tap of an output of the tile that is at `place` of the tile's input;
  /// -1 if none is.
  int64_t tapAt(int axis, int64_t output, int64_t place) {
    int64_t offset = place - output * op.getStride()[axis];
    int64_t tap = offset / op.getDilation()[axis];
    bool exists = offset >= 0 && offset % op.getDilation()[axis] == 0 &&
                  tap < op.getKernel()[axis];
    return exists ? tap : -1;
  }

  void loadKernel(Value channel);
  Value weight(Value channel, int64_t tap);
  void tile(Value image, Value row, Value column, const ChannelSlice &slice);
  /// Adds the products of one pixel of the input.
  void visit(Value corner, int64_t row, int64_t column, Value channel,
             MutableArrayRef<Value> sums);
  void storeTile(Value image, Value row, Value column,
                 const ChannelSlice &slice, ArrayRef<Value> sums);

  Emitter &emit;
  kernel::DepthwiseConv2DOp op;
  bool contract;
  FlatBuffer input, weights, bias, scale, output;
  int64_t rows = 1, pixels = 1; ///< Of a tile.
  Epilogue epilogue;
  SmallVector<Value> kernel; ///< Empty if it does not stay in registers.
};

DepthwiseRows::DepthwiseRows(Emitter &emit, kernel::DepthwiseConv2DOp op,
                             bool contract)
    : emit(emit), op(op), contract(contract),
      input(emit.flatten(op.getInput())),
      weights(emit.flatten(op.getWeights())), bias(emit.flatten(op.getBias())),
      output(emit.flatten(op.getOutput())) {
  if (op.getScale())
    scale = emit.flatten(op.getScale());
  epilogue = epilogueOf(op);
  chooseTile();
}

/// Of all tiles of one slice of channels: two multiply-adds, or a load from the
/// second cache, a cycle.
double DepthwiseRows::cyclesOfSlice(int64_t rows, int64_t pixels) {
  double loads = double(reach(0, rows) * reach(1, pixels));
  double sums = double(rows * pixels);
  if (!keepsKernel(rows, pixels))
    loads += 0.5 * sums * double(taps());
  double cycles =
      std::max(0.5 * sums * double(taps()), loads) + 0.2 * loads + 2 * sums + 5;
  return cycles * double(llvm::divideCeil(output.shape[1], rows) *
                         llvm::divideCeil(output.shape[2], pixels));
}

void DepthwiseRows::chooseTile() {
  double best = std::numeric_limits<double>::infinity();
  for (int64_t height = 1; height <= std::min<int64_t>(output.shape[1], 4);
       ++height)
    for (int64_t width = 1; width <= std::min<int64_t>(output.shape[2], 14);
         ++width) {
      // Sums, an activation, a weight, and a product where the level cannot
      // multiply and add in one.
      if (height * width + (emit.level.fma ? 2 : 3) > emit.level.registers)
        continue;
      double cycles = cyclesOfSlice(height, width);
      if (cycles >= best)
        continue;
      best = cycles;
      rows = height;
      pixels = width;
    }
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
    emit.forEachTile(output.shape[1], rows, [&](Value row) {
      emit.forEachTile(output.shape[2], pixels, [&](Value column) {
        allChannels([&](const ChannelSlice &slice) {
          tile(image, row, column, slice);
        });
      });
    });
  });
}

void DepthwiseRows::loadKernel(Value channel) {
  kernel.clear();
  if (!keepsKernel(rows, pixels))
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

void DepthwiseRows::tile(Value image, Value row, Value column,
                         const ChannelSlice &slice) {
  Value corner = emit.add(emit.multiply(image, input.strides[0]), slice.first);
  corner = emit.add(corner,
                    emit.multiply(row, op.getStride()[0] * input.strides[1]));
  corner = emit.add(
      corner, emit.multiply(column, op.getStride()[1] * input.strides[2]));
  loadKernel(slice.first);
  SmallVector<Value> sums(rows * pixels,
                          emit.load(bias, slice.first, emit.level.lanes));
  // In this order, each sum gets its taps in the order in which they stand.
  for (int64_t y = 0; y < reach(0, rows); ++y)
    for (int64_t x = 0; x < reach(1, pixels); ++x)
      visit(corner, y, x, slice.first, sums);
  storeTile(image, row, column, slice, sums);
}

void DepthwiseRows::visit(Value corner, int64_t row, int64_t column,
                          Value channel, MutableArrayRef<Value> sums) {
  Value x;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < pixels; ++j) {
      int64_t y = tapAt(0, i, row), z = tapAt(1, j, column);
      if (y < 0 || z < 0)
        continue;
      if (!x)
        x = emit.load(input,
                      emit.add(corner, row * input.strides[1] +
                                           column * input.strides[2]),
                      emit.level.lanes);
      Value &sum = sums[i * pixels + j];
      sum = multiplyAddFloat(
          emit, x, weight(channel, y * op.getKernel()[1] + z), sum, contract);
    }
}

void DepthwiseRows::storeTile(Value image, Value row, Value column,
                              const ChannelSlice &slice, ArrayRef<Value> sums) {
  Value place = emit.add(emit.multiply(image, output.strides[0]), slice.first);
  place = emit.add(place, emit.multiply(row, output.strides[1]));
  place = emit.add(place, emit.multiply(column, output.strides[2]));
  Value factor;
  if (scale.memory)
    factor = emit.load(scale, slice.first, emit.level.lanes);
  SmallVector<Result> results;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < pixels; ++j)
      results.push_back({sums[i * pixels + j], factor,
                         i * output.strides[1] + j * output.strides[2],
                         slice.count});
  storeResults(emit, epilogue, output, place, results);
}

} // namespace

bool quantc::codegen::isRowsDepthwise(const Emitter &emit,
                                      kernel::DepthwiseConv2DOp op) {
  auto input = cast<MemRefType>(op.getInput().getType());
  return emit.level.dot != Dot::Scalar && input.getElementType().isF32() &&
         op.getPasses() == 1 &&
         op.getKernel()[0] * op.getKernel()[1] <= kMostTaps;
}

void quantc::codegen::emitRowsDepthwise(Emitter &emit,
                                        kernel::DepthwiseConv2DOp op,
                                        bool contract) {
  DepthwiseRows(emit, op, contract).run();
}
