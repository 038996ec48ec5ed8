//===- ConvolutionSums.cpp - What a tile of a convolution adds up ---------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Convolution.h"

#include "DotProduct.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

SmallVector<Convolution::Taps> Convolution::tapsOf(const TileAxis &axis,
                                                   const Place &place) {
  if (place.taps)
    return {{*place.taps, 0, axis.tile}};
  SmallVector<Taps> taps;
  for (const TapRange &range : place.at ? axis.tapsAt(*place.at)
                                        : SmallVector<TapRange>{axis.allTaps()})
    taps.push_back({emit.range(range.first, range.end), range.low, range.high});
  return taps;
}

/// The bias of every pixel and vector.
Emitter::Carried Convolution::startTile(const Place &row, const Place &column,
                                        const Group &group) {
  Emitter::Carried sums;
  for (int64_t pixel = 0; pixel < shape.pixels(); ++pixel) {
    Value start = biasStart;
    if (hasClasses) {
      start = emit.add(
          start, classOffset(rows, row, pixel / shape.width, bias.strides[0]));
      start = emit.add(start, classOffset(columns, column, pixel % shape.width,
                                          bias.strides[1]));
    }
    for (int64_t v = 0; v < group.vectors; ++v) {
      Value first = emit.load(
          bias, emit.add(start, channelOffset(group, v, kernel::kPanel, 1)),
          emit.level.lanes);
      if (parts > 1)
        sums.append(beginSums(emit, first));
      else
        sums.push_back(first);
    }
  }
  return sums;
}

/// Where the biases of a class of outputs start: that of the tile's `output`.
Value Convolution::classOffset(const TileAxis &axis, const Place &place,
                               int64_t output, int64_t size) {
  if (place.kind)
    return emit.multiply(place.kind, size);
  return emit.index(size * axis.window.classOf(place.at
                                                   ? *place.at + output
                                                   : axis.window.firstWhole()));
}

Emitter::Carried Convolution::sumTaps(Value corner, const Place &row,
                                      const Place &column, const Group &group,
                                      Emitter::Carried sums) {
  Value first = emit.add(weightsStart,
                         channelOffset(group, 0, weights.strides[0], width));
  int64_t apart = op.getDilation()[0] * input.strides[1],
          rowSize = runs.columns * weights.strides[1];
  return emit.forEach(passes, sums, [&](Value pass, Emitter::Carried sums) {
    Value start = emit.add(first, emit.multiply(pass, runs.rows * rowSize));
    for (const Taps &taps : tapsOf(rows, row))
      sums =
          emit.forEach(taps.range, sums, [&](Value i, Emitter::Carried sums) {
            return sumRow(emit.add(corner, emit.multiply(i, apart)),
                          emit.add(start, emit.multiply(i, rowSize)), taps,
                          column, group, sums);
          });
    return sums;
  });
}

/// One row of taps: a run, or a run for each tap.
Emitter::Carried Convolution::sumRow(Value activations, Value weightRow,
                                     const Taps &rowTaps, const Place &column,
                                     const Group &group,
                                     Emitter::Carried sums) {
  int64_t stepSize = weights.strides[2];
  auto overSteps = [&](const Emitter::Range &range, const Taps &columnTaps,
                       Value x, Value w, Emitter::Carried sums) {
    return emit.forEach(range, sums, [&](Value i, Emitter::Carried sums) {
      return step(emit.add(x, emit.multiply(i, width)),
                  emit.add(w, emit.multiply(i, stepSize)), rowTaps, columnTaps,
                  group, sums);
    });
  };
  int64_t apart = op.getDilation()[1] * input.strides[2];
  bool isOneRun = runs.columns == 1, isWhole = !column.at && !column.taps;
  for (const Taps &taps : tapsOf(columns, column)) {
    if (!isOneRun) {
      sums =
          emit.forEach(taps.range, sums, [&](Value j, Emitter::Carried sums) {
            return overSteps(
                emit.range(0, steps), taps,
                emit.add(activations, emit.multiply(j, apart)),
                emit.add(weightRow, emit.multiply(j, weights.strides[1])),
                sums);
          });
      continue;
    }
    // With padding, each tap is a whole number of steps.
    int64_t perTap = steps / columns.window.kernel;
    Emitter::Range range = {emit.multiply(taps.range.first, perTap),
                            emit.multiply(taps.range.end, perTap),
                            taps.range.average * double(perTap)};
    sums = overSteps(isWhole ? emit.range(0, steps) : range, taps, activations,
                     weightRow, sums);
  }
  return sums;
}

Emitter::Carried Convolution::step(Value activations, Value weightRow,
                                   const Taps &rowTaps, const Taps &columnTaps,
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
  for (int64_t row = rowTaps.low; row < rowTaps.high; ++row)
    for (int64_t column = columnTaps.low; column < columnTaps.high; ++column) {
      int64_t pixel = row * shape.width + column;
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
