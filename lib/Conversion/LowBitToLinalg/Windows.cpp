//===- Windows.cpp - Sums and maxima over windows of codes ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Windows.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc;

Value lowbittolinalg::padImage(OpBuilder &builder, Location loc, Value image,
                               ArrayRef<int64_t> pad, int64_t code) {
  if (llvm::all_of(pad, [](int64_t p) { return p == 0; }))
    return image;
  auto type = cast<RankedTensorType>(image.getType());
  ArrayRef<int64_t> shape = type.getShape();
  auto padded = RankedTensorType::get({shape[0], shape[1] + pad[0] + pad[1],
                                       shape[2] + pad[2] + pad[3], shape[3]},
                                      type.getElementType());
  SmallVector<OpFoldResult> low, high;
  for (int64_t before : {int64_t(0), pad[0], pad[2], int64_t(0)})
    low.push_back(builder.getIndexAttr(before));
  for (int64_t after : {int64_t(0), pad[1], pad[3], int64_t(0)})
    high.push_back(builder.getIndexAttr(after));
  unsigned bits = type.getElementTypeBitWidth();
  Value border = arith::ConstantOp::create(
      builder, loc,
      builder.getIntegerAttr(type.getElementType(),
                             APInt(bits, code, /*isSigned=*/true,
                                   /*implicitTrunc=*/true)));
  return tensor::PadOp::create(builder, loc, padded, image, low, high, border);
}

Value lowbittolinalg::reduce(OpBuilder &builder, Location loc, Value init,
                             ArrayRef<Input> inputs, unsigned reductions,
                             Body body) {
  SmallVector<Value> tensors;
  SmallVector<AffineMap> maps;
  for (const Input &input : inputs) {
    tensors.push_back(input.tensor);
    maps.push_back(input.map);
  }
  auto type = cast<RankedTensorType>(init.getType());
  maps.push_back(AffineMap::getMultiDimIdentityMap(type.getRank() + reductions,
                                                   builder.getContext())
                     .getMajorSubMap(type.getRank()));
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  iterators.append(reductions, utils::IteratorType::reduction);
  auto generic = linalg::GenericOp::create(
      builder, loc, type, tensors, init, maps, iterators,
      [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
        linalg::YieldOp::create(nested, nestedLoc,
                                body(nested, nestedLoc, arguments));
      });
  return generic.getResult(0);
}

Value lowbittolinalg::broadcastVector(OpBuilder &builder, Location loc,
                                      Value vector, ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(vector.getType());
  AffineMap last = AffineMap::get(shape.size(), 0,
                                  builder.getAffineDimExpr(shape.size() - 1));
  return elementwise(
      builder, loc, RankedTensorType::get(shape, type.getElementType()),
      {{vector, last}},
      [](OpBuilder &, Location, ValueRange arguments) { return arguments[0]; });
}

Value lowbittolinalg::fill(OpBuilder &builder, Location loc,
                           ArrayRef<int64_t> shape, IntegerAttr value) {
  Value element = arith::ConstantOp::create(builder, loc, value);
  Value empty = tensor::EmptyOp::create(builder, loc, shape, value.getType());
  return linalg::FillOp::create(builder, loc, element, empty).getResult(0);
}
