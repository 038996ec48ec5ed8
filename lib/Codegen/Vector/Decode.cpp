//===- Decode.cpp - From packed codes to levels in registers ------------ -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Decode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

CodeVectors::CodeVectors(Emitter &emit, const FlatBuffer &from,
                         const kernel::Planes &planes, ArrayRef<Value> position,
                         int64_t steps)
    : emit(emit), planes(planes) {
  for (auto [plane, first] : llvm::zip_equal(planes.planes, position)) {
    SmallVector<Value> &vectors = loaded.emplace_back();
    int64_t count = llvm::divideCeil(steps, plane.stepsPerVector());
    for (int64_t i = 0; i < count; ++i)
      vectors.push_back(emit.load(from,
                                  emit.add(first, i * kernel::Planes::kVector),
                                  kernel::kStep * emit.level.lanes));
  }
  for (Value bytes : loaded.front())
    tripled.push_back({bytes});
}

Value CodeVectors::step(int64_t step) {
  if (planes.planes.front().isBase3)
    return digit(step / kernel::Planes::kDigitsPerByte,
                 step % kernel::Planes::kDigitsPerByte);
  Value codes;
  for (auto [plane, vectors] : llvm::zip_equal(planes.planes, loaded)) {
    int64_t perVector = plane.stepsPerVector();
    Value part = bits(vectors[step / perVector], step % perVector * plane.width,
                      plane.width, plane.shift);
    codes = codes ? arith::OrIOp::create(emit.builder, emit.loc, codes, part)
                        .getResult()
                  : part;
  }
  return codes;
}

/// 0 below -42, 1 up to 42, else 2: thirds of the bytes' range. LLVM would
/// multiply by 9, 27 and 81, for which there is no instruction.
Value CodeVectors::digit(int64_t vector, int64_t index) {
  OpBuilder &builder = emit.builder;
  SmallVector<Value> &powers = tripled[vector];
  while (int64_t(powers.size()) <= index) {
    Value last = powers.back();
    Value twice = arith::AddIOp::create(builder, emit.loc, last, last);
    Value next = arith::AddIOp::create(builder, emit.loc, twice, last);
    powers.push_back(emit.level.lanes > 1 ? emit.hide(next) : next);
  }
  Value bytes = powers[index];
  int64_t lanes = cast<VectorType>(bytes.getType()).getNumElements();
  auto choose = [&](arith::CmpIPredicate predicate, int8_t bound, int8_t digit,
                    Value otherwise) -> Value {
    Value isSo = arith::CmpIOp::create(builder, emit.loc, predicate, bytes,
                                       emit.splat8(bound, lanes));
    return arith::SelectOp::create(builder, emit.loc, isSo,
                                   emit.splat8(digit, lanes), otherwise);
  };
  Value digit =
      choose(arith::CmpIPredicate::slt, -42, 0, emit.splat8(1, lanes));
  return choose(arith::CmpIPredicate::sgt, 42, 2, digit);
}

/// LLVM shifts words, since x86 has no shift of bytes, and merges its mask with
/// ours.
Value CodeVectors::bits(Value bytes, int64_t first, int64_t count, int64_t to) {
  if (count == 8)
    return bytes;
  OpBuilder &builder = emit.builder;
  int64_t lanes = cast<VectorType>(bytes.getType()).getNumElements();
  if (first > to)
    bytes = arith::ShRUIOp::create(builder, emit.loc, bytes,
                                   emit.splat8(int8_t(first - to), lanes));
  if (first < to)
    bytes = arith::ShLIOp::create(builder, emit.loc, bytes,
                                  emit.splat8(int8_t(to - first), lanes));
  int8_t mask = static_cast<int8_t>(((1 << count) - 1) << to);
  return arith::AndIOp::create(builder, emit.loc, bytes,
                               emit.splat8(mask, lanes));
}

Value quantc::codegen::decodeLevels(Emitter &emit, Value codes,
                                    ArrayRef<int8_t> levels) {
  OpBuilder &builder = emit.builder;
  auto type = cast<VectorType>(codes.getType());
  int64_t lanes = type.getNumElements();
  bool isConsecutive = true;
  for (size_t i = 1; i < levels.size(); ++i)
    isConsecutive &= levels[i] == levels[i - 1] + 1;
  if (isConsecutive && levels.size() > 2) {
    if (levels[0] == 0)
      return codes;
    return arith::AddIOp::create(builder, emit.loc, codes,
                                 emit.splat8(levels[0], lanes));
  }
  // One table in every 128 bits, since bytes are looked up within those.
  SmallVector<int8_t> table;
  for (int64_t i = 0; i < lanes; ++i)
    table.push_back(levels[i % 16 % levels.size()]);
  Value tables = arith::ConstantOp::create(
      builder, emit.loc, DenseElementsAttr::get(type, ArrayRef(table)));
  StringRef name = lanes == 16   ? "llvm.x86.ssse3.pshuf.b.128"
                   : lanes == 32 ? "llvm.x86.avx2.pshuf.b"
                                 : "llvm.x86.avx512.pshuf.b.512";
  return LLVM::CallIntrinsicOp::create(builder, emit.loc, type,
                                       builder.getStringAttr(name),
                                       ValueRange{tables, codes})
      .getResult(0);
}

/// How the bits of a scale become those of an f32: moved up by `shift`, then
/// times `power`, which puts the exponent right (subnormal numbers included).
static std::pair<int32_t, float> widening(kernel::ScaleType type) {
  switch (type) {
  case kernel::ScaleType::F32:
    return {0, 1.0f};
  case kernel::ScaleType::F16:
    return {13, 0x1p112f};
  case kernel::ScaleType::BF16:
    return {16, 1.0f};
  case kernel::ScaleType::E8M0:
    return {23, 1.0f};
  case kernel::ScaleType::E4M3:
    return {20, 0x1p120f};
  }
  llvm_unreachable("all types of scales are above");
}

Value quantc::codegen::loadScales(Emitter &emit, const FlatBuffer &from,
                                  Value position, kernel::ScaleType type,
                                  float factor) {
  OpBuilder &builder = emit.builder;
  int64_t lanes = emit.level.lanes;
  Value scales = emit.load(from, position, lanes);
  if (type != kernel::ScaleType::F32) {
    auto [shift, power] = widening(type);
    scales = arith::ExtUIOp::create(builder, emit.loc,
                                    emit.vector(lanes, emit.i32()), scales);
    scales = arith::ShLIOp::create(builder, emit.loc, scales,
                                   emit.splat(shift, lanes));
    // 2^-127, the least power of two, is half of the least normal number.
    if (type == kernel::ScaleType::E8M0)
      scales = arith::MaxUIOp::create(builder, emit.loc, scales,
                                      emit.splat(int32_t(0x400000), lanes));
    scales = emit.bitcast(scales, lanes, emit.f32());
    if (power != 1.0f)
      scales = arith::MulFOp::create(builder, emit.loc, scales,
                                     emit.splat(power, lanes));
  }
  if (factor == 1.0f)
    return scales;
  return arith::MulFOp::create(builder, emit.loc, scales,
                               emit.splat(factor, lanes));
}
