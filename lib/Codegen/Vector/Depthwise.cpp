//===- Depthwise.cpp - Loops for a depthwise convolution ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lanes are channels. A tile is a row of pixels of one vector of channels; the
// columns of the input that neighbouring pixels share are loaded once a row.
//
//===----------------------------------------------------------------------===//
#include "DepthwiseLoops.h"
#include "DotProduct.h"
#include "Kernels.h"
#include "StoreResults.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

class Depthwise {
public:
  Depthwise(Emitter &emit, kernel::DepthwiseConv2DOp op, bool contract);
  void run();

private:
  void tile(Value image, Value row, Value column, Value channel, int64_t count);
  Emitter::Carried kernelRow(Value inputRow, Value weightRow,
                             Emitter::Carried sums);
  Value loadColumn(Value position);
  Value loadWeight(Value position);
  /// Columns of the input that a tile reads.
  int64_t columns() {
    return (pixels - 1) * op.getStride()[1] +
           (op.getKernel()[1] - 1) * op.getDilation()[1] + 1;
  }

  Emitter &emit;
  kernel::DepthwiseConv2DOp op;
  bool contract, integer;
  FlatBuffer input, weights, bias, scale, output;
  int64_t pixels;
  Epilogue epilogue;
};

Depthwise::Depthwise(Emitter &emit, kernel::DepthwiseConv2DOp op, bool contract)
    : emit(emit), op(op), contract(contract),
      input(emit.flatten(op.getInput())),
      weights(emit.flatten(op.getWeights())), bias(emit.flatten(op.getBias())),
      output(emit.flatten(op.getOutput())) {
  integer = input.element.isInteger(8);
  if (op.getScale())
    scale = emit.flatten(op.getScale());
  // Sums, the weights of a kernel row and a column, with room for widening.
  int64_t room =
      emit.level.registers - std::min<int64_t>(op.getKernel()[1], 6) - 4;
  pixels = evenWidth(output.shape[2], std::max<int64_t>(room / 2, 1));
  if (emit.level.dot == Dot::Scalar)
    pixels = 1;
  if (std::optional<ArrayRef<int64_t>> schedule = op.getSchedule())
    pixels = (*schedule)[1];
  epilogue = epilogueOf(op);
}

void Depthwise::run() {
  auto oneTile = [this](Value image, Value row, Value column,
                        const ChannelSlice &slice) {
    tile(image, row, column, slice.first, slice.count);
  };
  DepthwisePart all{0,
                    output.shape[3],
                    emit.level.lanes,
                    pixels,
                    [](const ChannelSlice &) {},
                    oneTile};
  forEachDepthwiseTile(emit, {input, output, op.getStride()[0], 1}, all);
}

void Depthwise::tile(Value image, Value row, Value column, Value channel,
                     int64_t count) {
  int64_t lanes = emit.level.lanes;
  Emitter::Carried sums(pixels, emit.load(bias, channel, lanes));
  Value corner = emit.add(emit.multiply(image, input.strides[0]), channel);
  corner = emit.add(corner,
                    emit.multiply(row, op.getStride()[0] * input.strides[1]));
  corner = emit.add(
      corner, emit.multiply(column, op.getStride()[1] * input.strides[2]));
  int64_t rows = op.getKernel()[0];
  int64_t rowSize = op.getKernel()[1] * weights.strides[0];
  auto overRows = [&](Value first, Emitter::Carried sums) {
    return emit.forEach(rows, sums, [&](Value i, Emitter::Carried s) {
      Value inputRow = emit.add(
          corner, emit.multiply(i, op.getDilation()[0] * input.strides[1]));
      return kernelRow(inputRow, emit.add(first, emit.multiply(i, rowSize)),
                       std::move(s));
    });
  };
  sums = emit.forEach(op.getPasses(), sums, [&](Value i, Emitter::Carried s) {
    return overRows(emit.add(channel, emit.multiply(i, rows * rowSize)),
                    std::move(s));
  });
  Value place = emit.add(emit.multiply(image, output.strides[0]), channel);
  place = emit.add(place, emit.multiply(row, output.strides[1]));
  place = emit.add(place, emit.multiply(column, output.strides[2]));
  Value factor;
  if (scale.memory)
    factor = emit.load(scale, channel, lanes);
  SmallVector<Result> results;
  for (int64_t pixel = 0; pixel < pixels; ++pixel)
    results.push_back({sums[pixel], factor, pixel * output.strides[2], count});
  storeResults(emit, epilogue, output, place, results);
}

Emitter::Carried Depthwise::kernelRow(Value inputRow, Value weightRow,
                                      Emitter::Carried sums) {
  int64_t taps = op.getKernel()[1];
  SmallVector<Value> w;
  for (int64_t tap = 0; tap < taps; ++tap)
    w.push_back(loadWeight(emit.add(weightRow, tap * weights.strides[0])));
  SmallVector<Value> loaded(columns());
  for (int64_t tap = 0; tap < taps; ++tap)
    for (int64_t pixel = 0; pixel < pixels; ++pixel) {
      int64_t column = pixel * op.getStride()[1] + tap * op.getDilation()[1];
      Value &x = loaded[column];
      if (!x)
        x = loadColumn(emit.add(inputRow, column * input.strides[2]));
      Value &sum = sums[pixel];
      sum = integer ? multiplyAdd(emit, x, w[tap], sum)
                    : multiplyAddFloat(emit, x, w[tap], sum, contract);
    }
  return sums;
}

Value Depthwise::loadColumn(Value position) {
  int64_t lanes = emit.level.lanes;
  Value x = emit.load(input, position, lanes);
  if (!integer)
    return x;
  if (op.getSignedInput())
    x = arith::XOrIOp::create(emit.builder, emit.loc, x,
                              emit.splat8(int8_t(0x80), lanes));
  return arith::ExtUIOp::create(emit.builder, emit.loc,
                                emit.vector(lanes, emit.i32()), x);
}

Value Depthwise::loadWeight(Value position) {
  int64_t lanes = emit.level.lanes;
  Value w = emit.load(weights, position, lanes);
  if (!integer)
    return w;
  return arith::ExtSIOp::create(emit.builder, emit.loc,
                                emit.vector(lanes, emit.i32()), w);
}

} // namespace

void quantc::codegen::emitDepthwise(Emitter &emit, kernel::DepthwiseConv2DOp op,
                                    bool contract) {
  if (isDotDepthwise(emit.level, op))
    return emitDotDepthwise(emit, op);
  if (isRowsDepthwise(emit, op))
    return emitRowsDepthwise(emit, op, contract);
  Depthwise(emit, op, contract).run();
}
