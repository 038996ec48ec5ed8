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

#include <limits>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

/// Pixels of a tile: their sums take four registers each.
static constexpr int64_t kMostPixels = 4;

DepthwiseWide::DepthwiseWide(Emitter &emit, kernel::DepthwiseConv2DOp op)
    : emit(emit), op(op), input(emit.flatten(op.getInput())),
      weights(emit.flatten(op.getWeights())), bias(emit.flatten(op.getBias())),
      output(emit.flatten(op.getOutput())), quads(op),
      epilogue(epilogueOf(op)) {
  if (op.getScale())
    scale = emit.flatten(op.getScale());
  int64_t width = kWideVectors * emit.level.lanes;
  if (emit.level.registers >= 32 && scale.memory && packsCodes(emit, epilogue))
    end = output.shape[3] / width * width;
  if (end > 0)
    chooseTile();
}

/// By instructions, for each pixel.
void DepthwiseWide::chooseTile() {
  double best = std::numeric_limits<double>::infinity();
  ArrayRef<int64_t> size = op.getKernel();
  int64_t most = std::min<int64_t>(output.shape[1], kMostPixels);
  for (int64_t height = 1; height <= most; ++height)
    for (int64_t width = 1;
         width <= std::min(output.shape[2], kMostPixels / height); ++width) {
      int64_t columns = std::min((width - 1) * op.getStride()[1] +
                                     (size[1] - 1) * op.getDilation()[1] + 1,
                                 width * size[1]);
      double cycles = 12.0 * columns * quads.count(height) +
                      4.0 * width * size[1] * quads.dots(height) +
                      20.0 * width * height + 10;
      cycles *= llvm::divideCeil(output.shape[1], height) *
                llvm::divideCeil(output.shape[2], width);
      if (cycles >= best)
        continue;
      best = cycles;
      tileRows = height;
      tilePixels = width;
    }
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
  for (int64_t row = 0; row < tileRows; ++row)
    for (int64_t quad = 0; quad < quads.count(tileRows); ++quad) {
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
    int64_t row = std::min(quad * kRows + i, quads.inputRows(tileRows) - 1);
    int64_t place = row * input.strides[1] + column * input.strides[2];
    bytes[i] = emit.load(input, emit.add(corner, place), width);
    if (op.getSignedInput())
      bytes[i] = arith::XOrIOp::create(emit.builder, emit.loc, bytes[i],
                                       emit.splat8(int8_t(0x80), width));
  }
  return interleave(bytes);
}

/// Adds a column of the input to all pixels whose windows have it.
void DepthwiseWide::addColumn(Value corner, int64_t at, int64_t quad,
                              MutableArrayRef<Vectors> sums) {
  std::optional<Vectors> x;
  for (int64_t tap = 0; tap < op.getKernel()[1]; ++tap) {
    int64_t offset = at - tap * op.getDilation()[1];
    int64_t pixel = offset / op.getStride()[1];
    if (offset < 0 || offset % op.getStride()[1] != 0 || pixel >= tilePixels)
      continue;
    if (!x)
      x = loadColumn(corner, at, quad);
    for (int64_t row = 0; row < tileRows; ++row) {
      if (!quads.sees(row, quad))
        continue;
      const Vectors &w = kernel[quad * kRows - row * op.getStride()[0]][tap];
      Vectors &sum = sums[row * tilePixels + pixel];
      for (int64_t v = 0; v < kWideVectors; ++v)
        accumulate(emit, {(*x)[v]}, {w[v]}, sum[v]);
    }
  }
}

void DepthwiseWide::tile(Value image, Value row, Value column,
                         const ChannelSlice &slice) {
  Value corner = emit.add(emit.multiply(image, input.strides[0]), slice.first);
  corner = emit.add(corner,
                    emit.multiply(row, op.getStride()[0] * input.strides[1]));
  corner = emit.add(
      corner, emit.multiply(column, op.getStride()[1] * input.strides[2]));
  SmallVector<Vectors> sums(tileRows * tilePixels, biases);
  int64_t columns = (tilePixels - 1) * op.getStride()[1] +
                    (op.getKernel()[1] - 1) * op.getDilation()[1] + 1;
  for (int64_t at = 0; at < columns; ++at)
    for (int64_t quad = 0; quad < quads.count(tileRows); ++quad)
      addColumn(corner, at, quad, sums);

  Value place = emit.add(emit.multiply(image, output.strides[0]), slice.first);
  place = emit.add(place, emit.multiply(row, output.strides[1]));
  place = emit.add(place, emit.multiply(column, output.strides[2]));
  for (auto [number, sum] : llvm::enumerate(sums)) {
    int64_t pixel = int64_t(number) % tilePixels;
    int64_t offset = int64_t(number) / tilePixels * output.strides[1] +
                     pixel * output.strides[2];
    SmallVector<Result> results;
    for (int64_t v = 0; v < kWideVectors; ++v)
      results.push_back({sum[v], scales[v], 0, emit.level.lanes});
    storeInterleaved(emit, epilogue, output, emit.add(place, offset), results);
  }
}
