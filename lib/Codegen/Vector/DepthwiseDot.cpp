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
#include "DepthwiseLoops.h"
#include "DepthwiseQuads.h"
#include "DepthwiseWide.h"
#include "DotProduct.h"
#include "Kernels.h"
#include "StoreResults.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

#include <limits>
#include <map>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

class DepthwiseDot {
public:
  DepthwiseDot(Emitter &emit, kernel::DepthwiseConv2DOp op);
  void run();

private:
  void chooseTile();
  double cyclesOfSlice(int64_t rows, int64_t pixels);
  void loadKernel(Value channel);
  void tile(Value image, Value row, Value column, const ChannelSlice &slice);
  Value loadColumn(Value corner, int64_t column, int64_t quad);
  void storeTile(Value image, Value row, Value column,
                 const ChannelSlice &slice, ArrayRef<Value> sums);
  /// Four vectors of bytes as one with the four bytes of each lane together.
  Value interleave(ArrayRef<Value> rows);

  Emitter &emit;
  kernel::DepthwiseConv2DOp op;
  FlatBuffer input, weights, bias, scale, output;
  DepthwiseWide wide; ///< For as many channels as it takes.
  RowQuads quads;
  int64_t rows = 1, pixels = 1; ///< Of a tile.
  Epilogue epilogue;
  /// The taps of a kernel column, by the row of the input that its first byte
  /// is for, counted from the kernel's first row; then by column.
  std::map<int64_t, SmallVector<Value>> kernel;
};

DepthwiseDot::DepthwiseDot(Emitter &emit, kernel::DepthwiseConv2DOp op)
    : emit(emit), op(op), input(emit.flatten(op.getInput())),
      weights(emit.flatten(op.getWeights())), bias(emit.flatten(op.getBias())),
      output(emit.flatten(op.getOutput())), wide(emit, op), quads(op) {
  if (op.getScale())
    scale = emit.flatten(op.getScale());
  epilogue = epilogueOf(op);
  if (std::optional<ArrayRef<int64_t>> schedule = op.getSchedule()) {
    rows = (*schedule)[0];
    pixels = (*schedule)[1];
  } else {
    chooseTile();
  }
}

/// Of all tiles of one slice of channels: instructions, in about the proportion
/// that they take time.
double DepthwiseDot::cyclesOfSlice(int64_t rows, int64_t pixels) {
  int64_t columns =
      std::min((pixels - 1) * op.getStride()[1] +
                   (op.getKernel()[1] - 1) * op.getDilation()[1] + 1,
               pixels * op.getKernel()[1]);
  double cycles = 6.0 * columns * quads.count(rows) +
                  pixels * op.getKernel()[1] * quads.dots(rows) +
                  7.0 * pixels * rows + 10;
  return cycles * llvm::divideCeil(output.shape[1], rows) *
         llvm::divideCeil(output.shape[2], pixels);
}

void DepthwiseDot::chooseTile() {
  double best = std::numeric_limits<double>::infinity();
  // Rows of tiles are the same for all channels.
  int64_t least = wide.channels() > 0 ? wide.rows() : 1;
  int64_t most =
      wide.channels() > 0 ? least : std::min<int64_t>(output.shape[1], 4);
  for (int64_t height = least; height <= most; ++height)
    for (int64_t width = 1; width <= std::min<int64_t>(output.shape[2], 16);
         ++width) {
      // Sums, the kernel in its places, a column and scratch.
      int64_t registers =
          height * width + op.getKernel()[1] * std::min<int64_t>(height, 2) + 3;
      double cycles = cyclesOfSlice(height, width);
      if (registers > emit.level.registers && height * width > least)
        continue;
      if (cycles >= best)
        continue;
      best = cycles;
      rows = height;
      pixels = width;
    }
}

