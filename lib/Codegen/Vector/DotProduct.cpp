//===- DotProduct.cpp - Multiply and accumulate on a CPU level ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "DotProduct.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace quantc::codegen;

namespace {

/// x * w, summed in pairs: i16 lanes to i32 lanes.
Value multiplyPairs(Emitter &emit, Value x, Value w) {
  StringRef name = "llvm.x86.sse2.pmadd.wd";
  if (emit.level.lanes == 8)
    name = "llvm.x86.avx2.pmadd.wd";
  if (emit.level.lanes == 16)
    name = "llvm.x86.avx512.pmaddw.d.512";
  return emit.call(emit.vector(emit.level.lanes, emit.i32()), name, {x, w});
}

/// sums + x * w, four bytes to each i32 lane.
Value dotBytes(Emitter &emit, Value x, Value w, Value sums) {
  StringRef name = emit.level.lanes == 16 ? "llvm.x86.avx512.vpdpbusd.512"
                                          : "llvm.x86.avx512.vpdpbusd.256";
  return emit.call(sums.getType(), name, {sums, x, w});
}

/// Tap `t` of every lane of a vector of four bytes per lane.
Value tapOf(Emitter &emit, Value bytes, int64_t tap) {
  SmallVector<int64_t> lanes;
  for (int64_t lane = 0; lane < emit.level.lanes; ++lane)
    lanes.push_back(4 * lane + tap);
  return vector::ShuffleOp::create(emit.builder, emit.loc, bytes, bytes, lanes);
}

Value addInteger(Emitter &emit, Value lhs, Value rhs) {
  return arith::AddIOp::create(emit.builder, emit.loc, lhs, rhs);
}

/// s8 to i16.
Value widen(Emitter &emit, Value bytes) {
  int64_t count = cast<VectorType>(bytes.getType()).getNumElements();
  return arith::ExtSIOp::create(emit.builder, emit.loc,
                                emit.vector(count, emit.i16()), bytes);
}

} // namespace

int64_t quantc::codegen::dotRegisters(const Level &level) {
  return level.dot == Dot::MulAdd16 ? 2 : 1;
}

DotOperand quantc::codegen::loadActivations(Emitter &emit,
                                            const FlatBuffer &from,
                                            Value position, bool isSigned) {
  OpBuilder &builder = emit.builder;
  int64_t lanes = emit.level.lanes;
  bool isWide = from.element.isInteger(16);
  Type word = isWide ? Type(builder.getI64Type()) : emit.i32();
  Value taps = emit.bitcast(emit.load(from, position, 4), 1, word);
  taps =
      vector::ExtractOp::create(builder, emit.loc, taps, ArrayRef<int64_t>{0});
  if (isWide)
    return {emit.bitcast(emit.splat(taps, lanes / 2), 2 * lanes, emit.i16())};
  int64_t words = emit.level.dot == Dot::MulAdd16 ? lanes / 2 : lanes;
  Value all = emit.splat(taps, words);
  if (isSigned)
    all = arith::XOrIOp::create(builder, emit.loc, all,
                                emit.splat(int32_t(0x80808080), words));
  all = emit.bitcast(all, 4 * words, emit.i8());
  if (emit.level.dot != Dot::MulAdd16)
    return {all};
  return {arith::ExtUIOp::create(builder, emit.loc,
                                 emit.vector(2 * lanes, emit.i16()), all)};
}

DotOperand quantc::codegen::loadWeights(Emitter &emit, const FlatBuffer &from,
                                        Value position) {
  int64_t lanes = emit.level.lanes;
  if (emit.level.dot != Dot::MulAdd16)
    return {emit.load(from, position, 4 * lanes)};
  // Widened by the load itself.
  DotOperand halves;
  for (int64_t half = 0; half < 2; ++half)
    halves.push_back(
        widen(emit, emit.load(from, emit.add(position, half * 2 * lanes),
                              2 * lanes)));
  return halves;
}

DotOperand quantc::codegen::toWeights(Emitter &emit, Value bytes) {
  int64_t lanes = emit.level.lanes;
  if (emit.level.dot != Dot::MulAdd16)
    return {bytes};
  DotOperand halves;
  for (int64_t half = 0; half < 2; ++half)
    halves.push_back(
        widen(emit, vector::ExtractStridedSliceOp::create(
                        emit.builder, emit.loc, bytes,
                        ArrayRef<int64_t>{half * 2 * lanes},
                        ArrayRef<int64_t>{2 * lanes}, ArrayRef<int64_t>{1})));
  return halves;
}

DotSums quantc::codegen::beginSums(Emitter &emit, Value bias) {
  if (emit.level.dot != Dot::MulAdd16)
    return {bias};
  OpBuilder &builder = emit.builder;
  int64_t lanes = emit.level.lanes;
  DotSums halves;
  for (int64_t half = 0; half < 2; ++half) {
    Value part = vector::ExtractStridedSliceOp::create(
        builder, emit.loc, bias, ArrayRef<int64_t>{half * lanes / 2},
        ArrayRef<int64_t>{lanes / 2}, ArrayRef<int64_t>{1});
    Value pairs = arith::ExtUIOp::create(
        builder, emit.loc, emit.vector(lanes / 2, builder.getI64Type()), part);
    halves.push_back(emit.bitcast(pairs, lanes, emit.i32()));
  }
  return halves;
}

