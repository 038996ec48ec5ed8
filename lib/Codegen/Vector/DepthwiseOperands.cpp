//===- DepthwiseOperands.cpp - What depthwise kernels have alike ----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "DepthwiseOperands.h"

#include "StoreResults.h"

#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

DepthwiseOperands::DepthwiseOperands(Emitter &emit,
                                     kernel::DepthwiseConv2DOp op)
    : emit(emit), op(op), input(emit.flatten(op.getInput())),
      weights(emit.flatten(op.getWeights())), bias(emit.flatten(op.getBias())),
      output(emit.flatten(op.getOutput())), epilogue(epilogueOf(op)) {
  if (op.getScale())
    scale = emit.flatten(op.getScale());
}

int64_t DepthwiseOperands::reach(int axis, int64_t outputs) {
  return (outputs - 1) * op.getStride()[axis] +
         (op.getKernel()[axis] - 1) * op.getDilation()[axis] + 1;
}

std::optional<int64_t> DepthwiseOperands::tapAt(int axis, int64_t output,
                                                int64_t place) {
  int64_t offset = place - output * op.getStride()[axis];
  int64_t tap = offset / op.getDilation()[axis];
  if (offset < 0 || offset % op.getDilation()[axis] != 0 ||
      tap >= op.getKernel()[axis])
    return std::nullopt;
  return tap;
}

int64_t DepthwiseOperands::tilesOf(const TileSize &size) {
  return int64_t(llvm::divideCeil(output.shape[1], size.rows) *
                 llvm::divideCeil(output.shape[2], size.columns));
}

TileSize DepthwiseOperands::fastestTile(
    const TileSize &least, const TileSize &most,
    function_ref<std::optional<double>(const TileSize &)> cycles) {
  double best = std::numeric_limits<double>::infinity();
  TileSize fastest;
  for (int64_t rows = least.rows; rows <= most.rows; ++rows)
    for (int64_t columns = least.columns; columns <= most.columns; ++columns) {
      TileSize size{rows, columns};
      std::optional<double> one = cycles(size);
      if (!one || *one * double(tilesOf(size)) >= best)
        continue;
      best = *one * double(tilesOf(size));
      fastest = size;
    }
  return fastest;
}

Value DepthwiseOperands::inputCorner(const DepthwiseTile &tile) {
  Value place =
      emit.add(emit.multiply(tile.image, input.strides[0]), tile.slice.first);
  place = emit.add(
      place, emit.multiply(tile.row, op.getStride()[0] * input.strides[1]));
  return emit.add(
      place, emit.multiply(tile.column, op.getStride()[1] * input.strides[2]));
}

Value DepthwiseOperands::outputCorner(const DepthwiseTile &tile) {
  Value place =
      emit.add(emit.multiply(tile.image, output.strides[0]), tile.slice.first);
  place = emit.add(place, emit.multiply(tile.row, output.strides[1]));
  return emit.add(place, emit.multiply(tile.column, output.strides[2]));
}

int64_t DepthwiseOperands::inputOffset(int64_t row, int64_t column) {
  return row * input.strides[1] + column * input.strides[2];
}

int64_t DepthwiseOperands::outputOffset(int64_t row, int64_t column) {
  return row * output.strides[1] + column * output.strides[2];
}

void DepthwiseOperands::store(const DepthwiseTile &tile, const TileSize &size,
                              ArrayRef<Value> sums) {
  Value corner = outputCorner(tile);
  Value factor;
  if (scale.memory)
    factor = emit.load(scale, tile.slice.first, emit.level.lanes);
  SmallVector<Result> results;
  for (int64_t row = 0; row < size.rows; ++row)
    for (int64_t column = 0; column < size.columns; ++column)
      results.push_back({sums[row * size.columns + column], factor,
                         outputOffset(row, column), tile.slice.count});
  storeResults(emit, epilogue, output, corner, results);
}
