//===- Tensors.cpp - Short names for the ops that derivatives are made of -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Distill/Transforms/Tensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"

using namespace mlir;
using namespace quantc::distill;

RankedTensorType quantc::distill::typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

ArrayRef<int64_t> quantc::distill::shapeOf(Value value) {
  return typeOf(value).getShape();
}

static RankedTensorType withShape(Value value, ArrayRef<int64_t> shape) {
  return typeOf(value).clone(shape);
}

Value quantc::distill::addValues(OpBuilder &builder, Location loc, Value lhs,
                                 Value rhs) {
  // TOSA is for the types that are computed in f32.
  bool isTosa = isa<RankedTensorType>(lhs.getType()) &&
                getElementTypeOrSelf(lhs).getIntOrFloatBitWidth() <= 32;
  if (isTosa)
    return tosa::AddOp::create(builder, loc, lhs.getType(), lhs, rhs);
  return arith::AddFOp::create(builder, loc, lhs, rhs);
}

Value quantc::distill::splat(ImplicitLocOpBuilder &ops, Type type,
                             double number) {
  FloatAttr element = ops.getFloatAttr(getElementTypeOrSelf(type), number);
  auto shaped = dyn_cast<RankedTensorType>(type);
  if (!shaped)
    return arith::ConstantOp::create(ops, element);
  return tosa::ConstOp::create(ops, shaped,
                               DenseElementsAttr::get(shaped, element));
}

Value quantc::distill::reshape(ImplicitLocOpBuilder &ops, Value value,
                               ArrayRef<int64_t> shape) {
  if (shapeOf(value) == shape)
    return value;
  return tosa::ReshapeOp::create(ops, withShape(value, shape), value,
                                 tosa::getTosaConstShape(ops, shape));
}

Value quantc::distill::transpose(ImplicitLocOpBuilder &ops, Value value,
                                 ArrayRef<int32_t> permutation) {
  Shape shape;
  for (int32_t from : permutation)
    shape.push_back(shapeOf(value)[from]);
  return tosa::TransposeOp::create(ops, withShape(value, shape), value,
                                   permutation);
}

Value quantc::distill::reverse(ImplicitLocOpBuilder &ops, Value value,
                               int64_t axis) {
  if (shapeOf(value)[axis] == 1)
    return value;
  return tosa::ReverseOp::create(ops, value.getType(), value, uint32_t(axis));
}

Value quantc::distill::tile(ImplicitLocOpBuilder &ops, Value value,
                            ArrayRef<int64_t> multiples) {
  Shape shape(shapeOf(value));
  for (auto [size, multiple] : llvm::zip_equal(shape, multiples))
    size *= multiple;
  if (shapeOf(value) == ArrayRef(shape))
    return value;
  return tosa::TileOp::create(ops, withShape(value, shape), value,
                              tosa::getTosaConstShape(ops, multiples));
}

Value quantc::distill::padOrCrop(ImplicitLocOpBuilder &ops, Value value,
                                 ArrayRef<int64_t> low, ArrayRef<int64_t> high,
                                 double fill) {
  Shape begin, kept, padding, padded;
  for (auto [size, before, behind] :
       llvm::zip_equal(shapeOf(value), low, high)) {
    begin.push_back(std::max<int64_t>(-before, 0));
    kept.push_back(size + std::min<int64_t>(before, 0) +
                   std::min<int64_t>(behind, 0));
    padding.append(
        {std::max<int64_t>(before, 0), std::max<int64_t>(behind, 0)});
    padded.push_back(size + before + behind);
  }
  if (shapeOf(value) != ArrayRef(kept))
    value = tosa::SliceOp::create(ops, withShape(value, kept), value,
                                  tosa::getTosaConstShape(ops, begin),
                                  tosa::getTosaConstShape(ops, kept));
  if (kept == padded)
    return value;
  Value one = splat(ops, withShape(value, {1}), fill);
  return tosa::PadOp::create(ops, withShape(value, padded), value,
                             tosa::getTosaConstShape(ops, padding), one);
}

Value quantc::distill::sumOver(ImplicitLocOpBuilder &ops, Value value,
                               ArrayRef<int64_t> axes) {
  for (int64_t axis : axes) {
    if (shapeOf(value)[axis] == 1)
      continue;
    Shape shape(shapeOf(value));
    shape[axis] = 1;
    value = tosa::ReduceSumOp::create(ops, withShape(value, shape), value,
                                      uint32_t(axis));
  }
  return value;
}
