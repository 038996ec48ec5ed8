//===- HostTensor.h - A constant that the importer can compute on *- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FRONTEND_ONNX_HOSTTENSOR_H
#define QUANTC_FRONTEND_ONNX_HOSTTENSOR_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quantc::onnx {

using Shape = llvm::SmallVector<int64_t, 4>;

/// No tensor may have more elements than this, so that sizes in bytes and
/// strides never overflow.
constexpr int64_t kMaxElements = int64_t(1) << 31;

/// The number of elements; nothing if a dimension is negative or the product
/// is above kMaxElements.
std::optional<int64_t> countElements(llvm::ArrayRef<int64_t> shape);

/// "[1, 3, 224, 224]"
std::string shapeText(llvm::ArrayRef<int64_t> shape);

/// Row-major elements of a constant, of the type that ONNX says: little-endian
/// and in whole bytes. Integers of less than 8 bits are sign- or zero-extended
/// to a byte, floats of less than 8 bits are the low bits of one. The bytes are
/// a view, of the file or of `owner`, and may be unaligned.
class HostTensor {
public:
  HostTensor() = default;
  /// `owner` keeps the bytes of the view; null if the file does, which then
  /// may be `keeper`.
  HostTensor(mlir::Type element, llvm::ArrayRef<int64_t> shape,
             llvm::ArrayRef<char> view,
             std::shared_ptr<std::vector<char>> owner = nullptr,
             std::shared_ptr<const void> keeper = nullptr)
      : element(element), dims(shape), view(view), owner(std::move(owner)),
        keeper(std::move(keeper)) {}

  /// Zeros of a shape that countElements accepts.
  static HostTensor zeros(mlir::Type element, llvm::ArrayRef<int64_t> shape);
  /// One value in every place, which takes no memory.
  static HostTensor splat(mlir::Type element, llvm::ArrayRef<int64_t> shape,
                          double value);
  /// A 1-d tensor of i64.
  static HostTensor fromInts(mlir::MLIRContext *context,
                             llvm::ArrayRef<int64_t> values);

  mlir::Type elementType() const { return element; }
  llvm::ArrayRef<int64_t> shape() const { return dims; }
  int64_t rank() const { return dims.size(); }
  int64_t count() const { return *countElements(dims); }
  bool isSplat() const { return oneValue; }
  /// The elements that are stored: one of a splat, else all.
  int64_t storedCount() const { return oneValue ? 1 : count(); }
  /// The stored elements.
  llvm::ArrayRef<char> bytes() const { return view; }
  /// The same tensor with every element stored.
  HostTensor dense() const;
  /// The bytes to fill in; only for a tensor made by zeros().
  llvm::MutableArrayRef<char> mutableBytes() { return *owner; }
  /// Bytes per element.
  unsigned elementSize() const { return bytesOf(element); }
  static unsigned bytesOf(mlir::Type element);

  /// Reads or writes one element, whatever its type.
  double asDouble(int64_t index) const;
  int64_t asInt(int64_t index) const;
  void set(int64_t index, double value);
  void set(int64_t index, int64_t value);

  bool isFloat() const { return llvm::isa<mlir::FloatType>(element); }
  std::vector<double> doubles() const;
  Shape ints() const;

  /// The same elements under another shape of as many elements.
  HostTensor reshaped(llvm::ArrayRef<int64_t> shape) const;
  /// The same bytes read as another type of the same size.
  HostTensor bitcast(mlir::Type element) const;
  /// result[i0, i1, ...]: dimension d of the result is dimension
  /// permutation[d] of this tensor.
  HostTensor transposed(llvm::ArrayRef<int64_t> permutation) const;
  /// Elements begin + i * step along each axis; a step may be negative.
  HostTensor sliced(llvm::ArrayRef<int64_t> begin, llvm::ArrayRef<int64_t> step,
                    llvm::ArrayRef<int64_t> size) const;

  /// The attribute that an op holds, of a type that storageOf gives. Every
  /// constant of the importer becomes an attribute here; a large one refers to
  /// the bytes where they lie.
  mlir::ElementsAttr toAttribute() const;

private:
  mlir::Type element;
  Shape dims;
  llvm::ArrayRef<char> view;
  std::shared_ptr<std::vector<char>> owner;
  std::shared_ptr<const void> keeper;
  bool oneValue = false;
};

} // namespace quantc::onnx

#endif // QUANTC_FRONTEND_ONNX_HOSTTENSOR_H
