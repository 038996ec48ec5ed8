//===- Array.h - A dense array of numbers or strings ------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_ARRAY_H
#define QUANTC_SUPPORT_ARRAY_H

#include "quantc/Support/ElementType.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdlib>
#include <memory>

namespace quantc {

/// A dense, row-major array in memory of its own, which is 64-byte aligned.
/// Moves, but does not copy.
class Array {
public:
  /// No elements, of type f32 and shape [0].
  Array() = default;

  /// An array of zeros. Fails on a negative dimension, on more bytes than a
  /// signed 64-bit number holds, and when memory is short.
  static llvm::Expected<Array> create(ElementType type,
                                      llvm::ArrayRef<int64_t> shape);

  /// The bytes that create would take; the same failures but the last.
  static llvm::Expected<int64_t> bytesOf(ElementType type,
                                         llvm::ArrayRef<int64_t> shape);

  /// Strings of the row-major `shape`, in bytes as wide as the longest of them
  /// (at least one): the result has a dimension more. Fails on a string that
  /// ends with a zero byte, which could not be told from the filling.
  static llvm::Expected<Array> create(llvm::ArrayRef<llvm::StringRef> strings,
                                      llvm::ArrayRef<int64_t> shape);

  ElementType type() const { return elementType; }
  llvm::ArrayRef<int64_t> shape() const { return dimensions; }
  int64_t rank() const { return int64_t(dimensions.size()); }
  int64_t size() const { return elements; }
  llvm::ArrayRef<char> bytes() const { return {data.get(), byteSize()}; }
  llvm::MutableArrayRef<char> bytes() { return {data.get(), byteSize()}; }

  /// The elements; T must be the C++ type of `type()` (bool is one byte).
  template <typename T>
  llvm::ArrayRef<T> as() const {
    return {reinterpret_cast<const T *>(data.get()), size_t(elements)};
  }
  template <typename T>
  llvm::MutableArrayRef<T> as() {
    return {reinterpret_cast<T *>(data.get()), size_t(elements)};
  }

  /// Element `index` in row-major order as a number. 64-bit integers beyond
  /// 2^53 are rounded; of strings, it is a byte.
  double number(int64_t index) const;

  /// Element `index` as an integer; the type must not be a float.
  int64_t integer(int64_t index) const;

  bool isText() const { return elementType == ElementType::String; }
  /// The shape of what the array holds: without the bytes of a string.
  llvm::ArrayRef<int64_t> itemShape() const {
    return shape().drop_back(isText() ? 1 : 0);
  }
  /// String `index` of an array of strings, without the zeros that fill it up.
  llvm::StringRef text(int64_t index) const;

  /// Gives the same elements another shape. The sizes must be equal.
  void reshape(llvm::ArrayRef<int64_t> shape);

private:
  struct Release {
    void operator()(char *memory) const { std::free(memory); }
  };

  size_t byteSize() const { return size_t(elements * byteWidth(elementType)); }

  ElementType elementType = ElementType::F32;
  llvm::SmallVector<int64_t> dimensions = {0};
  int64_t elements = 0;
  std::unique_ptr<char[], Release> data;
};

/// Converts `bytes.size() / byteWidth(type)` elements to f32.
void convertToFloat(ElementType type, llvm::ArrayRef<char> bytes, float *to);

} // namespace quantc

#endif // QUANTC_SUPPORT_ARRAY_H
