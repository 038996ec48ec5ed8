//===- Epilogue.cpp - From accumulators to results ------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Epilogue.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace quantc::codegen;

namespace {

/// 1.5 * 2^23: added to a small float, it leaves the nearest integer (ties to
/// even) in the low bits of the sum.
constexpr float kMagic = 12582912.0f;

/// Compare and select, so that NaN becomes the lower bound on every target.
Value clamp(Emitter &emit, Value value, float low, float high) {
  OpBuilder &builder = emit.builder;
  int64_t lanes = cast<VectorType>(value.getType()).getNumElements();
  Value bound = emit.splat(low, lanes);
  Value above = arith::CmpFOp::create(builder, emit.loc,
                                      arith::CmpFPredicate::OGT, value, bound);
  value = arith::SelectOp::create(builder, emit.loc, above, value, bound);
  bound = emit.splat(high, lanes);
  Value below = arith::CmpFOp::create(builder, emit.loc,
                                      arith::CmpFPredicate::OLT, value, bound);
  return arith::SelectOp::create(builder, emit.loc, below, value, bound);
}

/// round_half_even(value) + zeroPoint, as i8.
Value roundToCodes(Emitter &emit, Value value, int64_t zeroPoint) {
  OpBuilder &builder = emit.builder;
  int64_t lanes = cast<VectorType>(value.getType()).getNumElements();
  value = arith::AddFOp::create(builder, emit.loc, value,
                                emit.splat(kMagic, lanes));
  value = emit.bitcast(value, lanes, emit.i32());
  int32_t offset = llvm::bit_cast<int32_t>(kMagic) - int32_t(zeroPoint);
  value = arith::SubIOp::create(builder, emit.loc, value,
                                emit.splat(offset, lanes));
  return arith::TruncIOp::create(builder, emit.loc,
                                 emit.vector(lanes, emit.i8()), value);
}

/// round_half_even(value), for values below 2^22.
Value roundHalfEven(Emitter &emit, Value value) {
  OpBuilder &builder = emit.builder;
  int64_t lanes = cast<VectorType>(value.getType()).getNumElements();
  if (emit.level.lanes > 1)
    return math::RoundEvenOp::create(builder, emit.loc, value);
  // Without SSE4.1 there is no instruction for it.
  Value magic = emit.splat(kMagic, lanes);
  value = arith::AddFOp::create(builder, emit.loc, value, magic);
  return arith::SubFOp::create(builder, emit.loc, value, magic);
}

/// The codes of `real`, less their zero point, plus the residual.
Value addResidual(Emitter &emit, const Epilogue &epilogue, Value real,
                  Value residual) {
  OpBuilder &builder = emit.builder;
  const Addition &addition = *epilogue.addition;
  int64_t lanes = cast<VectorType>(real.getType()).getNumElements();
  float shift = float(epilogue.zeroPoint);
  real = clamp(emit, real, epilogue.bounds->first - shift,
               epilogue.bounds->second - shift);
  real = arith::MulFOp::create(builder, emit.loc, roundHalfEven(emit, real),
                               emit.splat(addition.scale, lanes));
  VectorType wide = emit.vector(lanes, emit.i32());
  Value other =
      addition.signedResidual
          ? Value(arith::ExtSIOp::create(builder, emit.loc, wide, residual))
          : Value(arith::ExtUIOp::create(builder, emit.loc, wide, residual));
  if (addition.residualZeroPoint != 0)
    other = arith::SubIOp::create(
        builder, emit.loc, other,
        emit.splat(int32_t(addition.residualZeroPoint), lanes));
  other =
      arith::SIToFPOp::create(builder, emit.loc, wide.clone(emit.f32()), other);
  other = arith::MulFOp::create(builder, emit.loc, other,
                                emit.splat(addition.residualScale, lanes));
  return arith::AddFOp::create(builder, emit.loc, real, other);
}

} // namespace

bool Epilogue::roundsToInt32() const {
  // Two differences of codes, each below 2^8, and one more bit for their sum.
  constexpr float kMostScale = 1 << 22;
  return addition ? addition->scale < kMostScale &&
                        addition->residualScale < kMostScale
                  : smallScale;
}

Value quantc::codegen::scaleSums(Emitter &emit, const Epilogue &epilogue,
                                 Value sums, Value scale, Value residual) {
  OpBuilder &builder = emit.builder;
  auto type = cast<VectorType>(sums.getType());
  if (type.getElementType().isInteger(32))
    sums = arith::SIToFPOp::create(builder, emit.loc, type.clone(emit.f32()),
                                   sums);
  if (scale)
    sums = arith::MulFOp::create(builder, emit.loc, sums, scale);
  if (!epilogue.addition)
    return sums;
  return addResidual(emit, epilogue, sums, residual);
}

Value quantc::codegen::finish(Emitter &emit, const Epilogue &epilogue,
                              Value sums, Value scale, Value residual) {
  Value real = scaleSums(emit, epilogue, sums, scale, residual);
  int64_t zeroPoint = epilogue.resultZeroPoint();
  float shift = epilogue.codes ? float(zeroPoint) : 0.0f;
  if (auto bounds = epilogue.resultBounds())
    real = clamp(emit, real, bounds->first - shift, bounds->second - shift);
  return epilogue.codes ? roundToCodes(emit, real, zeroPoint) : real;
}
