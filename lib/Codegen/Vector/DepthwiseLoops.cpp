//===- DepthwiseLoops.cpp - In which order channels and pixels go ---------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "DepthwiseLoops.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc::codegen;

/// What a block of rows may use of the innermost cache.
static constexpr int64_t kBlockBytes = 32 * 1024;

int64_t quantc::codegen::evenWidth(int64_t columns, int64_t most) {
  return llvm::divideCeil(columns, llvm::divideCeil(columns, most));
}

void quantc::codegen::forEachDepthwiseTile(
    Emitter &emit, const DepthwiseLoops &loops,
    function_ref<void(const ChannelSlice &)> start,
    function_ref<void(Value, Value, Value, const ChannelSlice &)> tile) {
  int64_t height = loops.output.shape[1], width = loops.output.shape[2],
          channels = loops.output.shape[3], lanes = emit.level.lanes;
  int64_t bytes = loops.input.element.getIntOrFloatBitWidth() / 8;
  int64_t tileBytes =
      loops.height * loops.rowStride * loops.input.strides[1] * bytes;
  auto block = [&](Value image, const Emitter::Tiles &rows,
                   const ChannelSlice &slice) {
    start(slice);
    emit.forEachTile(height, loops.height, rows, [&](Value row) {
      emit.forEachTile(width, loops.width,
                       [&](Value column) { tile(image, row, column, slice); });
    });
  };
  emit.forEach(loops.output.shape[0], [&](Value image) {
    emit.forEachBlock(
        llvm::divideCeil(height, loops.height),
        std::max<int64_t>(kBlockBytes / tileBytes, 1),
        [&](const Emitter::Tiles &rows) {
          if (channels >= lanes)
            emit.forEach(channels / lanes, [&](Value i) {
              block(image, rows, {emit.multiply(i, lanes), lanes});
            });
          if (int64_t rest = channels % lanes)
            block(image, rows, {emit.index(channels - rest), rest});
        });
  });
}
