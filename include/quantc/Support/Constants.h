//===- Constants.h - The numbers in a constant ------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A small constant is a `dense` attribute: readable, hashed, and kept by the
// context for ever. A large one is a `dense_resource`: a name for a block of
// memory, which is neither hashed nor copied, and can be freed. Whoever reads
// or makes constants does it here, and so need not know.
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_CONSTANTS_H
#define QUANTC_SUPPORT_CONSTANTS_H

#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <optional>

namespace quantc {

/// The bytes from which on a constant is a resource.
constexpr size_t kResourceBytes = 64 * 1024;

/// Bytes of an element; zero for elements that don't fill whole bytes.
size_t elementBytes(mlir::Type element);

/// The elements of a constant as bytes, in row-major order. They are looked at
/// where they lie; only a splat has to be spread out, into `storage`. Nothing
/// if elements don't fill whole bytes, or if the attribute is neither `dense`
/// nor a `dense_resource` that has its data.
std::optional<llvm::ArrayRef<char>>
bytesOf(mlir::ElementsAttr attribute, llvm::SmallVectorImpl<char> &storage);

/// The same as numbers of type `T`, which has to be as wide as the elements.
template <typename T>
std::optional<llvm::ArrayRef<T>>
numbersOf(mlir::ElementsAttr attribute, llvm::SmallVectorImpl<char> &storage) {
  std::optional<llvm::ArrayRef<char>> bytes;
  if (attribute && elementBytes(attribute.getElementType()) == sizeof(T))
    bytes = bytesOf(attribute, storage);
  if (!bytes)
    return std::nullopt;
  if (reinterpret_cast<uintptr_t>(bytes->data()) % alignof(T) != 0) {
    storage.assign(bytes->begin(), bytes->end());
    bytes = llvm::ArrayRef<char>(storage);
  }
  return llvm::ArrayRef<T>(reinterpret_cast<const T *>(bytes->data()),
                           bytes->size() / sizeof(T));
}

/// A constant of elements in whole bytes; `fill` writes them.
mlir::ElementsAttr
createElements(mlir::ShapedType type,
               llvm::function_ref<void(llvm::MutableArrayRef<char>)> fill);

/// A constant with these elements.
mlir::ElementsAttr createElements(mlir::ShapedType type,
                                  llvm::ArrayRef<char> bytes);
template <typename T>
mlir::ElementsAttr createElements(mlir::ShapedType type,
                                  llvm::ArrayRef<T> numbers) {
  return createElements(
      type, llvm::ArrayRef<char>(reinterpret_cast<const char *>(numbers.data()),
                                 numbers.size() * sizeof(T)));
}

/// A constant whose bytes stay where they are, kept there by `keeper`, unless
/// they are few or not aligned.
mlir::ElementsAttr referToElements(mlir::ShapedType type,
                                   llvm::ArrayRef<char> bytes,
                                   std::shared_ptr<const void> keeper);

/// The same elements under another shape of as many; null for an attribute
/// that cannot be read.
mlir::ElementsAttr reshapeElements(mlir::ElementsAttr attribute,
                                   mlir::ShapedType type);

/// The elements of an f32 constant, whether the attribute holds them itself or
/// refers to a resource, seen through reshapes; nothing for any other value.
std::optional<llvm::SmallVector<float>> constantFloats(mlir::Value value);

/// The same for a constant of i32, not seen through anything.
std::optional<llvm::SmallVector<int32_t>> constantInts(mlir::Value value);

/// Frees the memory of resources that none of `modules` refers to. No other
/// module of the context may be in use.
void freeUnusedResources(llvm::ArrayRef<mlir::ModuleOp> modules);

} // namespace quantc

#endif // QUANTC_SUPPORT_CONSTANTS_H
