//===- Convolution.cpp - Loops for a convolution --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Convolution.h"

#include "DotProduct.h"
#include "Kernels.h"
#include "StoreResults.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

/// Makes one image's part of `buffer`; returns the elements of one.
static int64_t dropImages(FlatBuffer &buffer) {
  int64_t elements = buffer.strides.front();
  buffer.shape.erase(buffer.shape.begin());
  buffer.strides.erase(buffer.strides.begin());
  return elements;
}

TileProblem quantc::codegen::tileProblemOf(kernel::Conv2DOp op) {
  auto input = cast<MemRefType>(op.getInput().getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)input.getStridesAndOffset(strides, offset); // Kernels read such only.
  ArrayRef<int64_t> weights =
      cast<MemRefType>(op.getWeights().getType()).getShape();
  int64_t bytes = input.getElementTypeBitWidth() / 8;
  bool integer = bytes == 1;
  // Weights have their panels, then runs and steps of all taps.
  bool isByImage = weights.size() == (integer ? 6 : 5);
  double taps = double(op.getKernel()[0] * op.getKernel()[1]);
  return {op.axis(0),
          op.axis(1),
          cast<MemRefType>(op.getOutput().getType()).getDimSize(3),
          double(weights[1 + isByImage] * weights[2 + isByImage]) / taps,
          integer,
          op.getStride()[0] * strides[1] * bytes,
          op.getStride()[1] * strides[2] * bytes};
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
  hasClasses = bias.shape.size() == 3;
  bool wholeRows = weights.shape[1] == passes * op.getKernel()[0];
  runs = kernel::Runs::of(op.getKernel(), input.shape[3], wholeRows);
  width = integer ? kernel::kStep : 1;
  steps = runs.steps(width);
  int64_t bytes = integer ? 1 : 4;
  std::optional<ArrayRef<int64_t>> schedule = op.getSchedule();
  if (schedule)
    shape = {(*schedule)[0], (*schedule)[1], (*schedule)[2]};
  else
    shape = chooseTile(tileProblemOf(op), emit.level);
  rows = {op.axis(0), shape.height};
  columns = {op.axis(1), shape.width};
  int64_t channels = output.shape[3],
          groupChannels = shape.vectors * emit.level.lanes;
  blocks =
      chooseBlocks({allTiles().rows, allTiles().columns,
                    shape.height * op.getStride()[0] * input.strides[1] * bytes,
                    weights.shape[0] * weights.strides[0] * bytes,
                    int64_t(llvm::divideCeil(channels, groupChannels))});
  if (schedule)
    blocks = {(*schedule)[3], (*schedule)[4]};
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

Blocks Convolution::allTiles() const {
  return {int64_t(llvm::divideCeil(output.shape[1], shape.height)),
          int64_t(llvm::divideCeil(output.shape[2], shape.width))};
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
  Blocks tiles = allTiles();
  WideProblem problem{tiles,
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
  if (!fitting ||
      (columns.window.isPadded() && fitting->columns != tiles.columns))
    return;
  blocks = *fitting;
  wide.emplace(emit, input, op.getSignedInput(), problem, blocks);
  input = wide->buffer();
}

void Convolution::fillInput(Value image, const Block &block) {
  // Blocks have regions of one size, so the last one may begin earlier.
  auto first = [&](const TileAxis &axis, const TileSpan &span,
                   const Emitter::Tiles &tiles, int64_t region) {
    int64_t last = std::max<int64_t>(span.size - tiles.most * axis.tile, 0);
    Value output = emit.add(
        emit.least(emit.multiply(tiles.first, axis.tile), last), span.first);
    Value tap = emit.add(emit.multiply(output, axis.window.stride),
                         -axis.window.before);
    return emit.least(emit.most(tap, 0), axis.window.inputs - region);
  };
  Value row = first(rows, block.rowSpan, block.rows, input.shape[1]);
  Value column =
      first(columns, {0, output.shape[2], true}, block.columns, input.shape[2]);
  wide->fill(image, row, column);
  origin = emit.add(emit.multiply(row, input.strides[1]),
                    emit.multiply(column, input.strides[2]));
}

void Convolution::run() {
  emit.forEach(output.shape[0], [&](Value image) {
    weightsStart = emit.multiply(image, imageWeights);
    biasStart = emit.multiply(image, imageBias);
    eachTile(image);
  });
}

void Convolution::eachTile(Value image) {
  forEachBlock([&](const Block &block) {
    if (wide)
      fillInput(image, block);
    forEachGroup([&](const Group &group) {
      forEachPixelTile(block, [&](const Place &row, const Place &column) {
        tile(image, row, column, group);
      });
    });
  });
}

/// Where columns have a border, a block has whole rows.
void Convolution::forEachBlock(function_ref<void(const Block &)> body) {
  bool isWhole = columns.window.isPadded();
  int64_t tileColumns = allTiles().columns;
  for (const TileSpan &span : rows.spans())
    emit.forEachBlock(llvm::divideCeil(span.size, shape.height), blocks.rows,
                      [&](const Emitter::Tiles &tileRows) {
                        emit.forEachBlock(
                            tileColumns, isWhole ? tileColumns : blocks.columns,
                            [&](const Emitter::Tiles &tileColumns) {
                              body({span, tileRows, tileColumns});
                            });
                      });
}

void Convolution::forEachPixelTile(
    const Block &block, function_ref<void(const Place &, const Place &)> body) {
  auto forEachColumn = [&](const Place &row) {
    auto at = [&](const TileSpan &span) {
      return [&, span](Value i) { body(row, placeIn(columns, span, i)); };
    };
    if (!columns.window.isPadded())
      return emit.forEachTile(output.shape[2], shape.width, block.columns,
                              at({0, output.shape[2], true}));
    for (const TileSpan &span : columns.spans())
      emit.forEachTile(span.size, shape.width, at(span));
  };
  emit.forEachTile(block.rowSpan.size, shape.height, block.rows, [&](Value i) {
    forEachColumn(placeIn(rows, block.rowSpan, i));
  });
}

/// The tile that begins `distance` outputs into the span.
Convolution::Place Convolution::placeIn(const TileAxis &axis,
                                        const TileSpan &span, Value distance) {
  Place place{emit.add(distance, span.first), std::nullopt, std::nullopt, {}};
  if (span.isWhole)
    return place;
  if (!axis.hasRanges()) {
    place.at = span.first;
    return place;
  }
  // The range and the class of `WindowAxis`, for an output that is not known.
  const kernel::WindowAxis &window = axis.window;
  Value origin =
      emit.add(emit.multiply(place.first, window.stride), -window.before);
  auto stepsAcross = [&](Value inputs) {
    return emit.least(emit.divideUp(emit.most(inputs, 0), window.dilation),
                      window.kernel);
  };
  Value first = stepsAcross(emit.subtract(emit.index(0), origin));
  Value end = stepsAcross(emit.subtract(emit.index(window.inputs), origin));
  double taps = 0;
  for (auto [outputs, number] : axis.tapsByOutputs())
    taps += double(number);
  place.taps = {first, end, taps / double(window.outputs)};
  int64_t last = std::max(window.endWhole() - 1, window.firstWhole());
  place.kind = emit.add(emit.least(place.first, window.firstWhole()),
                        emit.most(emit.add(place.first, -last), 0));
  return place;
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

/// Where a tile's first tap lies in the input, if it is not in the padding.
Value Convolution::cornerOf(Value image, Value row, Value column) {
  int64_t rowSize = input.strides[1], pixelSize = input.strides[2];
  Value corner = emit.multiply(row, op.getStride()[0] * rowSize);
  corner =
      emit.add(corner, emit.multiply(column, op.getStride()[1] * pixelSize));
  corner = emit.add(corner, -rows.window.before * rowSize -
                                columns.window.before * pixelSize);
  if (wide)
    return emit.subtract(corner, origin);
  return emit.add(corner, emit.multiply(image, input.strides[0]));
}

void Convolution::tile(Value image, const Place &row, const Place &column,
                       const Group &group) {
  Value corner = cornerOf(image, row.first, column.first);
  storeTile(image, row.first, column.first, group,
            sumTaps(corner, row, column, group, startTile(row, column, group)));
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

void quantc::codegen::emitConvolution(Emitter &emit, kernel::Conv2DOp op,
                                      bool contract) {
  Convolution(emit, op, contract).run();
}
