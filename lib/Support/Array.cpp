//===- Array.cpp - A dense array of numbers or strings --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Array.h"

#include "quantc/Support/Failure.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

using namespace llvm;
using namespace quantc;

namespace {

/// An IEEE half: 1 sign, 5 exponent, 10 mantissa bits.
struct Half {
  uint16_t bits;
  operator float() const {
    int exponent = (bits >> 10) & 31;
    int mantissa = bits & 1023;
    float size = exponent == 31 ? (mantissa ? NAN : INFINITY)
                 : exponent == 0
                     ? std::ldexp(float(mantissa), -24)
                     : std::ldexp(float(1024 + mantissa), exponent - 25);
    return bits & 0x8000 ? -size : size;
  }
};

/// The upper half of an f32.
struct Brain {
  uint16_t bits;
  operator float() const { return llvm::bit_cast<float>(uint32_t(bits) << 16); }
};

} // namespace

/// Calls `visit` with a null pointer of the C++ type.
template <typename Visit>
static auto dispatch(ElementType type, Visit visit) {
  switch (type) {
  case ElementType::F32:
    return visit((const float *)nullptr);
  case ElementType::F64:
    return visit((const double *)nullptr);
  case ElementType::I8:
    return visit((const int8_t *)nullptr);
  case ElementType::U8:
  case ElementType::Bool:
  case ElementType::String:
    return visit((const uint8_t *)nullptr);
  case ElementType::I16:
    return visit((const int16_t *)nullptr);
  case ElementType::U16:
    return visit((const uint16_t *)nullptr);
  case ElementType::I32:
    return visit((const int32_t *)nullptr);
  case ElementType::U32:
    return visit((const uint32_t *)nullptr);
  case ElementType::I64:
    return visit((const int64_t *)nullptr);
  case ElementType::U64:
    return visit((const uint64_t *)nullptr);
  case ElementType::F16:
    return visit((const Half *)nullptr);
  case ElementType::BF16:
    return visit((const Brain *)nullptr);
  }
  llvm_unreachable("every element type has a case");
}

template <typename T>
static T load(const char *bytes, int64_t index) {
  T value;
  std::memcpy(&value, bytes + index * int64_t(sizeof(T)), sizeof(T));
  return value;
}

Expected<int64_t> Array::bytesOf(ElementType type, ArrayRef<int64_t> shape) {
  // Zeros do not hide an overflow: NumPy refuses such a shape too.
  int64_t bytes = byteWidth(type);
  bool empty = false, overflow = false;
  for (int64_t dimension : shape) {
    if (dimension < 0)
      return failure("shape " + shapeText(shape),
                     "expects no negative dimension, but got " +
                         Twine(dimension));
    empty |= dimension == 0;
    overflow |= MulOverflow(bytes, std::max<int64_t>(dimension, 1), bytes);
  }
  if (overflow)
    return failure("shape " + shapeText(shape),
                   "expects an array of less than 2^63 bytes");
  return empty ? 0 : bytes;
}

Expected<Array> Array::create(ElementType type, ArrayRef<int64_t> shape) {
  Expected<int64_t> bytes = bytesOf(type, shape);
  if (!bytes)
    return bytes.takeError();
  // An aligned allocation's size is a multiple of the alignment.
  char *memory = nullptr;
  if (*bytes < INT64_MAX - 64)
    memory = static_cast<char *>(
        std::aligned_alloc(64, alignTo(std::max<int64_t>(*bytes, 1), 64)));
  if (!memory)
    return failure("shape " + shapeText(shape),
                   "expects " + bytesText(uint64_t(*bytes)) +
                       " of memory, but there is not that much");
  std::memset(memory, 0, size_t(*bytes));

  Array array;
  array.elementType = type;
  array.dimensions.assign(shape.begin(), shape.end());
  array.elements = *bytes / byteWidth(type);
  array.data.reset(memory);
  return std::move(array);
}

Expected<Array> Array::create(ArrayRef<StringRef> strings,
                              ArrayRef<int64_t> shape) {
  size_t width = 1;
  for (StringRef string : strings) {
    if (string.ends_with(StringRef("\0", 1)))
      return failure("string '" + string.rtrim('\0') + "'",
                     "ends with a zero byte, which strings of a fixed width "
                     "cannot have");
    width = std::max(width, string.size());
  }
  SmallVector<int64_t> dimensions(shape);
  dimensions.push_back(int64_t(width));
  Expected<Array> array = create(ElementType::String, dimensions);
  if (!array)
    return array.takeError();
  assert(array->size() == int64_t(width * strings.size()) &&
         "a string for each place");
  char *to = array->bytes().data();
  for (StringRef string : strings) {
    copy(string, to);
    to += width;
  }
  return array;
}

StringRef Array::text(int64_t index) const {
  assert(isText() && "only strings are text");
  int64_t width = dimensions.back();
  return StringRef(data.get() + index * width, size_t(width)).rtrim('\0');
}

double Array::number(int64_t index) const {
  assert(index >= 0 && index < elements && "index is out of range");
  return dispatch(elementType, [&](auto *pointer) {
    using T = std::decay_t<decltype(*pointer)>;
    return double(load<T>(data.get(), index));
  });
}

int64_t Array::integer(int64_t index) const {
  assert(index >= 0 && index < elements && "index is out of range");
  assert(!isFloat(elementType) && "a float is not an integer");
  return dispatch(elementType, [&](auto *pointer) {
    using T = std::decay_t<decltype(*pointer)>;
    return int64_t(load<T>(data.get(), index));
  });
}

void Array::reshape(ArrayRef<int64_t> shape) {
  assert(cantFail(bytesOf(elementType, shape)) == int64_t(byteSize()) &&
         "a new shape keeps the number of elements");
  dimensions.assign(shape.begin(), shape.end());
}

void quantc::convertToFloat(ElementType type, ArrayRef<char> bytes, float *to) {
  int64_t count = int64_t(bytes.size()) / byteWidth(type);
  dispatch(type, [&](auto *pointer) {
    using T = std::decay_t<decltype(*pointer)>;
    for (int64_t i = 0; i < count; ++i)
      to[i] = float(load<T>(bytes.data(), i));
  });
}
