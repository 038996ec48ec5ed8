//===- DecodeReals.cpp - From packed codes to reals in registers ----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "DecodeReals.h"

#include "Decode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

/// Taps whose codes share a 32-bit lane.
static constexpr int64_t kTaps = kernel::kStep;

/// Channels of 128 bits, within which bytes are shuffled.
static constexpr int64_t kChannels = 4;

RealLevels::RealLevels(Emitter &emit, ArrayRef<float> levels, FlatBuffer table)
    : emit(emit), levels(levels), table(std::move(table)),
      rule(kernel::LevelRule::of(levels)) {}

Value RealLevels::integers(int32_t value) {
  return emit.splat(value, emit.level.lanes);
}

/// Lanes whose lowest byte is the code of a tap.
Value RealLevels::words(Value codes, int64_t tap) {
  Value lanes = emit.bitcast(codes, emit.level.lanes, emit.i32());
  if (tap == 0)
    return lanes;
  return arith::ShRUIOp::create(emit.builder, emit.loc, lanes,
                                integers(static_cast<int32_t>(8 * tap)));
}

/// The code of a tap in each lane.
Value RealLevels::code(Value codes, int64_t tap) {
  return arith::AndIOp::create(emit.builder, emit.loc, words(codes, tap),
                               integers(0xFF));
}

/// 16 levels fill a register of AVX-512; the instruction does not look at what
/// is above the code.
Value RealLevels::shuffled(Value codes, int64_t tap) {
  SmallVector<float> lanes;
  for (int64_t i = 0; i < emit.level.lanes; ++i)
    lanes.push_back(levels[i % levels.size()]);
  VectorType type = emit.vector(emit.level.lanes, emit.f32());
  Value values = arith::ConstantOp::create(
      emit.builder, emit.loc, DenseElementsAttr::get(type, ArrayRef(lanes)));
  return emit.call(type, "llvm.x86.avx512.permvar.sf.512",
                   {values, words(codes, tap)});
}

/// The four bytes of the reals, each looked up by itself, are put together; a
/// byte that is 0 in all of them costs nothing.
SmallVector<Value, 4> RealLevels::fromBytes(Value codes) {
  OpBuilder &builder = emit.builder;
  int64_t lanes = emit.level.lanes, size = kTaps * lanes;
  constexpr int64_t row = kTaps * kChannels;
  auto shuffle = [&](Value lhs, Value rhs, auto place) {
    SmallVector<int64_t> places;
    int64_t count = cast<VectorType>(lhs.getType()).getNumElements();
    int64_t perRow = row * count / size;
    for (int64_t i = 0; i < count; ++i)
      places.push_back(i / perRow * perRow + place(i % perRow, count, perRow));
    return Value(
        vector::ShuffleOp::create(builder, emit.loc, lhs, rhs, places));
  };
  // Channels side by side for each tap, instead of taps for each channel.
  codes = shuffle(codes, codes, [](int64_t i, int64_t, int64_t) {
    return i % kChannels * kTaps + i / kChannels;
  });
  Value zero = emit.splat8(0, size);
  SmallVector<Value, 4> bytes;
  for (int64_t byte = 0; byte < 4; ++byte) {
    SmallVector<int8_t> part;
    for (float level : levels)
      part.push_back(
          static_cast<int8_t>(llvm::bit_cast<uint32_t>(level) >> (8 * byte)));
    part.resize(kernel::LevelRule::kTable, part.back());
    bool isZero = llvm::all_of(part, [](int8_t b) { return b == 0; });
    bytes.push_back(isZero ? zero : decodeLevels(emit, codes, part));
  }
  // Half of what is in a row of 128 bits, element by element.
  auto interleave = [&](Value low, Value high, int64_t half) {
    return shuffle(low, high, [&](int64_t i, int64_t count, int64_t perRow) {
      return half * perRow / 2 + i / 2 + (i % 2) * count;
    });
  };
  SmallVector<Value, 4> result;
  for (int64_t pair = 0; pair < 2; ++pair) {
    auto halves = [&](Value bytes) {
      return emit.bitcast(bytes, size / 2, emit.i16());
    };
    Value low = halves(interleave(bytes[0], bytes[1], pair));
    Value high = halves(interleave(bytes[2], bytes[3], pair));
    for (int64_t half = 0; half < 2; ++half)
      result.push_back(
          emit.bitcast(interleave(low, high, half), lanes, emit.f32()));
  }
  return result;
}

