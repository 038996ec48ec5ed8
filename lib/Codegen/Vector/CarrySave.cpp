//===- CarrySave.cpp - Counting ones in many vectors -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CarrySave.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <utility>

using namespace mlir;
using namespace quantc::codegen;

namespace {

/// Operations on bits of whole registers.
struct Bits {
  Emitter &emit;

  Value both(Value lhs, Value rhs) {
    return arith::AndIOp::create(emit.builder, emit.loc, lhs, rhs);
  }
  Value either(Value lhs, Value rhs) {
    return arith::OrIOp::create(emit.builder, emit.loc, lhs, rhs);
  }
  Value differ(Value lhs, Value rhs) {
    return arith::XOrIOp::create(emit.builder, emit.loc, lhs, rhs);
  }
  Value sum(Value lhs, Value rhs) {
    return arith::AddIOp::create(emit.builder, emit.loc, lhs, rhs);
  }
  Value down(Value bits, int32_t by) {
    int64_t lanes = emit.level.lanes;
    return arith::ShRUIOp::create(emit.builder, emit.loc, bits,
                                  emit.splat(by, lanes));
  }

  /// Any function of three bits, as its table.
  Value ternary(Value a, Value b, Value c, int32_t table) {
    Value number = arith::ConstantOp::create(
        emit.builder, emit.loc, emit.builder.getI32IntegerAttr(table));
    return emit.call(a.getType(), "llvm.x86.avx512.pternlog.d.512",
                     {a, b, c, number});
  }

  /// a + b + c = sum + 2 * carry
  std::pair<Value, Value> fullAdder(Value a, Value b, Value c) {
    if (emit.level.lanes == 16)
      return {ternary(a, b, c, 0x96), ternary(a, b, c, 0xe8)};
    Value half = differ(a, b);
    return {differ(half, c), either(both(a, b), both(half, c))};
  }
};

} // namespace

Emitter::Carried CarrySave::zeros(Emitter &emit) {
  int64_t lanes = emit.level.lanes;
  Emitter::Carried state(kDigits, emit.splat(int32_t(0), lanes));
  state.push_back(emit.splat8(0, 4 * lanes));
  return state;
}

CarrySave::CarrySave(Emitter &emit, ArrayRef<Value> carried)
    : emit(&emit), sixteens(carried.back()) {
  llvm::copy(carried.drop_back(), digits.begin());
}

Emitter::Carried CarrySave::carried() const {
  Emitter::Carried state(digits.begin(), digits.end());
  state.push_back(sixteens);
  return state;
}

void CarrySave::add(Value bits, int64_t digit) {
  if (digit == kDigits) {
    Value ones = onesInBytes(bits, 1);
    sixteens = sixteens ? Bits{*emit}.sum(sixteens, ones) : ones;
    return;
  }
  if (!digits[digit] || !waiting[digit]) {
    (digits[digit] ? waiting : digits)[digit] = bits;
    return;
  }
  auto [sum, carry] =
      Bits{*emit}.fullAdder(digits[digit], waiting[digit], bits);
  digits[digit] = sum;
  waiting[digit] = nullptr;
  add(carry, digit + 1);
}

/// `factor` times the ones of each byte: each half of it is looked up.
Value CarrySave::onesInBytes(Value bits, int64_t factor) {
  int64_t lanes = emit->level.lanes, bytes = 4 * lanes;
  if (emit->level.dot == Dot::Scalar) {
    Value ones = math::CtPopOp::create(emit->builder, emit->loc,
                                       emit->bitcast(bits, bytes, emit->i8()));
    return arith::MulIOp::create(
        emit->builder, emit->loc, ones,
        emit->splat8(static_cast<int8_t>(factor), bytes));
  }
  Value low = emit->splat(int32_t(0x0f0f0f0f), lanes);
  SmallVector<int8_t> ones;
  for (int64_t i = 0; i < bytes; ++i)
    ones.push_back(
        static_cast<int8_t>(factor * llvm::popcount(unsigned(i) % 16)));
  Value table = arith::ConstantOp::create(
      emit->builder, emit->loc,
      DenseElementsAttr::get(emit->vector(bytes, emit->i8()), ArrayRef(ones)));
  StringRef name = lanes == 4   ? "llvm.x86.ssse3.pshuf.b.128"
                   : lanes == 8 ? "llvm.x86.avx2.pshuf.b"
                                : "llvm.x86.avx512.pshuf.b.512";
  Bits op{*emit};
  auto lookUp = [&](Value halves) {
    return emit->call(table.getType(), name,
                      {table, emit->bitcast(halves, bytes, emit->i8())});
  };
  return op.sum(lookUp(op.both(bits, low)),
                lookUp(op.both(op.down(bits, 4), low)));
}

Value CarrySave::count() {
  Bits op{*emit};
  int64_t lanes = emit->level.lanes;
  // What waits has nothing to be added with but its digit.
  for (int64_t digit = 0; digit < kDigits; ++digit) {
    Value bits = std::exchange(waiting[digit], nullptr);
    if (!bits)
      continue;
    Value carry = op.both(digits[digit], bits);
    digits[digit] = op.differ(digits[digit], bits);
    add(carry, digit + 1);
  }
  Value bytes;
  for (int64_t digit = 0; digit < kDigits; ++digit) {
    if (!digits[digit])
      break;
    Value ones = onesInBytes(digits[digit], int64_t(1) << digit);
    bytes = bytes ? op.sum(bytes, ones) : ones;
  }
  if (emit->level.dot == Dot::Vnni) {
    StringRef name = lanes == 16 ? "llvm.x86.avx512.vpdpbusd.512"
                                 : "llvm.x86.avx512.vpdpbusd.256";
    Value zero = emit->splat(int32_t(0), lanes);
    auto addBytes = [&](Value sums, Value bytes, int8_t factor) {
      return emit->call(zero.getType(), name,
                        {sums, bytes, emit->splat8(factor, 4 * lanes)});
    };
    Value sums = addBytes(zero, bytes, 1);
    return sixteens ? addBytes(sums, sixteens, kVectors) : sums;
  }
  // Neighbouring bytes, then neighbouring pairs of bytes.
  auto pairs = [&](Value bytes) {
    Value words = emit->bitcast(bytes, lanes, emit->i32());
    Value mask = emit->splat(int32_t(0x00ff00ff), lanes);
    return op.sum(op.both(words, mask), op.both(op.down(words, 8), mask));
  };
  Value sums = pairs(bytes);
  if (sixteens) {
    Value more =
        arith::ShLIOp::create(emit->builder, emit->loc, pairs(sixteens),
                              emit->splat(int32_t(kDigits), lanes));
    sums = op.sum(sums, more);
  }
  return op.sum(op.both(sums, emit->splat(int32_t(0xffff), lanes)),
                op.down(sums, 16));
}
