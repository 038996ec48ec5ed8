//===- Convolution.cpp - Loops for a convolution --------------------------===//
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
//===----------------------------------------------------------------------===//
#include "Blocks.h"
#include "DotProduct.h"
#include "Kernels.h"
#include "StoreResults.h"
#include "Tile.h"
#include "WideInput.h"

#include "dialects/Kernel/IR/Packing.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

#include <optional>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

class Convolution {
public:
  Convolution(Emitter &emit, kernel::Conv2DOp op, bool contract);
  void run();

private:
  /// Vectors of result channels that one group of tiles computes.
  struct Group {
    Value panel; ///< Where the first vector is: a panel of channels ...
    Value lane;  ///< ... and a channel in it.
    int64_t vectors;
    int64_t channels; ///< That exist; the last vector may be cut short.
  };

  /// Tiles of pixels that share the caches.
  struct Block {
    Emitter::Tiles rows, columns;
  };

  void widenInput();
  void fillInput(Value image, const Block &block);
  void allTiles(Value image);
  void forEachGroup(function_ref<void(const Group &)> body);
  void forEachBlock(function_ref<void(const Block &)> body);
  void forEachPixelTile(const Block &block,
                        function_ref<void(Value, Value)> body);

  Value cornerOf(Value image, Value row, Value column);
  void tile(Value image, Value row, Value column, const Group &group);
  Emitter::Carried sumTaps(Value corner, const Group &group,
                           Emitter::Carried sums);
  Emitter::Carried step(Value activations, Value weights, const Group &group,
                        Emitter::Carried sums);
  void storeTile(Value image, Value row, Value column, const Group &group,
                 const Emitter::Carried &sums);

  /// Where vector `v` of the group stands in its panel-wise storage.
  Value channelOffset(const Group &group, int64_t v, int64_t panelSize,
                      int64_t laneSize);
  int64_t pixelOffset(int64_t pixel);
  /// Where a tile begins in the output, or in a buffer of its shape; and one of
  /// its pixels, from there.
  Value placeOf(const FlatBuffer &buffer, Value image, Value row, Value column,
                const Group &group);
  int64_t placeInTile(const FlatBuffer &buffer, int64_t pixel);

  Emitter &emit;
  kernel::Conv2DOp op;
  bool contract, integer;
  FlatBuffer input, weights, bias, scale, residual, output;
  /// Elements of the weights and the bias that belong to one image; 0 if all
  /// images share them. Then, where those of the present image start.
  int64_t imageWeights = 0, imageBias = 0;
  Value weightsStart, biasStart;
  kernel::Runs runs;
  int64_t passes, width, steps;
  Tile shape;
  int64_t tileRows, tileColumns;
  Blocks blocks;
  /// The copy that `input` then is, and where its first element would be in an
  /// image of such rows.
  std::optional<WideInput> wide;
  Value origin;
  /// Registers of a vector's sums.
  int64_t parts;
  Epilogue epilogue;
};

/// Makes one image's part of `buffer`; returns the elements of one.
int64_t dropImages(FlatBuffer &buffer) {
  int64_t elements = buffer.strides.front();
  buffer.shape.erase(buffer.shape.begin());
  buffer.strides.erase(buffer.strides.begin());
  return elements;
}

