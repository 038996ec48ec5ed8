//===- NpyFormat.h - The .npy header, read and written ----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef LIB_SUPPORT_NPYFORMAT_H
#define LIB_SUPPORT_NPYFORMAT_H

#include "quantc/Support/Array.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace quantc {

/// Fills all of `bytes` from where the last call stopped, or fails.
using ReadBytes = llvm::function_ref<llvm::Error(llvm::MutableArrayRef<char>)>;

/// Reads an array of `size` bytes, header included, front to back. Nothing is
/// allocated before the header's claims are checked against `size`.
llvm::Expected<Array> readNpyStream(llvm::StringRef where, uint64_t size,
                                    ReadBytes read);

/// The magic, version, length and text that stand before the elements; a
/// multiple of 64 bytes. Fails for bfloat16, which NumPy has no name for.
llvm::Expected<std::string> npyHeader(llvm::StringRef where,
                                      const Array &array);

} // namespace quantc

#endif // LIB_SUPPORT_NPYFORMAT_H
