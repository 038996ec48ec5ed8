//===- Transpose.cpp - Elements that change their order -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Transpose.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace quantc::codegen;

namespace {

/// Blocks of as many rows as columns: vectors are loaded from neighbours of the
/// input, turned in registers, and stored to neighbours of the output.
class Transpose {
public:
  Transpose(Emitter &emit, linalg::LinalgOp op, const StridedNest &nest)
      : emit(emit), nest(nest), input(emit.flatten(op->getOperand(0))),
        output(emit.flatten(op->getOperand(1))) {
    width = input.element.getIntOrFloatBitWidth() == 8 ? 16 : emit.level.lanes;
  }

  /// Elements are neighbours in the loop `from`, and will be in the loop `to`.
  void run(size_t from, size_t to);

private:
  void overOthers(size_t number, Value in, Value out);
  void blocks(Value in, Value out);
  void forEachBlock(int64_t size,
                    llvm::function_ref<void(Value, int64_t)> body);
  void block(Value in, Value out, int64_t rows, int64_t columns);
  void strip(Value in, Value out);
  SmallVector<Value> turned(SmallVector<Value> rows);
  Value interleaved(Value lhs, Value rhs, bool upper);

  Emitter &emit;
  const StridedNest &nest;
  FlatBuffer input, output;
  int64_t width;
  size_t from = 0, to = 0;
};

void Transpose::run(size_t from, size_t to) {
  this->from = from;
  this->to = to;
  overOthers(0, emit.index(nest.offsets[0]), emit.index(nest.offsets[1]));
}

void Transpose::overOthers(size_t number, Value in, Value out) {
  if (number == nest.loops.size())
    return blocks(in, out);
  if (number == from || number == to)
    return overOthers(number + 1, in, out);
  const StridedLoop &loop = nest.loops[number];
  emit.forEach(loop.size, [&](Value i) {
    overOthers(number + 1, emit.add(in, emit.multiply(i, loop.strides[0])),
               emit.add(out, emit.multiply(i, loop.strides[1])));
  });
}

/// for each block: body(its first element, how many it has)
void Transpose::forEachBlock(int64_t size,
                             function_ref<void(Value, int64_t)> body) {
  int64_t whole = size / width;
  if (whole > 0)
    emit.forEach(whole, [&](Value i) { body(emit.multiply(i, width), width); });
  if (size % width != 0)
    body(emit.index(whole * width), size % width);
}

void Transpose::blocks(Value in, Value out) {
  const StridedLoop &rows = nest.loops[to], &columns = nest.loops[from];
  forEachBlock(rows.size, [&](Value row, int64_t height) {
    forEachBlock(columns.size, [&](Value column, int64_t length) {
      Value first = emit.add(in, emit.multiply(row, rows.strides[0]));
      Value target = emit.add(out, emit.multiply(column, columns.strides[1]));
      block(emit.add(first, column), emit.add(target, row), height, length);
    });
  });
}

void Transpose::block(Value in, Value out, int64_t rows, int64_t columns) {
  bool isRun = nest.loops[from].strides[1] == rows;
  if (isRun && rows >= 2 && rows <= 4 && columns == width)
    return strip(in, out);
  VectorType type = emit.vector(width, input.element);
  SmallVector<Value> values;
  for (int64_t row = 0; row < width; ++row) {
    if (row >= rows) {
      values.push_back(values.front());
      continue;
    }
    Value place = emit.add(in, row * nest.loops[to].strides[0]);
    Value value = emit.load(input, place, columns);
    if (columns < width) {
      Value zero = arith::ConstantOp::create(emit.builder, emit.loc,
                                             emit.builder.getZeroAttr(type));
      value = vector::InsertStridedSliceOp::create(
          emit.builder, emit.loc, value, zero, ArrayRef<int64_t>{0},
          ArrayRef<int64_t>{1});
    }
    values.push_back(value);
  }
  values = turned(std::move(values));
  for (int64_t column = 0; column < columns; ++column)
    emit.store(values[column], output,
               emit.add(out, column * nest.loops[from].strides[1]), rows);
}

/// A whole block of few rows that is one run of the output, as pixels of three
/// colours are: vector by vector of the output, from one or two pairs of rows.
void Transpose::strip(Value in, Value out) {
  int64_t rows = nest.loops[to].size;
  SmallVector<Value> values;
  for (int64_t row = 0; row < rows; ++row)
    values.push_back(
        emit.load(input, emit.add(in, row * nest.loops[to].strides[0]), width));
  for (int64_t first = 0; first < rows * width; first += width) {
    SmallVector<int64_t> upper, lower, both;
    for (int64_t i = 0; i < width; ++i) {
      int64_t row = (first + i) % rows, column = (first + i) / rows;
      (row < 2 ? upper : lower).push_back(row % 2 * width + column);
      (row < 2 ? lower : upper).push_back(0);
      both.push_back(row < 2 ? i : width + i);
    }
    auto shuffle = [&](Value lhs, Value rhs, ArrayRef<int64_t> lanes) -> Value {
      return vector::ShuffleOp::create(emit.builder, emit.loc, lhs, rhs, lanes);
    };
    Value vector = shuffle(values[0], values[1], upper);
    if (rows > 2)
      vector = shuffle(vector, shuffle(values[2], values.back(), lower), both);
    emit.store(vector, output, emit.add(out, first), width);
  }
}

/// Each round moves the top bit of the row number to the end of the lane number
/// and the other way round; when all bits have moved, rows are lanes.
SmallVector<Value> Transpose::turned(SmallVector<Value> rows) {
  for (int64_t round = 1; round < width; round *= 2) {
    SmallVector<Value> next;
    for (int64_t row = 0; row < width / 2; ++row)
      for (bool upper : {false, true})
        next.push_back(interleaved(rows[row], rows[row + width / 2], upper));
    rows = std::move(next);
  }
  return rows;
}

Value Transpose::interleaved(Value lhs, Value rhs, bool upper) {
  SmallVector<int64_t> lanes;
  for (int64_t lane = 0; lane < width / 2; ++lane) {
    int64_t from = lane + (upper ? width / 2 : 0);
    lanes.append({from, from + width});
  }
  return vector::ShuffleOp::create(emit.builder, emit.loc, lhs, rhs, lanes);
}

/// The loop in which operand `number` takes one element after the other.
std::optional<size_t> neighbours(const StridedNest &nest, size_t number) {
  const StridedLoop *found = llvm::find_if(
      nest.loops, [&](const StridedLoop &l) { return l.strides[number] == 1; });
  if (found == nest.loops.end())
    return std::nullopt;
  return found - nest.loops.begin();
}

} // namespace

bool quantc::codegen::emitTranspose(Emitter &emit, linalg::LinalgOp op,
                                    const StridedNest &nest) {
  Block *body = op.getBlock();
  if (op->getNumOperands() != 2 || nest.reductions() > 0 ||
      body->getTerminator()->getOperands() !=
          ValueRange(body->getArgument(0)) ||
      !llvm::all_of(op->getOperandTypes(), llvm::IsaPred<MemRefType>))
    return false;
  Type element = getElementTypeOrSelf(op->getOperand(0).getType());
  int64_t bits = element.isIntOrFloat() ? element.getIntOrFloatBitWidth() : 0;
  std::optional<size_t> from = neighbours(nest, 0), to = neighbours(nest, 1);
  if ((bits != 8 && bits != 32) || !from || !to || from == to)
    return false;
  Transpose(emit, op, nest).run(*from, *to);
  return true;
}