Convolution::Convolution(Emitter &emit, kernel::Conv2DOp op, bool contract)
    : emit(emit), op(op), contract(contract),
      input(emit.flatten(op.getInput())),
      weights(emit.flatten(op.getWeights())), bias(emit.flatten(op.getBias())),
      output(emit.flatten(op.getOutput())) {
  integer = input.element.isInteger(8);
  if (op.getScale())
    scale = emit.flatten(op.getScale());
  passes = op.getPasses();
  if (weights.shape.size() == (integer ? 6 : 5))
    imageWeights = dropImages(weights);
  if (bias.shape.size() == 2)
    imageBias = dropImages(bias);
  bool wholeRows = weights.shape[1] == passes * op.getKernel()[0];
  runs = kernel::Runs::of(op.getKernel(), input.shape[3], wholeRows);
  width = integer ? kernel::kStep : 1;
  steps = runs.steps(width);
  int64_t bytes = integer ? 1 : 4;
  shape = chooseTile({output.shape[1], output.shape[2], output.shape[3],
                      passes * runs.count() * steps, integer,
                      op.getStride()[0] * input.strides[1] * bytes,
                      op.getStride()[1] * input.strides[2] * bytes},
                     emit.level);
  tileRows = llvm::divideCeil(output.shape[1], shape.height);
  tileColumns = llvm::divideCeil(output.shape[2], shape.width);
  int64_t channels = output.shape[3],
          groupChannels = shape.vectors * emit.level.lanes;
  blocks =
      chooseBlocks({tileRows, tileColumns,
                    shape.height * op.getStride()[0] * input.strides[1] * bytes,
                    weights.shape[0] * weights.strides[0] * bytes,
                    int64_t(llvm::divideCeil(channels, groupChannels))});
  parts = integer ? dotRegisters(emit.level) : 1;
  if (parts > 1)
    widenInput();
  epilogue = epilogueOf(op);
  if (auto sum = op.getSumAttr()) {
    residual = emit.flatten(op.getResidual());
    epilogue.addition = {
        sum.getScales()[0],         sum.getScales()[1],
        sum.getResidualZeroPoint(), op.getSignedResidual(),
        sum.getZeroPoint(),         {sum.getBounds()[0], sum.getBounds()[1]}};
  }
}

void Convolution::widenInput() {
  // Groups of a convolution have pixels that are apart.
  if (input.strides[2] != input.shape[3])
    return;
  auto reach = [&](int axis) {
    return op.getDilation()[axis] * (op.getKernel()[axis] - 1) + 1 -
           op.getStride()[axis];
  };
  double taps = double(op.getKernel()[0] * op.getKernel()[1]) /
                double(op.getStride()[0] * op.getStride()[1]);
  int64_t groups =
      llvm::divideCeil(output.shape[3], shape.vectors * emit.level.lanes);
  WideProblem problem{{tileRows, tileColumns},
                      shape.height * op.getStride()[0],
                      shape.width * op.getStride()[1],
                      reach(0),
                      reach(1),
                      input.shape[1],
                      input.shape[2],
                      input.shape[3],
                      double(passes * groups) * taps,
                      runs.length > input.shape[3]};
  std::optional<Blocks> fitting = chooseWideBlocks(problem);
  if (!fitting)
    return;
  blocks = *fitting;
  wide.emplace(emit, input, op.getSignedInput(), problem, blocks);
  input = wide->buffer();
}

void Convolution::fillInput(Value image, const Block &block) {
  // Blocks have regions of one size, so the last one may begin earlier.
  auto first = [&](const Emitter::Tiles &tiles, int64_t tile, int64_t size) {
    Value output = emit.multiply(tiles.first, tile);
    int64_t last = std::max<int64_t>(size - tiles.most * tile, 0);
    return emit.builder.createOrFold<arith::MinSIOp>(emit.loc, output,
                                                     emit.index(last));
  };
  Value row = emit.multiply(first(block.rows, shape.height, output.shape[1]),
                            op.getStride()[0]);
  Value column = emit.multiply(
      first(block.columns, shape.width, output.shape[2]), op.getStride()[1]);
  wide->fill(image, row, column);
  origin = emit.add(emit.multiply(row, input.strides[1]),
                    emit.multiply(column, input.strides[2]));
}

void Convolution::run() {
  emit.forEach(output.shape[0], [&](Value image) {
    weightsStart = emit.multiply(image, imageWeights);
    biasStart = emit.multiply(image, imageBias);
    allTiles(image);
  });
}

void Convolution::allTiles(Value image) {
  forEachBlock([&](const Block &block) {
    if (wide)
      fillInput(image, block);
    forEachGroup([&](const Group &group) {
      forEachPixelTile(block, [&](Value row, Value column) {
        tile(image, row, column, group);
      });
    });
  });
}

void Convolution::forEachBlock(function_ref<void(const Block &)> body) {
  emit.forEachBlock(tileRows, blocks.rows, [&](const Emitter::Tiles &rows) {
    emit.forEachBlock(
        tileColumns, blocks.columns,
        [&](const Emitter::Tiles &columns) { body({rows, columns}); });
  });
}

