//===- HostTensor.cpp - A constant that the importer can compute on -------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "HostTensor.h"

#include "quantc/Support/Constants.h"
#include "quantc/Support/Strided.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace quantc::onnx;

std::optional<int64_t>
quantc::onnx::countElements(llvm::ArrayRef<int64_t> shape) {
  // An empty tensor must not hide a product of its other dimensions that
  // overflows, so zeros count as one here.
  int64_t bound = 1;
  bool empty = false;
  for (int64_t dim : shape) {
    if (dim < 0 || dim > kMaxElements)
      return std::nullopt;
    empty |= dim == 0;
    bound *= std::max<int64_t>(dim, 1);
    if (bound > kMaxElements)
      return std::nullopt;
  }
  return empty ? 0 : bound;
}

std::string quantc::onnx::shapeText(llvm::ArrayRef<int64_t> shape) {
  return "[" +
         llvm::join(llvm::map_range(
                        shape, [](int64_t dim) { return std::to_string(dim); }),
                    ", ") +
         "]";
}

unsigned HostTensor::bytesOf(Type element) {
  return (element.getIntOrFloatBitWidth() + 7) / 8;
}

HostTensor HostTensor::zeros(Type element, llvm::ArrayRef<int64_t> shape) {
  HostTensor result(element, shape, {});
  result.owner = std::make_shared<std::vector<char>>(*countElements(shape) *
                                                     bytesOf(element));
  result.view = *result.owner;
  return result;
}

HostTensor HostTensor::splat(Type element, llvm::ArrayRef<int64_t> shape,
                             double value) {
  if (*countElements(shape) == 0)
    return zeros(element, shape);
  HostTensor result = zeros(element, {});
  result.set(0, value);
  result.dims.assign(shape.begin(), shape.end());
  result.oneValue = true;
  return result;
}

HostTensor HostTensor::dense() const {
  if (!oneValue)
    return *this;
  HostTensor result = zeros(element, dims);
  for (size_t i = 0; i < result.owner->size(); i += view.size())
    std::memcpy(result.owner->data() + i, view.data(), view.size());
  return result;
}

HostTensor HostTensor::fromInts(MLIRContext *context,
                                llvm::ArrayRef<int64_t> values) {
  HostTensor result =
      zeros(IntegerType::get(context, 64), {int64_t(values.size())});
  for (auto [index, value] : llvm::enumerate(values))
    result.set(index, value);
  return result;
}

