//===- ElementType.h - Element types of arrays and tensors ------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_ELEMENTTYPE_H
#define QUANTC_SUPPORT_ELEMENTTYPE_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace quantc {

/// What an array holds. The numbers are those of the C interface (quantc.h).
enum class ElementType : int32_t {
  F32 = 0,
  F64 = 1,
  I8 = 2,
  U8 = 3,
  I16 = 4,
  U16 = 5,
  I32 = 6,
  U32 = 7,
  I64 = 8,
  U64 = 9,
  Bool = 10,
  F16 = 11,
  BF16 = 12,
  /// Fixed-width text: an element is a byte, and the last dimension counts the
  /// bytes of one string, which zeros fill up.
  String = 13,
};

/// The type behind a number of the C interface; nothing if there is none.
std::optional<ElementType> elementTypeFrom(int32_t number);

/// Bytes of one element.
int64_t byteWidth(ElementType type);

/// NumPy's name: "float32", "uint8", "bool"; "string" for its "S<width>".
llvm::StringRef nameOf(ElementType type);

/// True for f16, bf16, f32 and f64.
bool isFloat(ElementType type);

} // namespace quantc

#endif // QUANTC_SUPPORT_ELEMENTTYPE_H