void Convolution::forEachPixelTile(const Block &block,
                                   function_ref<void(Value, Value)> body) {
  emit.forEachTile(output.shape[1], shape.height, block.rows, [&](Value row) {
    emit.forEachTile(output.shape[2], shape.width, block.columns,
                     [&](Value column) { body(row, column); });
  });
}

/// Whole groups in a loop, then one smaller group for the channels that are
/// left.
void Convolution::forEachGroup(function_ref<void(const Group &)> body) {
  int64_t lanes = emit.level.lanes, channels = output.shape[3];
  int64_t groupChannels = shape.vectors * lanes;
  int64_t whole = channels / groupChannels;
  if (whole > 0)
    emit.forEach(whole, [&](Value i) {
      Value panel = emit.multiply(i, groupChannels / kernel::kPanel);
      Value lane = emit.index(0);
      if (groupChannels < kernel::kPanel) {
        Value first = emit.multiply(i, groupChannels);
        Value size = emit.index(kernel::kPanel);
        panel =
            emit.builder.createOrFold<arith::DivUIOp>(emit.loc, first, size);
        lane = emit.builder.createOrFold<arith::RemUIOp>(emit.loc, first, size);
      }
      body({panel, lane, shape.vectors, groupChannels});
    });
  int64_t first = whole * groupChannels;
  if (first < channels)
    body(
        {emit.index(first / kernel::kPanel), emit.index(first % kernel::kPanel),
         int64_t(llvm::divideCeil(channels - first, lanes)), channels - first});
}

Value Convolution::channelOffset(const Group &group, int64_t v,
                                 int64_t panelSize, int64_t laneSize) {
  // The lane of the group's first vector is known to be 0 unless the group is
  // part of one panel.
  int64_t channel = v * emit.level.lanes;
  Value offset = emit.multiply(group.panel, panelSize);
  offset = emit.add(offset, emit.multiply(group.lane, laneSize));
  return emit.add(offset, channel / kernel::kPanel * panelSize +
                              channel % kernel::kPanel * laneSize);
}

int64_t Convolution::pixelOffset(int64_t pixel) {
  return pixel / shape.width * op.getStride()[0] * input.strides[1] +
         pixel % shape.width * op.getStride()[1] * input.strides[2];
}

Value Convolution::cornerOf(Value image, Value row, Value column) {
  Value corner = emit.multiply(row, op.getStride()[0] * input.strides[1]);
  corner = emit.add(
      corner, emit.multiply(column, op.getStride()[1] * input.strides[2]));
  if (wide)
    return emit.builder.createOrFold<arith::SubIOp>(emit.loc, corner, origin);
  return emit.add(corner, emit.multiply(image, input.strides[0]));
}

void Convolution::tile(Value image, Value row, Value column,
                       const Group &group) {
  int64_t lanes = emit.level.lanes;
  Emitter::Carried start;
  for (int64_t v = 0; v < group.vectors; ++v) {
    Value first = emit.load(
        bias, emit.add(biasStart, channelOffset(group, v, kernel::kPanel, 1)),
        lanes);
    if (parts > 1)
      start.append(beginSums(emit, first));
    else
      start.push_back(first);
  }
  Emitter::Carried sums;
  for (int64_t pixel = 0; pixel < shape.pixels(); ++pixel)
    sums.append(start);
  Value corner = cornerOf(image, row, column);
  storeTile(image, row, column, group, sumTaps(corner, group, sums));
}

Emitter::Carried Convolution::sumTaps(Value corner, const Group &group,
                                      Emitter::Carried sums) {
  int64_t stepSize = weights.strides[2];
  Value first = emit.add(weightsStart,
                         channelOffset(group, 0, weights.strides[0], width));
  auto overSteps = [&](Value activations, Value weightRow,
                       Emitter::Carried sums) {
    return emit.forEach(steps, sums, [&](Value i, Emitter::Carried sums) {
      return step(emit.add(activations, emit.multiply(i, width)),
                  emit.add(weightRow, emit.multiply(i, stepSize)), group, sums);
    });
  };
  auto overColumns = [&](Value activations, Value weightRow,
                         Emitter::Carried sums) {
    int64_t apart = op.getDilation()[1] * input.strides[2];
    return emit.forEach(
        runs.columns, sums, [&](Value j, Emitter::Carried sums) {
          return overSteps(
              emit.add(activations, emit.multiply(j, apart)),
              emit.add(weightRow, emit.multiply(j, weights.strides[1])), sums);
        });
  };
  int64_t apart = op.getDilation()[0] * input.strides[1];
  auto overRows = [&](Value weightRow, Emitter::Carried sums) {
    return emit.forEach(runs.rows, sums, [&](Value i, Emitter::Carried sums) {
      return overColumns(
          emit.add(corner, emit.multiply(i, apart)),
          emit.add(weightRow,
                   emit.multiply(i, runs.columns * weights.strides[1])),
          sums);
    });
  };
  return emit.forEach(passes, sums, [&](Value i, Emitter::Carried sums) {
    return overRows(
        emit.add(first, emit.multiply(i, runs.count() * weights.strides[1])),
        sums);
  });
}