void DepthwiseDot::run() {
  int64_t lanes = emit.level.lanes;
  DepthwisePart lines{
      0,
      wide.channels(),
      kWideVectors * lanes,
      wide.pixels(),
      [&](const ChannelSlice &slice) { wide.start(slice); },
      [&](Value image, Value row, Value column, const ChannelSlice &slice) {
        wide.tile(image, row, column, slice);
      }};
  DepthwisePart rest{
      wide.channels(),
      output.shape[3],
      lanes,
      pixels,
      [&](const ChannelSlice &slice) { loadKernel(slice.first); },
      [&](Value image, Value row, Value column, const ChannelSlice &slice) {
        tile(image, row, column, slice);
      }};
  forEachDepthwiseTile(emit, {input, output, op.getStride()[0], rows},
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
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t quad = 0; quad < quads.count(rows); ++quad) {
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
    int64_t row = std::min(quad * kRows + i, quads.inputRows(rows) - 1);
    int64_t place = row * input.strides[1] + column * input.strides[2];
    bytes.push_back(emit.load(input, emit.add(corner, place), lanes));
  }
  Value all = interleave(bytes);
  if (!op.getSignedInput())
    return all;
  return arith::XOrIOp::create(emit.builder, emit.loc, all,
                               emit.splat8(int8_t(0x80), 4 * lanes));
}

void DepthwiseDot::tile(Value image, Value row, Value column,
                        const ChannelSlice &slice) {
  Value corner = emit.add(emit.multiply(image, input.strides[0]), slice.first);
  corner = emit.add(corner,
                    emit.multiply(row, op.getStride()[0] * input.strides[1]));
  corner = emit.add(
      corner, emit.multiply(column, op.getStride()[1] * input.strides[2]));
  Value start = emit.load(bias, slice.first, emit.level.lanes);
  SmallVector<Value> sums(rows * pixels, start);
  auto visit = [&](int64_t at, int64_t quad) {
    Value x;
    for (int64_t tap = 0; tap < op.getKernel()[1]; ++tap) {
      int64_t offset = at - tap * op.getDilation()[1];
      int64_t pixel = offset / op.getStride()[1];
      if (offset < 0 || offset % op.getStride()[1] != 0 || pixel >= pixels)
        continue;
      if (!x)
        x = loadColumn(corner, at, quad);
      for (int64_t r = 0; r < rows; ++r) {
        if (!quads.sees(r, quad))
          continue;
        Value w = kernel[quad * kRows - r * op.getStride()[0]][tap];
        accumulate(emit, {x}, {w}, sums[r * pixels + pixel]);
      }
    }
  };
  int64_t columns = (pixels - 1) * op.getStride()[1] +
                    (op.getKernel()[1] - 1) * op.getDilation()[1] + 1;
  for (int64_t at = 0; at < columns; ++at)
    for (int64_t quad = 0; quad < quads.count(rows); ++quad)
      visit(at, quad);
  storeTile(image, row, column, slice, sums);
}

void DepthwiseDot::storeTile(Value image, Value row, Value column,
                             const ChannelSlice &slice, ArrayRef<Value> sums) {
  Value place = emit.add(emit.multiply(image, output.strides[0]), slice.first);
  place = emit.add(place, emit.multiply(row, output.strides[1]));
  place = emit.add(place, emit.multiply(column, output.strides[2]));
  Value factor;
  if (scale.memory)
    factor = emit.load(scale, slice.first, emit.level.lanes);
  SmallVector<Result> results;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t pixel = 0; pixel < pixels; ++pixel)
      results.push_back({sums[r * pixels + pixel], factor,
                         r * output.strides[1] + pixel * output.strides[2],
                         slice.count});
  storeResults(emit, epilogue, output, place, results);
}

} // namespace

bool quantc::codegen::isDotDepthwise(const Level &level,
                                     kernel::DepthwiseConv2DOp op) {
  auto input = cast<MemRefType>(op.getInput().getType());
  return level.dot == Dot::Vnni && input.getElementType().isInteger(8) &&
         op.getPasses() == 1 && op.getDilation()[0] == 1 &&
         op.getKernel()[0] <= 8;
}

void quantc::codegen::emitDotDepthwise(Emitter &emit,
                                       kernel::DepthwiseConv2DOp op) {
  DepthwiseDot(emit, op).run();
}
