//===- Convolution.h - Loops for a convolution ------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The output is cut into tiles of some pixels by some vectors of channels. A
// tile's sums stay in registers while a loop runs over the taps:
//
//   for image, for block of pixels, for group of channels, for tile of pixels:
//     sums = bias
//     for pass, for run of taps, for step of the run:
//       sums[pixel][vector] += activations[pixel] * weights[vector]
//     output = epilogue(sums)
//
// Taps in the padding are left out. The rows of taps that a tile of one row has
// are a range; a tile whose pixels differ in their taps has a loop for each
// tap, over the pixels that have it.
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_CONVOLUTION_H
#define QUANTC_LIB_CODEGEN_VECTOR_CONVOLUTION_H

#include "Blocks.h"
#include "Epilogue.h"
#include "Tile.h"
#include "TileAxis.h"
#include "WideInput.h"

#include "dialects/Kernel/IR/Kernel.h"
#include "dialects/Kernel/IR/Packing.h"

#include <optional>

namespace quantc::codegen {

/// What the tiles of a convolution on memory depend on.
TileProblem tileProblemOf(kernel::Conv2DOp op);

/// Emits one `kernel.conv2d`.
class Convolution {
public:
  Convolution(Emitter &emit, kernel::Conv2DOp op, bool contract);
  void run();

private:
  /// Vectors of result channels that one group of tiles computes.
  struct Group {
    mlir::Value panel; ///< Where the first vector is: a panel of channels ...
    mlir::Value lane;  ///< ... and a channel in it.
    int64_t vectors;
    int64_t channels; ///< That exist; the last vector may be cut short.
  };

  /// Tiles of pixels that share the caches.
  struct Block {
    TileSpan rowSpan;
    Emitter::Tiles rows, columns;
  };

  /// Where a tile stands on one axis.
  struct Place {
    mlir::Value first;                  ///< Output of the tile.
    std::optional<int64_t> at;          ///< The same, at the border.
    std::optional<Emitter::Range> taps; ///< That a tile of one output has.
    mlir::Value kind;                   ///< Its class, beside `taps`.
  };

  /// Some taps of one axis, and the tile's outputs that have them.
  struct Taps {
    Emitter::Range range;
    int64_t low, high;
  };

  void widenInput();
  void fillInput(mlir::Value image, const Block &block);
  /// Tiles of the output, in both directions.
  Blocks allTiles() const;
  void eachTile(mlir::Value image);
  void forEachGroup(llvm::function_ref<void(const Group &)> body);
  void forEachBlock(llvm::function_ref<void(const Block &)> body);
  void
  forEachPixelTile(const Block &block,
                   llvm::function_ref<void(const Place &, const Place &)> body);
  Place placeIn(const TileAxis &axis, const TileSpan &span, mlir::Value first);
  mlir::Value cornerOf(mlir::Value image, mlir::Value row, mlir::Value column);
  void tile(mlir::Value image, const Place &row, const Place &column,
            const Group &group);

  // ConvolutionSums.cpp
  llvm::SmallVector<Taps> tapsOf(const TileAxis &axis, const Place &place);
  Emitter::Carried startTile(const Place &row, const Place &column,
                             const Group &group);
  mlir::Value classOffset(const TileAxis &axis, const Place &place,
                          int64_t output, int64_t size);
  Emitter::Carried sumTaps(mlir::Value corner, const Place &row,
                           const Place &column, const Group &group,
                           Emitter::Carried sums);
  Emitter::Carried sumRow(mlir::Value activations, mlir::Value weightRow,
                          const Taps &rowTaps, const Place &column,
                          const Group &group, Emitter::Carried sums);
  Emitter::Carried step(mlir::Value activations, mlir::Value weights,
                        const Taps &rowTaps, const Taps &columnTaps,
                        const Group &group, Emitter::Carried sums);

  void storeTile(mlir::Value image, mlir::Value row, mlir::Value column,
                 const Group &group, const Emitter::Carried &sums);

  /// Where vector `v` of the group stands in its panel-wise storage.
  mlir::Value channelOffset(const Group &group, int64_t v, int64_t panelSize,
                            int64_t laneSize);
  int64_t pixelOffset(int64_t pixel);
  /// Where a tile begins in the output, or in a buffer of its shape; and one of
  /// its pixels, from there.
  mlir::Value placeOf(const FlatBuffer &buffer, mlir::Value image,
                      mlir::Value row, mlir::Value column, const Group &group);
  int64_t placeInTile(const FlatBuffer &buffer, int64_t pixel);

  Emitter &emit;
  kernel::Conv2DOp op;
  bool contract, integer, hasClasses;
  FlatBuffer input, weights, bias, scale, residual, output;
  /// Elements of the weights and the bias that belong to one image; 0 if all
  /// images share them. Then, where those of the present image start.
  int64_t imageWeights = 0, imageBias = 0;
  mlir::Value weightsStart, biasStart;
  kernel::Runs runs;
  int64_t passes, width, steps;
  Tile shape;
  TileAxis rows, columns;
  Blocks blocks;
  /// The copy that `input` then is, and where its first element would be in an
  /// image of such rows.
  std::optional<WideInput> wide;
  mlir::Value origin;
  /// Registers of a vector's sums.
  int64_t parts;
  Epilogue epilogue;
};

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_CONVOLUTION_H