Emitter::Carried Convolution::step(Value activations, Value weightRow,
                                   const Group &group, Emitter::Carried sums) {
  int64_t lanes = emit.level.lanes;
  SmallVector<DotOperand> w;
  for (int64_t v = 0; v < group.vectors; ++v) {
    int64_t channel = v * lanes;
    Value position =
        emit.add(weightRow, channel / kernel::kPanel * weights.strides[0] +
                                channel % kernel::kPanel * width);
    if (integer)
      w.push_back(loadWeights(emit, weights, position));
    else
      w.push_back({emit.load(weights, position, lanes)});
  }
  for (int64_t pixel = 0; pixel < shape.pixels(); ++pixel) {
    Value position = emit.add(activations, pixelOffset(pixel));
    DotOperand x;
    if (integer)
      x = loadActivations(emit, input, position, op.getSignedInput());
    else
      x = {emit.splat(emit.loadScalar(input, position), lanes)};
    for (int64_t v = 0; v < group.vectors; ++v) {
      auto own = MutableArrayRef<Value>(sums).slice(
          (pixel * group.vectors + v) * parts, parts);
      if (integer)
        accumulate(emit, x, w[v], own);
      else
        own[0] = multiplyAddFloat(emit, x[0], w[v][0], own[0], contract);
    }
  }
  return sums;
}

Value Convolution::placeOf(const FlatBuffer &buffer, Value image, Value row,
                           Value column, const Group &group) {
  Value corner = emit.multiply(image, buffer.strides[0]);
  corner = emit.add(corner, emit.multiply(row, buffer.strides[1]));
  corner = emit.add(corner, emit.multiply(column, buffer.strides[2]));
  return emit.add(corner, channelOffset(group, 0, kernel::kPanel, 1));
}

int64_t Convolution::placeInTile(const FlatBuffer &buffer, int64_t pixel) {
  return pixel / shape.width * buffer.strides[1] +
         pixel % shape.width * buffer.strides[2];
}

void Convolution::storeTile(Value image, Value row, Value column,
                            const Group &group, const Emitter::Carried &sums) {
  int64_t lanes = emit.level.lanes;
  SmallVector<Value> factors(group.vectors);
  if (scale.memory)
    for (int64_t v = 0; v < group.vectors; ++v)
      factors[v] =
          emit.load(scale, channelOffset(group, v, kernel::kPanel, 1), lanes);
  Value other;
  if (residual.memory)
    other = placeOf(residual, image, row, column, group);
  SmallVector<Result> results;
  for (int64_t pixel = 0; pixel < shape.pixels(); ++pixel)
    for (int64_t v = 0; v < group.vectors; ++v) {
      auto own = ArrayRef<Value>(sums).slice(
          (pixel * group.vectors + v) * parts, parts);
      Result result{endSums(emit, own), factors[v],
                    placeInTile(output, pixel) + v * lanes,
                    std::min(lanes, group.channels - v * lanes)};
      if (residual.memory) {
        int64_t place = placeInTile(residual, pixel) + v * lanes;
        result.residual = emit.loadPart(residual, emit.add(other, place), lanes,
                                        result.count);
      }
      results.push_back(result);
    }
  storeResults(emit, epilogue, output,
               placeOf(output, image, row, column, group), results);
}

} // namespace

void quantc::codegen::emitConvolution(Emitter &emit, kernel::Conv2DOp op,
                                      bool contract) {
  Convolution(emit, op, contract).run();
}