/// first + code * step. With the exponent of 2^23 above it, the code is the
/// mantissa of an f32: 2^23 + code.
Value RealLevels::affine(Value codes, int64_t tap) {
  constexpr float origin = 0x1p23f;
  OpBuilder &builder = emit.builder;
  int64_t lanes = emit.level.lanes;
  Value level = arith::OrIOp::create(builder, emit.loc, code(codes, tap),
                                     integers(llvm::bit_cast<int32_t>(origin)));
  level = emit.bitcast(level, lanes, emit.f32());
  bool isWhole = std::trunc(rule->first) == rule->first;
  bool isNear = std::abs(rule->first) < 0x1p20f;
  if (rule->step == 1.0f && isWhole && isNear)
    return arith::SubFOp::create(builder, emit.loc, level,
                                 emit.splat(origin - rule->first, lanes));
  level = arith::SubFOp::create(builder, emit.loc, level,
                                emit.splat(origin, lanes));
  level = arith::MulFOp::create(builder, emit.loc, level,
                                emit.splat(rule->step, lanes));
  return arith::AddFOp::create(builder, emit.loc, level,
                               emit.splat(rule->first, lanes));
}

/// The code's exponent and mantissa as those of an f32, its sign as its sign:
/// the code moves to the top, and its magnitude back down.
Value RealLevels::fields(Value codes, int64_t tap) {
  OpBuilder &builder = emit.builder;
  int64_t lanes = emit.level.lanes;
  auto magnitude = static_cast<int32_t>(llvm::Log2_64(levels.size())) - 1;
  auto up = static_cast<int32_t>(31 - magnitude - 8 * tap);
  Value bits = emit.bitcast(codes, lanes, emit.i32());
  if (up > 0)
    bits = arith::ShLIOp::create(builder, emit.loc, bits, integers(up));
  if (up < 0)
    bits = arith::ShRUIOp::create(builder, emit.loc, bits, integers(-up));
  bits = arith::ShRSIOp::create(builder, emit.loc, bits,
                                integers(31 - magnitude - rule->shift));
  uint32_t mask = ((1u << magnitude) - 1) << rule->shift | 0x80000000u;
  bits = arith::AndIOp::create(builder, emit.loc, bits,
                               integers(static_cast<int32_t>(mask)));
  Value level = emit.bitcast(bits, lanes, emit.f32());
  if (rule->power == 1.0f)
    return level;
  return arith::MulFOp::create(builder, emit.loc, level,
                               emit.splat(rule->power, lanes));
}

Value RealLevels::gathered(Value codes, int64_t tap) {
  OpBuilder &builder = emit.builder;
  int64_t lanes = emit.level.lanes;
  VectorType type = emit.vector(lanes, emit.f32());
  Value all = arith::ConstantOp::create(
      builder, emit.loc,
      DenseElementsAttr::get(emit.vector(lanes, builder.getI1Type()), true));
  return vector::GatherOp::create(builder, emit.loc, type, table.memory,
                                  ValueRange{emit.index(0)}, code(codes, tap),
                                  all, emit.splat(0.0f, lanes));
}

SmallVector<Value, 4> RealLevels::decode(Value codes) {
  bool isTable = rule && rule->kind == kernel::LevelRule::Kind::Table;
  if (isTable && emit.level.lanes < 16)
    return fromBytes(codes);
  SmallVector<Value, 4> result;
  for (int64_t tap = 0; tap < kTaps; ++tap) {
    if (isTable)
      result.push_back(shuffled(codes, tap));
    else if (!rule)
      result.push_back(gathered(codes, tap));
    else if (rule->kind == kernel::LevelRule::Kind::Affine)
      result.push_back(affine(codes, tap));
    else
      result.push_back(fields(codes, tap));
  }
  return result;
}
