//===- Constants.cpp - Read and write constant tensors --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Constants.h"

#include "quantc/Support/Strided.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace quantc::frontend {

ElementsAttr constantOf(Value value) {
  if (auto constant = value.getDefiningOp<tosa::ConstOp>())
    return constant.getValues();
  if (auto constant = value.getDefiningOp<arith::ConstantOp>())
    return dyn_cast<ElementsAttr>(constant.getValue());
  return {};
}

bool isMovableConstant(Value value) {
  ElementsAttr attribute = constantOf(value);
  if (!attribute || !isa<RankedTensorType>(value.getType()))
    return false;
  auto dense = dyn_cast<DenseElementsAttr>(attribute);
  if (dense && dense.isSplat())
    return true;
  auto resource = dyn_cast<DenseResourceElementsAttr>(attribute);
  return elementBytes(attribute.getElementType()) != 0 &&
         (dense || (resource && resource.getRawHandle().getBlob()));
}

std::optional<ArrayRef<float>> floatsOf(ElementsAttr attribute,
                                        SmallVectorImpl<char> &storage) {
  if (!attribute || !attribute.getElementType().isF32())
    return std::nullopt;
  return numbersOf<float>(attribute, storage);
}

std::optional<float> splatOf(Value value) {
  ElementsAttr attribute = constantOf(value);
  if (!attribute || !attribute.getElementType().isF32() ||
      attribute.getNumElements() == 0)
    return std::nullopt;
  if (attribute.isSplat())
    return attribute.getSplatValue<APFloat>().convertToFloat();
  SmallVector<char> storage;
  std::optional<ArrayRef<float>> elements = floatsOf(attribute, storage);
  if (!elements || !llvm::all_equal(*elements))
    return std::nullopt;
  return elements->front();
}

Value createConstant(OpBuilder &builder, Location location,
                     RankedTensorType type,
                     function_ref<void(MutableArrayRef<char>)> fill) {
  return tosa::ConstOp::create(builder, location, type,
                               createElements(type, fill));
}

Value createFloats(OpBuilder &builder, Location location, RankedTensorType type,
                   function_ref<void(MutableArrayRef<float>)> fill) {
  return createConstant(builder, location, type,
                        [&](MutableArrayRef<char> bytes) {
                          fill({reinterpret_cast<float *>(bytes.data()),
                                static_cast<size_t>(type.getNumElements())});
                        });
}

Value transposeConstant(OpBuilder &builder, Value value,
                        ArrayRef<int32_t> perms) {
  ElementsAttr attribute = constantOf(value);
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!attribute || !type ||
      type.getRank() != static_cast<int64_t>(perms.size()))
    return {};
  SmallVector<int64_t> plain = rowMajorStrides(type.getShape());
  SmallVector<int64_t> shape, strides;
  for (int32_t p : perms) {
    shape.push_back(type.getDimSize(p));
    strides.push_back(plain[p]);
  }
  RankedTensorType resultType = type.clone(shape);
  auto dense = dyn_cast<DenseElementsAttr>(attribute);
  if (dense && dense.isSplat())
    return tosa::ConstOp::create(builder, value.getLoc(), resultType,
                                 dense.resizeSplat(resultType));

  SmallVector<char> storage;
  std::optional<ArrayRef<char>> bytes = bytesOf(attribute, storage);
  if (!bytes)
    return {};
  return createConstant(
      builder, value.getLoc(), resultType, [&](MutableArrayRef<char> to) {
        gatherStrided(bytes->data(), to.data(),
                      elementBytes(type.getElementType()), strides, shape);
      });
}

Value reshapeConstant(OpBuilder &builder, Value value,
                      ArrayRef<int64_t> shape) {
  ElementsAttr attribute = constantOf(value);
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!attribute || !type)
    return {};
  RankedTensorType resultType = type.clone(shape);
  if (resultType == type)
    return value;
  ElementsAttr values = reshapeElements(attribute, resultType);
  if (!values)
    return {};
  return tosa::ConstOp::create(builder, value.getLoc(), resultType, values);
}

} // namespace quantc::frontend
