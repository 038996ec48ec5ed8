//===- Patches.cpp - Loops that copy the windows of a convolution ---------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

class Patches {
public:
  Patches(Emitter &emit, kernel::PatchesOp op)
      : emit(emit), op(op), input(emit.flatten(op.getInput())),
        output(emit.flatten(op.getOutput())) {}

  void run();

private:
  /// Windows of one row of the result's image.
  int64_t positions(int64_t axis) {
    int64_t way = input.shape[1 + axis] -
                  op.getDilation()[axis] * (op.getKernel()[axis] - 1) - 1;
    return way / op.getStride()[axis] + 1;
  }
  /// One row of the kernel, from a place of the input to one of the output.
  void copyRow(Value from, Value to);
  void copy(Value from, Value to, int64_t elements);

  Emitter &emit;
  kernel::PatchesOp op;
  FlatBuffer input, output;
};

void Patches::run() {
  ArrayRef<int64_t> kernel = op.getKernel(), stride = op.getStride();
  int64_t height = positions(0), width = positions(1);
  int64_t taps = kernel[1] * input.shape[3];
  emit.forEach(input.shape[0] * height, [&](Value line) {
    Value size = emit.index(height);
    Value image =
        emit.builder.createOrFold<arith::DivUIOp>(emit.loc, line, size);
    Value row = emit.builder.createOrFold<arith::RemUIOp>(emit.loc, line, size);
    Value corner = emit.add(emit.multiply(image, input.strides[0]),
                            emit.multiply(row, stride[0] * input.strides[1]));
    emit.forEach(width, [&](Value column) {
      Value from =
          emit.add(corner, emit.multiply(column, stride[1] * input.strides[2]));
      Value to = emit.multiply(emit.add(emit.multiply(line, width), column),
                               output.strides[0]);
      for (int64_t kh = 0; kh < kernel[0]; ++kh)
        copyRow(emit.add(from, kh * op.getDilation()[0] * input.strides[1]),
                emit.add(to, kh * taps));
    });
  });
}

void Patches::copyRow(Value from, Value to) {
  int64_t columns = op.getKernel()[1], channels = input.shape[3];
  int64_t step = op.getDilation()[1] * input.strides[2];
  // Taps that touch are one run.
  if (step == channels) {
    copy(from, to, columns * channels);
    return;
  }
  for (int64_t kw = 0; kw < columns; ++kw)
    copy(emit.add(from, kw * step), emit.add(to, kw * channels), channels);
}

void Patches::copy(Value from, Value to, int64_t elements) {
  int64_t width =
      std::min<int64_t>(emit.level.lanes == 1 ? 1 : 4 * emit.level.lanes,
                        llvm::bit_floor<uint64_t>(elements));
  emit.forEachTile(elements, width, [&](Value at) {
    emit.store(emit.load(input, emit.add(from, at), width), output,
               emit.add(to, at), width);
  });
}

} // namespace

void quantc::codegen::emitPatches(Emitter &emit, kernel::PatchesOp op) {
  Patches(emit, op).run();
}
