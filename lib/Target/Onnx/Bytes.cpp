//===- Bytes.cpp - The data of constants as ONNX stores it ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Bytes.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx_export;

static std::optional<DataType> integerType(IntegerType type) {
  bool isUnsigned = type.isUnsigned();
  switch (type.getWidth()) {
  case 1:
    return DataType::Bool;
  case 4:
    return isUnsigned ? DataType::Uint4 : DataType::Int4;
  case 8:
    return isUnsigned ? DataType::Uint8 : DataType::Int8;
  case 16:
    return isUnsigned ? DataType::Uint16 : DataType::Int16;
  case 32:
    return isUnsigned ? DataType::Uint32 : DataType::Int32;
  case 64:
    return isUnsigned ? DataType::Uint64 : DataType::Int64;
  default:
    return std::nullopt;
  }
}

std::optional<DataType> quantc::onnx_export::dataTypeOf(Type element) {
  using Found = std::optional<DataType>;
  return TypeSwitch<Type, Found>(element)
      .Case([](IntegerType type) { return integerType(type); })
      .Case([](IndexType) { return Found(DataType::Int64); })
      .Case([](Float32Type) { return Found(DataType::Float); })
      .Case([](Float64Type) { return Found(DataType::Double); })
      .Case([](Float16Type) { return Found(DataType::Float16); })
      .Case([](BFloat16Type) { return Found(DataType::Bfloat16); })
      .Default([](Type) { return Found(); });
}

/// A byte for each element of fewer bits.
static std::string unpackBits(DenseElementsAttr dense, bool isUnsigned) {
  std::string bytes;
  for (const APInt &value : dense.getValues<APInt>())
    bytes += static_cast<char>(isUnsigned ? value.getZExtValue()
                                          : value.getSExtValue());
  return bytes;
}

bool quantc::onnx_export::hasBytes(ElementsAttr elements) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements))
    return resource.getRawHandle().getBlob() != nullptr;
  return isa<DenseElementsAttr>(elements);
}

std::optional<llvm::StringRef>
quantc::onnx_export::bytesOf(ElementsAttr elements, bool isUnsigned,
                             std::deque<std::string> &owned) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return std::nullopt;
    return llvm::StringRef(blob->getData().data(), blob->getData().size());
  }
  auto dense = dyn_cast<DenseElementsAttr>(elements);
  if (!dense)
    return std::nullopt;
  if (auto integer = dyn_cast<IntegerType>(dense.getElementType());
      integer && integer.getWidth() < 8)
    return owned.emplace_back(
        unpackBits(dense, isUnsigned || integer.getWidth() == 1));
  llvm::StringRef raw(dense.getRawData().data(), dense.getRawData().size());
  if (!dense.isSplat() || dense.getNumElements() == 1)
    return raw;
  std::string &repeated = owned.emplace_back();
  repeated.reserve(raw.size() * static_cast<size_t>(dense.getNumElements()));
  for (int64_t i = 0; i < dense.getNumElements(); ++i)
    repeated += raw;
  return repeated;
}

Shape quantc::onnx_export::permute(llvm::ArrayRef<int64_t> values,
                                   llvm::ArrayRef<int64_t> order) {
  return Shape(llvm::map_range(order, [&](int64_t i) { return values[i]; }));
}

std::string quantc::onnx_export::permuteBytes(llvm::StringRef bytes,
                                              llvm::ArrayRef<int64_t> shape,
                                              llvm::ArrayRef<int64_t> order) {
  Shape strides(shape.size(), 1);
  for (size_t d = shape.size(); d-- > 1;)
    strides[d - 1] = strides[d] * shape[d];
  Shape result = permute(shape, order), steps = permute(strides, order);
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  size_t width = count == 0 ? 0 : bytes.size() / static_cast<size_t>(count);

  std::string permuted;
  permuted.reserve(bytes.size());
  Shape index(shape.size(), 0);
  int64_t from = 0;
  for (int64_t i = 0; i < count; ++i) {
    permuted += bytes.substr(static_cast<size_t>(from) * width, width);
    for (size_t d = shape.size(); d-- > 0;) {
      from += steps[d];
      if (++index[d] < result[d])
        break;
      from -= steps[d] * result[d];
      index[d] = 0;
    }
  }
  return permuted;
}

std::string quantc::onnx_export::packNibbles(llvm::StringRef bytes) {
  std::string packed((bytes.size() + 1) / 2, '\0');
  for (auto [i, byte] : llvm::enumerate(bytes))
    packed[i / 2] =
        static_cast<char>(packed[i / 2] | ((byte & 0xF) << (i % 2 ? 4 : 0)));
  return packed;
}
