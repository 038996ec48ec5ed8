//===- Pool.cpp - Loops for pooling ---------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lanes are channels. Bytes are compared a register at a time; sums of bytes
// are int32.
//
//===----------------------------------------------------------------------===//
#include "Epilogue.h"
#include "Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

class Pool {
public:
  Pool(Emitter &emit, kernel::Pool2DOp op)
      : emit(emit), op(op), input(emit.flatten(op.getInput())),
        output(emit.flatten(op.getOutput())),
        integer(input.element.isInteger(8)),
        average(op.getKind() == kernel::PoolKind::Average) {}
  void run();

private:
  void window(Value image, Value row, Value column, Value channel,
              int64_t lanes, int64_t count);
  Value start(int64_t lanes);
  Value combine(Value sums, Value x);
  Value result(Value sums, int64_t lanes);

  Emitter &emit;
  kernel::Pool2DOp op;
  FlatBuffer input, output;
  bool integer, average;
};

void Pool::run() {
  int64_t channels = output.shape[3], lanes = emit.level.lanes;
  if (integer && !average && lanes > 1)
    lanes = std::min<int64_t>(4 * lanes, llvm::PowerOf2Ceil(channels));
  auto windows = [&](Value image, Value channel, int64_t count) {
    emit.forEach(output.shape[1], [&](Value row) {
      emit.forEach(output.shape[2], [&](Value column) {
        window(image, row, column, channel, lanes, count);
      });
    });
  };
  emit.forEach(output.shape[0], [&](Value image) {
    if (channels >= lanes)
      emit.forEach(channels / lanes, [&](Value i) {
        windows(image, emit.multiply(i, lanes), lanes);
      });
    if (int64_t rest = channels % lanes)
      windows(image, emit.index(channels - rest), rest);
  });
}

void Pool::window(Value image, Value row, Value column, Value channel,
                  int64_t lanes, int64_t count) {
  Value corner = emit.add(emit.multiply(image, input.strides[0]), channel);
  corner = emit.add(corner,
                    emit.multiply(row, op.getStride()[0] * input.strides[1]));
  corner = emit.add(
      corner, emit.multiply(column, op.getStride()[1] * input.strides[2]));
  auto sums = emit.forEach(
      op.getKernel()[0], {start(lanes)}, [&](Value i, Emitter::Carried sums) {
        Value left = emit.add(corner, emit.multiply(i, input.strides[1]));
        return emit.forEach(
            op.getKernel()[1], sums, [&](Value j, Emitter::Carried sums) {
              Value place = emit.add(left, emit.multiply(j, input.strides[2]));
              return Emitter::Carried{
                  combine(sums[0], emit.load(input, place, lanes))};
            });
      });
  Value place = emit.add(emit.multiply(image, output.strides[0]), channel);
  place = emit.add(place, emit.multiply(row, output.strides[1]));
  place = emit.add(place, emit.multiply(column, output.strides[2]));
  emit.store(result(sums[0], lanes), output, place, count);
}

Value Pool::start(int64_t lanes) {
  if (average && integer)
    return emit.splat(-static_cast<int32_t>(op.getOffset()), lanes);
  if (average)
    return emit.splat(0.0f, lanes);
  if (integer)
    return emit.splat8(op.getSignedInput() ? int8_t(-128) : int8_t(0), lanes);
  return emit.splat(-std::numeric_limits<float>::infinity(), lanes);
}

Value Pool::combine(Value sums, Value x) {
  OpBuilder &builder = emit.builder;
  if (average && !integer)
    return arith::AddFOp::create(builder, emit.loc, sums, x);
  if (average) {
    if (op.getSignedInput())
      x = arith::ExtSIOp::create(builder, emit.loc, sums.getType(), x);
    else
      x = arith::ExtUIOp::create(builder, emit.loc, sums.getType(), x);
    return arith::AddIOp::create(builder, emit.loc, sums, x);
  }
  if (!integer)
    return arith::MaximumFOp::create(builder, emit.loc, sums, x);
  if (op.getSignedInput())
    return arith::MaxSIOp::create(builder, emit.loc, sums, x);
  return arith::MaxUIOp::create(builder, emit.loc, sums, x);
}

Value Pool::result(Value sums, int64_t lanes) {
  if (!average)
    return sums;
  float factor = op.getFactorAttr().getValue().convertToFloat();
  return finish(emit, epilogueOf(op), sums, emit.splat(factor, lanes));
}

} // namespace

void quantc::codegen::emitPool(Emitter &emit, kernel::Pool2DOp op) {
  Pool(emit, op).run();
}