namespace {

template <typename T>
T load(const char *bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

template <typename T>
void store(char *bytes, T value) {
  std::memcpy(bytes, &value, sizeof(T));
}

int64_t loadInt(const char *bytes, unsigned size, bool isUnsigned) {
  switch (size) {
  case 1:
    return isUnsigned ? int64_t(load<uint8_t>(bytes)) : load<int8_t>(bytes);
  case 2:
    return isUnsigned ? int64_t(load<uint16_t>(bytes)) : load<int16_t>(bytes);
  case 4:
    return isUnsigned ? int64_t(load<uint32_t>(bytes)) : load<int32_t>(bytes);
  default:
    return load<int64_t>(bytes);
  }
}

/// A conversion that is defined for every value: it saturates, NaN gives 0.
int64_t toInt(double value) {
  if (std::isnan(value))
    return 0;
  if (value >= 9223372036854775807.0)
    return INT64_MAX;
  return value <= -9223372036854775808.0 ? INT64_MIN : int64_t(value);
}

} // namespace

double HostTensor::asDouble(int64_t index) const {
  const char *bytes = view.data() + (oneValue ? 0 : index * elementSize());
  if (element.isF32())
    return load<float>(bytes);
  if (element.isF64())
    return load<double>(bytes);
  if (auto type = llvm::dyn_cast<FloatType>(element)) {
    uint64_t code =
        type.getWidth() == 16 ? load<uint16_t>(bytes) : load<uint8_t>(bytes);
    code &= llvm::maskTrailingOnes<uint64_t>(type.getWidth());
    llvm::APFloat value(type.getFloatSemantics(),
                        llvm::APInt(type.getWidth(), code));
    return value.convertToDouble();
  }
  if (element.isUnsignedInteger(64))
    return double(uint64_t(asInt(index)));
  return double(asInt(index));
}

int64_t HostTensor::asInt(int64_t index) const {
  if (isFloat())
    return toInt(asDouble(index));
  const char *bytes = view.data() + (oneValue ? 0 : index * elementSize());
  bool isUnsigned = element.isUnsignedInteger() || element.isInteger(1);
  return loadInt(bytes, elementSize(), isUnsigned);
}

void HostTensor::set(int64_t index, double value) {
  char *bytes = owner->data() + index * elementSize();
  if (element.isF32())
    return store(bytes, float(value));
  if (element.isF64())
    return store(bytes, value);
  auto type = llvm::dyn_cast<FloatType>(element);
  if (!type)
    return set(index,
               element.isInteger(1) ? int64_t(value != 0) : toInt(value));
  llvm::APFloat narrow(value);
  bool losesInfo;
  narrow.convert(type.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven,
                 &losesInfo);
  uint64_t code = narrow.bitcastToAPInt().getZExtValue();
  std::memcpy(bytes, &code, elementSize());
}

void HostTensor::set(int64_t index, int64_t value) {
  if (isFloat())
    return set(index, double(value));
  char *bytes = owner->data() + index * elementSize();
  if (element.isInteger(1))
    value = value != 0;
  // Narrow integers wrap around in their own width.
  unsigned width = element.getIntOrFloatBitWidth();
  if (width > 1 && width < 8)
    value = element.isUnsignedInteger()
                ? int64_t(value & llvm::maskTrailingOnes<uint64_t>(width))
                : llvm::SignExtend64(value, width);
  std::memcpy(bytes, &value, elementSize());
}

std::vector<double> HostTensor::doubles() const {
  std::vector<double> values(count());
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = asDouble(i);
  return values;
}

Shape HostTensor::ints() const {
  Shape values;
  for (int64_t i = 0, e = count(); i < e; ++i)
    values.push_back(asInt(i));
  return values;
}

HostTensor HostTensor::bitcast(Type other) const {
  HostTensor result = *this;
  result.element = other;
  return result;
}

HostTensor HostTensor::reshaped(llvm::ArrayRef<int64_t> shape) const {
  HostTensor result = *this;
  result.dims.assign(shape.begin(), shape.end());
  return result;
}

HostTensor HostTensor::transposed(llvm::ArrayRef<int64_t> permutation) const {
  Shape strides(rowMajorStrides(dims)), newStrides, newShape;
  for (int64_t from : permutation) {
    newShape.push_back(dims[from]);
    newStrides.push_back(strides[from]);
  }
  if (oneValue)
    return reshaped(newShape);
  HostTensor result = zeros(element, newShape);
  if (count())
    gatherStrided(view.data(), result.owner->data(), elementSize(), newStrides,
                  newShape);
  return result;
}

HostTensor HostTensor::sliced(llvm::ArrayRef<int64_t> begin,
                              llvm::ArrayRef<int64_t> step,
                              llvm::ArrayRef<int64_t> size) const {
  Shape strides(rowMajorStrides(dims));
  int64_t offset = 0;
  for (int64_t d = 0; d < rank(); ++d) {
    offset += begin[d] * strides[d];
    strides[d] *= step[d];
  }
  if (oneValue && *countElements(size) != 0)
    return reshaped(size);
  HostTensor result = zeros(element, size);
  if (result.count())
    gatherStrided(view.data() + offset * int64_t(elementSize()),
                  result.owner->data(), elementSize(), strides, size);
  return result;
}

ElementsAttr HostTensor::toAttribute() const {
  auto type = RankedTensorType::get(dims, element);
  if (element.isInteger(1)) {
    llvm::SmallVector<bool> bits;
    for (int64_t i = 0, e = storedCount(); i < e; ++i)
      bits.push_back(asInt(i));
    return DenseElementsAttr::get(type, llvm::ArrayRef<bool>(bits));
  }
  if (oneValue)
    return DenseElementsAttr::getFromRawBuffer(type, view);
  return referToElements(type, view, owner ? owner : keeper);
}
