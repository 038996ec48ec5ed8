//===- Linear.cpp - Rounding reals to codes, element by element -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Linear.h"

#include "../NarrowFloat.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc::onnx;

Value quantc::onnx::widen(ImplicitLocOpBuilder &builder, Value stored,
                          Type element) {
  Type wide = builder.getI32Type();
  if (stored.getType() == wide)
    return stored;
  if (element.isUnsignedInteger())
    return arith::ExtUIOp::create(builder, wide, stored);
  return arith::ExtSIOp::create(builder, wide, stored);
}

Value quantc::onnx::toReal(ImplicitLocOpBuilder &builder, Value stored,
                           Type element) {
  if (stored.getType().isF32())
    return stored;
  if (auto type = dyn_cast<FloatType>(element))
    return decodeFloat(builder, stored, type);
  return arith::SIToFPOp::create(builder, builder.getF32Type(),
                                 widen(builder, stored, element));
}

Value quantc::onnx::roundToCode(ImplicitLocOpBuilder &builder, Value real,
                                Value zeroPoint, Type element) {
  auto [low, high] = codeRange(element);
  auto i32 = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, builder.getI32IntegerAttr(value));
  };
  auto limit = [&](int64_t bound) -> Value {
    Value distance = i32(bound);
    if (zeroPoint)
      distance = arith::SubIOp::create(builder, distance, zeroPoint);
    return arith::SIToFPOp::create(builder, builder.getF32Type(), distance);
  };
  auto select = [&](arith::CmpFPredicate predicate, Value value, Value bound) {
    Value keep = arith::CmpFOp::create(builder, predicate, value, bound);
    return arith::SelectOp::create(builder, keep, value, bound);
  };
  Value clamped = select(arith::CmpFPredicate::OGT, real, limit(low));
  clamped = select(arith::CmpFPredicate::OLT, clamped, limit(high));

  // Next to 1.5 * 2^23 the step of f32 is 1, so the sum is rounded to an
  // integer, which the low bits of the float then hold.
  Value magic =
      arith::ConstantOp::create(builder, builder.getF32FloatAttr(12582912.0f));
  Value shifted = arith::AddFOp::create(builder, clamped, magic);
  Value bits = arith::BitcastOp::create(builder, builder.getI32Type(), shifted);
  Value code = arith::SubIOp::create(builder, bits, i32(0x4B400000));
  if (zeroPoint)
    code = arith::AddIOp::create(builder, code, zeroPoint);
  return arith::TruncIOp::create(builder, storageOf(element), code);
}
