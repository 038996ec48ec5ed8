//===- Pack.cpp - Right operands as panels, while the program runs --------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Kernels.h"

#include "dialects/Kernel/IR/Packing.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

/// Whole panels at a time, at every level: packing only moves bytes.
class Pack {
public:
  Pack(Emitter &emit, kernel::PackOp op)
      : emit(emit), op(op), rhs(emit.flatten(op.getRhs())),
        packed(emit.flatten(op.getOutput()[0])) {
    if (op.getOutput().size() == 2)
      bias = emit.flatten(op.getOutput()[1]);
  }
  void run();

private:
  void panel(Value image, Value panel, int64_t columns);
  void reals(Value from, Value to, int64_t columns);
  void codes(Value from, Value to, Value sumsAt, int64_t columns);
  /// `count` rows of codes from `from` on as one step; adds them to `sums`.
  Value step(Value from, Value to, int64_t columns, int64_t count, Value sums);
  Value interleave(Value lhs, Value rhs);
  Value zeros(Type element);
  /// `value` in the first lanes of a panel, zeros in the others.
  Value widened(Value value);

  Emitter &emit;
  kernel::PackOp op;
  FlatBuffer rhs, packed, bias;
};

void Pack::run() {
  int64_t columns = rhs.shape[2], whole = columns / kernel::kPanel;
  emit.forEach(rhs.shape[0], [&](Value image) {
    if (whole > 0)
      emit.forEach(whole, [&](Value i) { panel(image, i, kernel::kPanel); });
    if (int64_t rest = columns % kernel::kPanel)
      panel(image, emit.index(whole), rest);
  });
}

void Pack::panel(Value image, Value panel, int64_t columns) {
  Value from = emit.add(emit.multiply(image, rhs.strides[0]),
                        emit.multiply(panel, kernel::kPanel));
  Value to = emit.add(emit.multiply(image, packed.strides[0]),
                      emit.multiply(panel, packed.strides[1]));
  if (!bias.memory)
    return reals(from, to, columns);
  codes(from, to,
        emit.add(emit.multiply(image, bias.strides[0]),
                 emit.multiply(panel, kernel::kPanel)),
        columns);
}

void Pack::reals(Value from, Value to, int64_t columns) {
  emit.forEach(rhs.shape[1], [&](Value k) {
    Value row = emit.load(rhs, emit.add(from, emit.multiply(k, rhs.strides[1])),
                          columns);
    emit.store(widened(row), packed,
               emit.add(to, emit.multiply(k, packed.strides[3])),
               kernel::kPanel);
  });
}

void Pack::codes(Value from, Value to, Value sumsAt, int64_t columns) {
  int64_t depth = rhs.shape[1], whole = depth / kernel::kStep;
  Value sums = zeros(emit.i32());
  auto at = [&](Value i) {
    return emit.add(from, emit.multiply(i, kernel::kStep * rhs.strides[1]));
  };
  auto target = [&](Value i) {
    return emit.add(to, emit.multiply(i, packed.strides[3]));
  };
  if (whole > 0)
    sums = emit.forEach(whole, {sums}, [&](Value i, Emitter::Carried carried) {
      return Emitter::Carried{
          step(at(i), target(i), columns, kernel::kStep, carried[0])};
    })[0];
  if (int64_t rest = depth % kernel::kStep)
    sums = step(at(emit.index(whole)), target(emit.index(whole)), columns, rest,
                sums);
  auto factor = static_cast<int32_t>(-static_cast<int64_t>(op.getLeftZero()));
  Value result = arith::MulIOp::create(emit.builder, emit.loc, sums,
                                       emit.splat(factor, kernel::kPanel));
  emit.store(result, bias, sumsAt, kernel::kPanel);
}

Value Pack::step(Value from, Value to, int64_t columns, int64_t count,
                 Value sums) {
  OpBuilder &b = emit.builder;
  Location loc = emit.loc;
  Type halves = emit.vector(kernel::kPanel, emit.i16());
  auto constant = [&](int64_t value) {
    return arith::ConstantOp::create(
        b, loc,
        DenseElementsAttr::get(cast<ShapedType>(halves),
                               static_cast<int16_t>(value)));
  };
  SmallVector<Value> rest(kernel::kStep, zeros(emit.i16()));
  for (int64_t tap = 0; tap < count; ++tap) {
    Value row =
        widened(emit.load(rhs, emit.add(from, tap * rhs.strides[1]), columns));
    if (op.getSignedInput())
      row = arith::ExtSIOp::create(b, loc, halves, row);
    else
      row = arith::ExtUIOp::create(b, loc, halves, row);
    rest[tap] = arith::SubIOp::create(
        b, loc, row, constant(static_cast<int64_t>(op.getZero())));
    Value wide = arith::ExtSIOp::create(
        b, loc, emit.vector(kernel::kPanel, emit.i32()), rest[tap]);
    sums = arith::AddIOp::create(b, loc, sums, wide);
  }
  for (int64_t pass = 0; pass < packed.shape[2]; ++pass) {
    SmallVector<Value> parts;
    for (Value &value : rest) {
      Value part = arith::MinSIOp::create(b, loc, value, constant(127));
      part = arith::MaxSIOp::create(b, loc, part, constant(-128));
      value = arith::SubIOp::create(b, loc, value, part);
      parts.push_back(arith::TruncIOp::create(
          b, loc, emit.vector(kernel::kPanel, emit.i8()), part));
    }
    Value bytes = interleave(interleave(parts[0], parts[2]),
                             interleave(parts[1], parts[3]));
    emit.store(bytes, packed, emit.add(to, pass * packed.strides[2]),
               kernel::kPanel * kernel::kStep);
  }
  return sums;
}

Value Pack::interleave(Value lhs, Value rhs) {
  return vector::InterleaveOp::create(emit.builder, emit.loc, lhs, rhs);
}

Value Pack::zeros(Type element) {
  auto type = emit.vector(kernel::kPanel, element);
  return arith::ConstantOp::create(emit.builder, emit.loc,
                                   emit.builder.getZeroAttr(type));
}

Value Pack::widened(Value value) {
  auto type = cast<VectorType>(value.getType());
  if (type.getNumElements() == kernel::kPanel)
    return value;
  return vector::InsertStridedSliceOp::create(
      emit.builder, emit.loc, value, zeros(type.getElementType()),
      ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1});
}

} // namespace

void quantc::codegen::emitPack(Emitter &emit, kernel::PackOp op) {
  Pack(emit, op).run();
}
