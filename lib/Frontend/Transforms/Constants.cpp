//===- Constants.cpp - Read and write constant tensors --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace quantc::frontend {

/// From this size on, hashing and copying a `dense` costs more than a name.
constexpr size_t kResourceBytes = 64 * 1024;

ElementsAttr constantOf(Value value) {
  if (auto constant = value.getDefiningOp<tosa::ConstOp>())
    return constant.getValues();
  if (auto constant = value.getDefiningOp<arith::ConstantOp>())
    return dyn_cast<ElementsAttr>(constant.getValue());
  return {};
}

/// Bytes of an element; zero if elements don't fill whole bytes.
static size_t elementBytes(Type type) {
  if (!type.isIntOrFloat() || type.getIntOrFloatBitWidth() % 8 != 0)
    return 0;
  return type.getIntOrFloatBitWidth() / 8;
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

static ArrayRef<char> spread(ArrayRef<char> element, int64_t count,
                             SmallVectorImpl<char> &storage) {
  storage.resize_for_overwrite(element.size() * count);
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(storage.data() + i * element.size(), element.data(),
                element.size());
  return storage;
}

std::optional<ArrayRef<char>> bytesOf(ElementsAttr attribute,
                                      SmallVectorImpl<char> &storage) {
  if (!attribute)
    return std::nullopt;
  size_t width = elementBytes(attribute.getElementType());
  if (width == 0)
    return std::nullopt;
  int64_t count = attribute.getNumElements();
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute)) {
    if (dense.isSplat())
      return spread(dense.getRawData().take_front(width), count, storage);
    return dense.getRawData();
  }
  auto resource = dyn_cast<DenseResourceElementsAttr>(attribute);
  if (!resource)
    return std::nullopt;
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  if (!blob || blob->getData().size() != width * count)
    return std::nullopt;
  return blob->getData();
}

std::optional<ArrayRef<float>> floatsOf(ElementsAttr attribute,
                                        SmallVectorImpl<char> &storage) {
  if (!attribute || !attribute.getElementType().isF32())
    return std::nullopt;
  std::optional<ArrayRef<char>> bytes = bytesOf(attribute, storage);
  if (!bytes)
    return std::nullopt;
  if (reinterpret_cast<uintptr_t>(bytes->data()) % alignof(float) != 0) {
    storage.assign(bytes->begin(), bytes->end());
    bytes = ArrayRef<char>(storage);
  }
  return ArrayRef<float>(reinterpret_cast<const float *>(bytes->data()),
                         bytes->size() / sizeof(float));
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
  size_t size = type.getNumElements() * elementBytes(type.getElementType());
  if (size < kResourceBytes) {
    // Words, so that any element is aligned.
    SmallVector<uint64_t> words((size + 7) / 8);
    MutableArrayRef<char> bytes(reinterpret_cast<char *>(words.data()), size);
    fill(bytes);
    return tosa::ConstOp::create(
        builder, location, type,
        DenseElementsAttr::getFromRawBuffer(type, bytes));
  }
  AsmResourceBlob blob =
      HeapAsmResourceBlob::allocate(size, /*align=*/64, /*dataIsMutable=*/true);
  fill(blob.getMutableData());
  return tosa::ConstOp::create(
      builder, location, type,
      DenseResourceElementsAttr::get(type, "folded", std::move(blob)));
}

Value createFloats(OpBuilder &builder, Location location, RankedTensorType type,
                   function_ref<void(MutableArrayRef<float>)> fill) {
  return createConstant(builder, location, type,
                        [&](MutableArrayRef<char> bytes) {
                          fill({reinterpret_cast<float *>(bytes.data()),
                                static_cast<size_t>(type.getNumElements())});
                        });
}

/// Writes the elements of `from`, of `shape`, in the order of a transposition.
/// Contiguous runs at the end are copied as one.
static void permute(ArrayRef<char> from, MutableArrayRef<char> to, size_t width,
                    ArrayRef<int64_t> shape, ArrayRef<int32_t> perms) {
  int64_t rank = shape.size();
  while (rank > 0 && perms[rank - 1] == rank - 1)
    width *= shape[--rank];
  SmallVector<int64_t> strides(rank, 1), sizes(rank), steps(rank), at(rank, 0);
  for (int64_t d = rank - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * shape[d + 1];
  for (int64_t d = 0; d < rank; ++d) {
    sizes[d] = shape[perms[d]];
    steps[d] = strides[perms[d]];
  }
  int64_t source = 0;
  for (size_t target = 0; target < to.size(); target += width) {
    std::memcpy(to.data() + target, from.data() + source * width, width);
    for (int64_t d = rank - 1; d >= 0; --d) {
      source += steps[d];
      if (++at[d] < sizes[d])
        break;
      source -= steps[d] * sizes[d];
      at[d] = 0;
    }
  }
}

Value transposeConstant(OpBuilder &builder, Value value,
                        ArrayRef<int32_t> perms) {
  ElementsAttr attribute = constantOf(value);
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!attribute || !type ||
      type.getRank() != static_cast<int64_t>(perms.size()))
    return {};
  SmallVector<int64_t> shape;
  for (int32_t p : perms)
    shape.push_back(type.getDimSize(p));
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
        permute(*bytes, to, elementBytes(type.getElementType()),
                type.getShape(), perms);
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
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute))
    return tosa::ConstOp::create(builder, value.getLoc(), resultType,
                                 dense.isSplat() ? dense.resizeSplat(resultType)
                                                 : dense.reshape(resultType));
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute))
    return tosa::ConstOp::create(
        builder, value.getLoc(), resultType,
        DenseResourceElementsAttr::get(resultType, resource.getRawHandle()));
  return {};
}

} // namespace quantc::frontend
