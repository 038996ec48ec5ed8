//===- Lookup.cpp - Tables of 256 bytes, by vectors of codes --------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Lookup.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace quantc::codegen;

namespace {

constexpr int64_t kEntries = 256;
/// Bytes that a shuffle of bytes without AVX-512 chooses from.
constexpr int64_t kRow = 16;

Value constant(Emitter &emit, int64_t lanes, IntegerType element,
               int64_t value) {
  auto attribute = DenseElementsAttr::get(
      emit.vector(lanes, element), APInt(element.getWidth(), uint64_t(value)));
  return arith::ConstantOp::create(emit.builder, emit.loc, attribute);
}

/// `value` with lanes of zeros after it.
Value widened(Emitter &emit, Value value, int64_t lanes) {
  auto type = cast<VectorType>(value.getType());
  if (type.getNumElements() == lanes)
    return value;
  auto element = cast<IntegerType>(type.getElementType());
  return vector::InsertStridedSliceOp::create(
      emit.builder, emit.loc, value, constant(emit, lanes, element, 0),
      ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1});
}

Value slice(Emitter &emit, Value value, int64_t first, int64_t count) {
  return vector::ExtractStridedSliceOp::create(
      emit.builder, emit.loc, value, ArrayRef<int64_t>{first},
      ArrayRef<int64_t>{count}, ArrayRef<int64_t>{1});
}

} // namespace

bool Lookup::canReplace(memref::LoadOp op) {
  MemRefType type = op.getMemRefType();
  return type.getRank() == 1 && type.getDimSize(0) == kEntries &&
         type.getElementType().isInteger(8) && type.getLayout().isIdentity() &&
         op.getIndices()[0].getDefiningOp<arith::IndexCastOp>();
}

int64_t Lookup::width() const {
  return emit->level.lanes == 4 ? kRow : 2 * kRow;
}

/// AVX-512: 128 words in four registers, two for each shuffle. Otherwise rows
/// of 16 bytes, in both halves of a register with AVX2.
Lookup::Lookup(Emitter &emit, Value memory)
    : emit(&emit), table(emit.flatten(memory)) {
  if (emit.level.lanes == 1)
    return;
  int64_t bytes = emit.level.lanes == 16 ? 64 : kRow;
  for (int64_t first = 0; first < kEntries; first += bytes) {
    Value part = emit.load(table, emit.index(first), bytes);
    if (emit.level.lanes == 16) {
      part = emit.bitcast(part, bytes / 2, emit.i16());
    } else if (width() > kRow) {
      SmallVector<int64_t> twice;
      for (int64_t lane = 0; lane < width(); ++lane)
        twice.push_back(lane % kRow);
      part =
          vector::ShuffleOp::create(emit.builder, emit.loc, part, part, twice);
    }
    parts.push_back(part);
  }
}

/// A single code.
Value Lookup::inMemory(Value codes) const {
  OpBuilder &b = emit->builder;
  Value code =
      vector::ExtractOp::create(b, emit->loc, codes, ArrayRef<int64_t>{0});
  Value place =
      arith::IndexCastUIOp::create(b, emit->loc, b.getIndexType(), code);
  return emit->splat(emit->loadScalar(table, place), 1);
}

/// The word that holds the byte, of 64 words in two registers each; then the
/// byte's half of it.
Value Lookup::inWords(Value codes) const {
  OpBuilder &b = emit->builder;
  Location loc = emit->loc;
  auto i16 = cast<IntegerType>(emit->i16());
  VectorType halves = emit->vector(width(), i16);
  Value wide = arith::ExtUIOp::create(b, loc, halves, codes);
  Value one = constant(*emit, width(), i16, 1);
  Value word = arith::ShRUIOp::create(b, loc, wide, one);
  auto choose = [&](size_t pair) {
    return emit->call(halves, "llvm.x86.avx512.vpermi2var.hi.512",
                      {parts[pair], word, parts[pair + 1]});
  };
  Value isUpper =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, wide,
                            constant(*emit, width(), i16, kEntries / 2));
  Value found = arith::SelectOp::create(b, loc, isUpper, choose(2), choose(0));
  Value isOdd = arith::AndIOp::create(b, loc, wide, one);
  Value bits =
      arith::ShLIOp::create(b, loc, isOdd, constant(*emit, width(), i16, 3));
  found = arith::ShRUIOp::create(b, loc, found, bits);
  return arith::TruncIOp::create(b, loc, emit->vector(width(), emit->i8()),
                                 found);
}

/// A shuffle gives 0 where the top bit is set: codes of other rows get it by a
/// sum that saturates.
Value Lookup::inRows(Value codes) const {
  OpBuilder &b = emit->builder;
  Location loc = emit->loc;
  auto i8 = cast<IntegerType>(emit->i8());
  VectorType type = emit->vector(width(), i8);
  StringRef shuffle =
      width() == kRow ? "llvm.x86.ssse3.pshuf.b.128" : "llvm.x86.avx2.pshuf.b";
  Value beyond = constant(*emit, width(), i8, 0x80 - kRow);
  Value found;
  for (auto [row, part] : llvm::enumerate(parts)) {
    Value place = arith::XOrIOp::create(
        b, loc, codes, constant(*emit, width(), i8, int64_t(row) * kRow));
    place = emit->call(type, "llvm.uadd.sat", {place, beyond});
    Value here = emit->call(type, shuffle, {part, place});
    found = found ? Value(arith::OrIOp::create(b, loc, found, here)) : here;
  }
  return found;
}

Value Lookup::at(Value codes) const {
  int64_t count = cast<VectorType>(codes.getType()).getNumElements();
  if (parts.empty())
    return inMemory(codes);
  Value result;
  for (int64_t first = 0; first < count; first += width()) {
    int64_t some = std::min(width(), count - first);
    Value piece = some == count ? codes : slice(*emit, codes, first, some);
    piece = widened(*emit, piece, width());
    piece = emit->level.lanes == 16 ? inWords(piece) : inRows(piece);
    if (some < width())
      piece = slice(*emit, piece, 0, some);
    if (some == count)
      return piece;
    if (!result)
      result = constant(*emit, count, cast<IntegerType>(emit->i8()), 0);
    result = vector::InsertStridedSliceOp::create(
        emit->builder, emit->loc, piece, result, ArrayRef<int64_t>{first},
        ArrayRef<int64_t>{1});
  }
  return result;
}
