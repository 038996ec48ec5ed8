//===- NpyHeader.h - The text of an .npy header -----------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef LIB_SUPPORT_NPYHEADER_H
#define LIB_SUPPORT_NPYHEADER_H

#include "quantc/Support/ElementType.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace quantc {

/// What `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }` says.
struct NpyHeader {
  ElementType type;
  /// A string's code points of 4 bytes (NumPy's "U"), not its bytes ("S").
  bool isWide;
  bool bigEndian;
  bool fortranOrder;
  /// Strings have their width as last dimension.
  llvm::SmallVector<int64_t> shape;
};

/// Reads the Python dictionary; nothing else is evaluated.
llvm::Expected<NpyHeader> parseNpyHeader(llvm::StringRef where,
                                         llvm::StringRef text);

/// NumPy's little-endian type code ("<f4"); empty if it has none, as have
/// strings without their width.
llvm::StringRef npyTypeCode(ElementType type);

} // namespace quantc

#endif // LIB_SUPPORT_NPYHEADER_H