void quantc::codegen::accumulate(Emitter &emit, const DotOperand &activations,
                                 const DotOperand &weights,
                                 MutableArrayRef<Value> sums) {
  switch (emit.level.dot) {
  case Dot::Vnni:
    sums[0] = dotBytes(emit, activations[0], weights[0], sums[0]);
    return;
  case Dot::MulAdd16:
    for (auto [sum, half] : llvm::zip_equal(sums, weights))
      sum = addInteger(emit, sum, multiplyPairs(emit, activations[0], half));
    return;
  case Dot::Scalar:
    break;
  }
  for (int64_t tap = 0; tap < 4; ++tap) {
    Value x = arith::ExtUIOp::create(emit.builder, emit.loc, sums[0].getType(),
                                     tapOf(emit, activations[0], tap));
    Value w = arith::ExtSIOp::create(emit.builder, emit.loc, sums[0].getType(),
                                     tapOf(emit, weights[0], tap));
    Value product = arith::MulIOp::create(emit.builder, emit.loc, x, w);
    sums[0] = addInteger(emit, sums[0], product);
  }
}

Value quantc::codegen::endSums(Emitter &emit, ArrayRef<Value> sums) {
  if (sums.size() == 1)
    return sums.front();
  auto everySecond = [&](int64_t first) {
    SmallVector<int64_t> lanes;
    for (int64_t lane = 0; lane < emit.level.lanes; ++lane)
      lanes.push_back(2 * lane + first);
    return vector::ShuffleOp::create(emit.builder, emit.loc, sums[0], sums[1],
                                     lanes);
  };
  return addInteger(emit, everySecond(0), everySecond(1));
}

Value quantc::codegen::multiplyAdd(Emitter &emit, Value x, Value w,
                                   Value sums) {
  int64_t lanes = emit.level.lanes;
  // The upper three bytes of x are zero, so those of w do not matter.
  if (emit.level.dot == Dot::Vnni)
    return dotBytes(emit, emit.bitcast(x, 4 * lanes, emit.i8()),
                    emit.bitcast(w, 4 * lanes, emit.i8()), sums);
  // The upper half of x is zero, so that of w does not matter.
  if (emit.level.dot == Dot::MulAdd16)
    return addInteger(emit, sums,
                      multiplyPairs(emit,
                                    emit.bitcast(x, 2 * lanes, emit.i16()),
                                    emit.bitcast(w, 2 * lanes, emit.i16())));
  return addInteger(emit, sums,
                    arith::MulIOp::create(emit.builder, emit.loc, x, w));
}

Value quantc::codegen::multiplyAddFloat(Emitter &emit, Value x, Value w,
                                        Value sums, bool contract) {
  if (contract && emit.level.fma)
    return math::FmaOp::create(emit.builder, emit.loc, x, w, sums);
  Value product = arith::MulFOp::create(emit.builder, emit.loc, x, w);
  return arith::AddFOp::create(emit.builder, emit.loc, sums, product);
}

/// Two shuffles, of which LLVM would make seven if it knew the indices.
Value quantc::codegen::transposeQuads(Emitter &emit, Value rows) {
  int64_t lanes = emit.level.lanes;
  bool isWide = lanes == 16;
  SmallVector<int32_t> words;
  for (int32_t word = 0; word < lanes; ++word)
    words.push_back(word % 4 * (lanes / 4) + word / 4);
  SmallVector<int8_t> bytes;
  for (int32_t byte = 0; byte < 4 * lanes; ++byte)
    bytes.push_back(static_cast<int8_t>(byte % 4 * 4 + byte % 16 / 4));
  auto constant = [&](Type element, auto values) -> Value {
    auto type = emit.vector(values.size(), element);
    auto attribute = DenseElementsAttr::get(type, ArrayRef(values));
    return emit.hide(
        arith::ConstantOp::create(emit.builder, emit.loc, attribute));
  };
  // Words of four channels: those of all rows next to each other, ...
  Value moved = emit.call(
      emit.vector(lanes, emit.i32()),
      isWide ? "llvm.x86.avx512.permvar.si.512" : "llvm.x86.avx2.permd",
      {emit.bitcast(rows, lanes, emit.i32()), constant(emit.i32(), words)});
  // ... and then the bytes of each channel.
  return emit.call(
      emit.vector(4 * lanes, emit.i8()),
      isWide ? "llvm.x86.avx512.pshuf.b.512" : "llvm.x86.avx2.pshuf.b",
      {emit.bitcast(moved, 4 * lanes, emit.i8()), constant(emit.i8(), bytes)});
}
