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

void quantc::codegen::forEachDepthwiseTile(Emitter &emit,
                                           const DepthwiseLoops &loops,
                                           ArrayRef<DepthwisePart> parts) {
  int64_t height = loops.output.shape[1], width = loops.output.shape[2];
  int64_t bytes = loops.input.element.getIntOrFloatBitWidth() / 8;
  int64_t tileBytes =
      loops.height * loops.rowStride * loops.input.strides[1] * bytes;
  auto block = [&](Value image, const Emitter::Tiles &rows,
                   const DepthwisePart &part, const ChannelSlice &slice) {
    part.start(slice);
    emit.forEachTile(height, loops.height, rows, [&](Value row) {
      emit.forEachTile(width, part.width, [&](Value column) {
        part.tile({image, row, column, slice});
      });
    });
  };
  auto slices = [&](Value image, const Emitter::Tiles &rows,
                    const DepthwisePart &part) {
    int64_t size = part.sliceSize, channels = part.end - part.first;
    if (channels >= size)
      emit.forEach(channels / size, [&](Value i) {
        Value first = emit.add(emit.multiply(i, size), part.first);
        block(image, rows, part, {first, size});
      });
    if (int64_t rest = channels % size)
      block(image, rows, part, {emit.index(part.end - rest), rest});
  };
  emit.forEach(loops.output.shape[0], [&](Value image) {
    emit.forEachBlock(llvm::divideCeil(height, loops.height),
                      std::max<int64_t>(kBlockBytes / tileBytes, 1),
                      [&](const Emitter::Tiles &rows) {
                        for (const DepthwisePart &part : parts)
                          slices(image, rows, part);
                      });
  });
}
