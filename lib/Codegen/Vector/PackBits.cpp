//===- PackBits.cpp - Loops that pack single bits ----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A comparison of 32 codes gives the 32 bits of a word, in every plane.
//
//===----------------------------------------------------------------------===//
#include "Kernels.h"

#include "dialects/Kernel/IR/BitPacking.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

class PackBits {
public:
  PackBits(Emitter &emit, kernel::PackBitsOp op);
  void run();

private:
  void window(Value image, Value row, Value column);
  void run(Value from, Value to);
  void word(Value codes, Value to, int64_t taps);
  /// The codes of `taps` taps from number `first` of a run on, and zeros.
  Value scattered(Value run, int64_t first, int64_t taps);
  int64_t windows(int64_t axis);

  Emitter &emit;
  kernel::PackBitsOp op;
  FlatBuffer input, output;
  kernel::Runs runs;
};

PackBits::PackBits(Emitter &emit, kernel::PackBitsOp op)
    : emit(emit), op(op), input(emit.flatten(op.getInput())),
      output(emit.flatten(op.getOutput())),
      runs(kernel::Runs::of(op.getKernel(), input.shape[3],
                            op.getDilation()[1] == 1)) {}

int64_t PackBits::windows(int64_t axis) {
  int64_t window = op.getDilation()[axis] * (op.getKernel()[axis] - 1) + 1;
  return (input.shape[1 + axis] - window) / op.getStride()[axis] + 1;
}

void PackBits::run() {
  emit.forEach(input.shape[0], [&](Value image) {
    emit.forEach(windows(0), [&](Value row) {
      emit.forEach(windows(1),
                   [&](Value column) { window(image, row, column); });
    });
  });
}

void PackBits::window(Value image, Value row, Value column) {
  Value number = emit.add(emit.multiply(image, windows(0)), row);
  number = emit.add(emit.multiply(number, windows(1)), column);
  Value to = emit.multiply(number, output.strides[0]);
  Value from = emit.add(
      emit.multiply(image, input.strides[0]),
      emit.add(emit.multiply(row, op.getStride()[0] * input.strides[1]),
               emit.multiply(column, op.getStride()[1] * input.strides[2])));
  int64_t bytes = runs.steps(kernel::kWordTaps) * kernel::kStep;
  for (int64_t i = 0; i < runs.rows; ++i)
    for (int64_t j = 0; j < runs.columns; ++j)
      run(emit.add(from, i * op.getDilation()[0] * input.strides[1] +
                             j * op.getDilation()[1] * input.strides[2]),
          emit.add(to, (i * runs.columns + j) * bytes));
}

void PackBits::run(Value from, Value to) {
  constexpr int64_t kTaps = kernel::kWordTaps;
  if (input.strides[2] != input.shape[3] && runs.columns == 1) {
    for (int64_t first = 0; first < runs.length; first += kTaps) {
      int64_t taps = std::min(kTaps, runs.length - first);
      word(scattered(from, first, taps),
           emit.add(to, first / kTaps * kernel::kStep), taps);
    }
    return;
  }
  auto load = [&](Value from, int64_t taps) {
    return emit.loadPart(input, from, kTaps, taps);
  };
  int64_t whole = runs.length / kTaps;
  if (whole > 0)
    emit.forEach(emit.range(0, whole), {}, [&](Value i, Emitter::Carried none) {
      word(load(emit.add(from, emit.multiply(i, kTaps)), kTaps),
           emit.add(to, emit.multiply(i, kernel::kStep)), kTaps);
      return none;
    });
  if (int64_t rest = runs.length % kTaps)
    word(load(emit.add(from, whole * kTaps), rest),
         emit.add(to, whole * kernel::kStep), rest);
}

Value PackBits::scattered(Value run, int64_t first, int64_t taps) {
  OpBuilder &builder = emit.builder;
  VectorType type = emit.vector(kernel::kWordTaps, emit.i8());
  Value codes =
      arith::ConstantOp::create(builder, emit.loc, builder.getZeroAttr(type));
  int64_t channels = input.shape[3];
  for (int64_t tap = first, count; tap < first + taps; tap += count) {
    int64_t pixel = tap / channels, channel = tap % channels;
    count = std::min(channels - channel, first + taps - tap);
    Value part = emit.load(
        input, emit.add(run, pixel * input.strides[2] + channel), count);
    codes = vector::InsertStridedSliceOp::create(builder, emit.loc, part, codes,
                                                 ArrayRef<int64_t>{tap - first},
                                                 ArrayRef<int64_t>{1});
  }
  return codes;
}

void PackBits::word(Value codes, Value to, int64_t taps) {
  OpBuilder &b = emit.builder;
  Location loc = emit.loc;
  constexpr int64_t kTaps = kernel::kWordTaps;
  if (op.getOffset() != 0)
    codes = arith::AddIOp::create(
        b, loc, codes, emit.splat8(static_cast<int8_t>(op.getOffset()), kTaps));
  for (int64_t plane = 0; plane < output.shape[1]; ++plane) {
    auto bit = static_cast<int8_t>(1 << (op.getFirstBit() + plane));
    Value bits = arith::AndIOp::create(b, loc, codes, emit.splat8(bit, kTaps));
    bits = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, bits,
                                 emit.splat8(0, kTaps));
    bits = emit.bitcast(bits, 1, emit.i32());
    // Lanes without a code hold the offset.
    if (taps < kTaps)
      bits = arith::AndIOp::create(
          b, loc, bits,
          emit.splat(static_cast<int32_t>(
                         llvm::maskTrailingOnes<uint32_t>(unsigned(taps))),
                     1));
    emit.store(emit.bitcast(bits, kernel::kStep, emit.i8()), output,
               emit.add(to, plane * output.strides[1]), kernel::kStep);
  }
}

} // namespace

void quantc::codegen::emitPackBits(Emitter &emit, kernel::PackBitsOp op) {
  PackBits(emit, op).run();
}
