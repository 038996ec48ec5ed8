//===- Constants.cpp - The numbers in a constant --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Constants.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

/// Of memory that vector instructions read.
static constexpr size_t kAlignment = 64;

/// What resources are called, if nothing better is known.
static constexpr StringRef kResourceName = "constant";

size_t quantc::elementBytes(Type element) {
  if (!element.isIntOrFloat() || element.getIntOrFloatBitWidth() % 8 != 0)
    return 0;
  return element.getIntOrFloatBitWidth() / 8;
}

static ArrayRef<char> spread(ArrayRef<char> element, int64_t count,
                             SmallVectorImpl<char> &storage) {
  storage.resize_for_overwrite(element.size() * count);
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(storage.data() + i * element.size(), element.data(),
                element.size());
  return storage;
}

std::optional<ArrayRef<char>> quantc::bytesOf(ElementsAttr attribute,
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

ElementsAttr
quantc::createElements(ShapedType type,
                       function_ref<void(MutableArrayRef<char>)> fill) {
  size_t size = type.getNumElements() * elementBytes(type.getElementType());
  if (size < kResourceBytes) {
    // Words, so that any element is aligned.
    SmallVector<uint64_t> words((size + 7) / 8);
    MutableArrayRef<char> bytes(reinterpret_cast<char *>(words.data()), size);
    fill(bytes);
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
  }
  AsmResourceBlob blob =
      HeapAsmResourceBlob::allocate(size, kAlignment, /*dataIsMutable=*/true);
  fill(blob.getMutableData());
  return DenseResourceElementsAttr::get(type, kResourceName, std::move(blob));
}

ElementsAttr quantc::createElements(ShapedType type, ArrayRef<char> bytes) {
  if (bytes.size() < kResourceBytes)
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
  return createElements(
      type, [&](MutableArrayRef<char> to) { llvm::copy(bytes, to.begin()); });
}

ElementsAttr quantc::referToElements(ShapedType type, ArrayRef<char> bytes,
                                     std::shared_ptr<const void> keeper) {
  size_t width = elementBytes(type.getElementType());
  auto address = reinterpret_cast<uintptr_t>(bytes.data());
  if (bytes.size() < kResourceBytes || !keeper || address % width != 0)
    return createElements(type, bytes);
  AsmResourceBlob blob(
      bytes, width, [keeper = std::move(keeper)](void *, size_t, size_t) {},
      /*dataIsMutable=*/false);
  return DenseResourceElementsAttr::get(type, kResourceName, std::move(blob));
}

ElementsAttr quantc::reshapeElements(ElementsAttr attribute, ShapedType type) {
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute))
    return dense.isSplat() ? dense.resizeSplat(type) : dense.reshape(type);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  return {};
}

std::optional<SmallVector<float>> quantc::constantFloats(Value value) {
  while (auto reshape = value.getDefiningOp<tosa::ReshapeOp>())
    value = reshape.getInput1();
  ElementsAttr elements;
  SmallVector<char> storage;
  if (!matchPattern(value, m_Constant(&elements)) ||
      !elements.getElementType().isF32())
    return std::nullopt;
  std::optional<ArrayRef<float>> numbers = numbersOf<float>(elements, storage);
  if (!numbers)
    return std::nullopt;
  return SmallVector<float>(*numbers);
}

std::optional<SmallVector<int32_t>> quantc::constantInts(Value value) {
  ElementsAttr elements;
  SmallVector<char> storage;
  if (!matchPattern(value, m_Constant(&elements)) ||
      !elements.getElementType().isInteger(32))
    return std::nullopt;
  std::optional<ArrayRef<int32_t>> numbers =
      numbersOf<int32_t>(elements, storage);
  if (!numbers)
    return std::nullopt;
  return SmallVector<int32_t>(*numbers);
}

void quantc::freeUnusedResources(ArrayRef<ModuleOp> modules) {
  if (modules.empty())
    return;
  llvm::StringSet<> used;
  AttrTypeWalker walker;
  walker.addWalk([&](DenseResourceElementsAttr attribute) {
    used.insert(attribute.getRawHandle().getKey());
  });
  for (ModuleOp module : modules)
    module.walk([&](Operation *op) { walker.walk(op->getAttrDictionary()); });

  DialectResourceBlobManager &manager =
      DenseResourceElementsHandle::getManagerInterface(
          modules.front()->getContext())
          .getBlobManager();
  SmallVector<std::string> unused;
  manager.getBlobMap([&](const auto &blobs) {
    for (const auto &entry : blobs)
      if (!used.contains(entry.getKey()) && entry.second.getBlob())
        unused.push_back(entry.getKey().str());
  });
  for (const std::string &name : unused)
    manager.update(name, AsmResourceBlob());
}
