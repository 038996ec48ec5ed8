//===- Scalars.cpp - Arithmetic on codes, one element at a time -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Scalars.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc;

lowbit::Format lowbittolinalg::formatOf(Value value) {
  return lowbit::Format(
      cast<quant::QuantizedType>(getElementTypeOrSelf(value.getType())));
}

Value lowbittolinalg::constantF32(OpBuilder &builder, Location loc,
                                  float value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getF32FloatAttr(value));
}

Value lowbittolinalg::constantI32(OpBuilder &builder, Location loc,
                                  int64_t value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getI32IntegerAttr(value));
}

Value lowbittolinalg::widen(OpBuilder &builder, Location loc, Value code,
                            const lowbit::Format &format) {
  Type i32 = builder.getI32Type();
  if (code.getType() == i32)
    return code;
  if (format.isSigned)
    return arith::ExtSIOp::create(builder, loc, i32, code);
  return arith::ExtUIOp::create(builder, loc, i32, code);
}

Value lowbittolinalg::centre(OpBuilder &builder, Location loc, Value code,
                             const lowbit::Format &format) {
  Value wide = widen(builder, loc, code, format);
  if (format.zeroPoint() == 0)
    return wide;
  return arith::SubIOp::create(builder, loc, wide,
                               constantI32(builder, loc, format.zeroPoint()));
}

Value lowbittolinalg::roundToCode(OpBuilder &builder, Location loc, Value real,
                                  const lowbit::Format &format,
                                  std::optional<ArrayRef<int64_t>> clamp) {
  int64_t zeroPoint = format.zeroPoint();
  int64_t low = clamp ? (*clamp)[0] : format.lowest;
  int64_t high = clamp ? (*clamp)[1] : format.highest;
  CodeLimits limits = {
      constantF32(builder, loc, static_cast<float>(low - zeroPoint)),
      constantF32(builder, loc, static_cast<float>(high - zeroPoint)),
      constantI32(builder, loc, magicBits - zeroPoint)};
  return roundToCode(builder, loc, real, limits, format.bits);
}

Value lowbittolinalg::roundToCode(OpBuilder &builder, Location loc, Value real,
                                  const CodeLimits &limits, unsigned bits) {
  auto select = [&](arith::CmpFPredicate predicate, Value value, Value limit) {
    Value keep = arith::CmpFOp::create(builder, loc, predicate, value, limit);
    return arith::SelectOp::create(builder, loc, keep, value, limit);
  };
  Value clamped = select(arith::CmpFPredicate::OGT, real, limits.low);
  clamped = select(arith::CmpFPredicate::OLT, clamped, limits.high);

  // Next to 1.5 * 2^23 the step of f32 is 1, so the sum is rounded to an
  // integer, which the low bits of the float then hold.
  Value magic = constantF32(builder, loc, 12582912.0f);
  Value shifted = arith::AddFOp::create(builder, loc, clamped, magic);
  Value rounded =
      arith::BitcastOp::create(builder, loc, builder.getI32Type(), shifted);
  Value code = arith::SubIOp::create(builder, loc, rounded, limits.offset);
  return arith::TruncIOp::create(builder, loc, builder.getIntegerType(bits),
                                 code);
}

Value lowbittolinalg::constantVector(OpBuilder &builder, Location loc,
                                     ArrayRef<int32_t> values) {
  auto type = RankedTensorType::get({static_cast<int64_t>(values.size())},
                                    builder.getI32Type());
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, values));
}

Value lowbittolinalg::constantVector(OpBuilder &builder, Location loc,
                                     ArrayRef<float> values) {
  auto type = RankedTensorType::get({static_cast<int64_t>(values.size())},
                                    builder.getF32Type());
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, values));
}

Value lowbittolinalg::elementwise(OpBuilder &builder, Location loc,
                                  RankedTensorType result,
                                  ArrayRef<Input> inputs, Body body) {
  SmallVector<Value> tensors;
  SmallVector<AffineMap> maps;
  for (const Input &input : inputs) {
    tensors.push_back(input.tensor);
    maps.push_back(input.map);
  }
  maps.push_back(builder.getMultiDimIdentityMap(result.getRank()));
  Value empty = tensor::EmptyOp::create(builder, loc, result.getShape(),
                                        result.getElementType());
  SmallVector<utils::IteratorType> iterators(result.getRank(),
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      builder, loc, result, tensors, empty, maps, iterators,
      [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
        linalg::YieldOp::create(nested, nestedLoc,
                                body(nested, nestedLoc, arguments.drop_back()));
      });
  return generic.getResult(0);
}

AffineMap lowbittolinalg::broadcastMap(MLIRContext *context,
                                       ArrayRef<int64_t> from,
                                       ArrayRef<int64_t> to) {
  SmallVector<AffineExpr> expressions;
  for (auto [i, size] : llvm::enumerate(from))
    expressions.push_back(size == 1 && to[i] != 1
                              ? getAffineConstantExpr(0, context)
                              : getAffineDimExpr(i, context));
  return AffineMap::get(to.size(), 0, expressions, context);
}
