//===- Symbols.h - What a library needs from outside ----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_SHAREDLIBRARY_SYMBOLS_H
#define QUANTC_LIB_TARGET_SHAREDLIBRARY_SYMBOLS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

namespace quantc {

/// Finds out whether the objects call libm. Fails if they refer to a symbol
/// that neither they nor libc and libm provide.
llvm::Expected<bool> needsMath(llvm::ArrayRef<llvm::MemoryBufferRef> objects);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_SHAREDLIBRARY_SYMBOLS_H
