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
#include "DepthwiseOperands.h"
#include "DotProduct.h"
#include "Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

class Depthwise : DepthwiseOperands {
public:
  Depthwise(Emitter &emit, kernel::DepthwiseConv2DOp op, bool contract);
  void run();

private:
  void tile(const DepthwiseTile &place);
  Emitter::Carried kernelRow(Value inputRow, Value weightRow,
                             Emitter::Carried sums);
  Value loadColumn(Value position);
  Value loadWeight(Value position);

  bool contract, integer;
  int64_t pixels; ///< Of a tile, which is one row.
};

Depthwise::Depthwise(Emitter &emit, kernel::DepthwiseConv2DOp op, bool contract)
    : DepthwiseOperands(emit, op), contract(contract),
      integer(input.element.isInteger(8)) {
  // Sums, the weights of a kernel row and a column, with room for widening.
  int64_t room =
      emit.level.registers - std::min<int64_t>(op.getKernel()[1], 6) - 4;
  pixels = evenWidth(output.shape[2], std::max<int64_t>(room / 2, 1));
  if (emit.level.dot == Dot::Scalar)
    pixels = 1;
  if (std::optional<ArrayRef<int64_t>> schedule = op.getSchedule())
    pixels = (*schedule)[1];
}

void Depthwise::run() {
  DepthwisePart all{0,
                    output.shape[3],
                    emit.level.lanes,
                    pixels,
                    [](const ChannelSlice &) {},
                    [&](const DepthwiseTile &place) { tile(place); }};
  forEachDepthwiseTile(emit, {input, output, op.getStride()[0], 1}, all);
}

void Depthwise::tile(const DepthwiseTile &place) {
  Value channel = place.slice.first;
  Emitter::Carried sums(pixels, emit.load(bias, channel, emit.level.lanes));
  Value corner = inputCorner(place);
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
  store(place, {1, pixels}, sums);
}

Emitter::Carried Depthwise::kernelRow(Value inputRow, Value weightRow,
                                      Emitter::Carried sums) {
  int64_t taps = op.getKernel()[1];
  SmallVector<Value> w;
  for (int64_t tap = 0; tap < taps; ++tap)
    w.push_back(loadWeight(emit.add(weightRow, tap * weights.strides[0])));
  SmallVector<Value> loaded(reach(1, pixels));
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
  if (isRowsDepthwise(emit.level, op))
    return emitRowsDepthwise(emit, op, contract);
  Depthwise(emit, op, contract).run();
}
