//===- Border.cpp - Loops that fill the padding around a buffer -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rows touch in memory, so the right border of a row and the left one of the
// next are one run:
//
//   +-------------+
//   | head        |    the rows above, and the left border of the first row
//   | x x x x x gap    right and left, between two rows
//   gap x x x x gap
//   gap x x x tail|    the right border of the last row, and the rows below
//   | tail        |
//   +-------------+
//
//===----------------------------------------------------------------------===//
#include "Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

class FillBorder {
public:
  FillBorder(Emitter &emit, kernel::FillBorderOp op)
      : emit(emit), output(emit.flatten(op.getOutput())), value(op.getValue()),
        top(op.getBorder()[0]), bottom(op.getBorder()[1]),
        left(op.getBorder()[2]), right(op.getBorder()[3]) {}

  void run();

private:
  /// `pixels` from a place on, in each of `count` rows; they may go on from a
  /// row to the next.
  void runs(Value image, int64_t row, int64_t count, int64_t column,
            int64_t pixels);
  void fill(Value start, int64_t elements);

  Emitter &emit;
  FlatBuffer output;
  TypedAttr value;
  int64_t top, bottom, left, right;
};

void FillBorder::run() {
  int64_t width = output.shape[2], rows = output.shape[1] - top - bottom;
  emit.forEach(output.shape[0], [&](Value number) {
    Value image = emit.multiply(number, output.strides[0]);
    runs(image, 0, 1, 0, top * width + left);
    runs(image, top, rows - 1, width - right, right + left);
    runs(image, top + rows - 1, 1, width - right, right + bottom * width);
  });
}

void FillBorder::runs(Value image, int64_t row, int64_t count, int64_t column,
                      int64_t pixels) {
  if (count == 0 || pixels == 0)
    return;
  int64_t offset = row * output.strides[1] + column * output.strides[2];
  Value start = emit.add(image, offset);
  emit.forEach(count, [&](Value i) {
    fill(emit.add(start, emit.multiply(i, output.strides[1])),
         pixels * output.shape[3]);
  });
}

void FillBorder::fill(Value start, int64_t elements) {
  int64_t bytes = output.element.getIntOrFloatBitWidth() / 8;
  int64_t width = emit.level.lanes == 1 ? 1 : emit.level.lanes * 4 / bytes;
  width = std::min<int64_t>(width, llvm::bit_floor<uint64_t>(elements));
  VectorType type = emit.vector(width, output.element);
  Value filler = arith::ConstantOp::create(
      emit.builder, emit.loc, DenseElementsAttr::get(type, Attribute(value)));
  emit.forEachTile(elements, width, [&](Value at) {
    emit.store(filler, output, emit.add(start, at), width);
  });
}

} // namespace

void quantc::codegen::emitFillBorder(Emitter &emit, kernel::FillBorderOp op) {
  FillBorder(emit, op).run();
}
