//===- SharedLibrary.h - Object files become libraries --------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TARGET_SHAREDLIBRARY_H
#define QUANTC_TARGET_SHAREDLIBRARY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <string>

namespace quantc {

struct SharedLibraryOptions {
  /// The name that programs which link the library look for; none if empty.
  std::string soname;
  /// The linker's path. Empty: the one that quantc was built with, else
  /// `ld.lld-22`, `ld.lld` or `ld` from PATH.
  std::string linker;
};

/// Links objects into an ELF shared library. Fails if there is no linker, if
/// the linker complains (its words are in the error), or if an object refers to
/// a symbol that neither the objects nor libc and libm provide.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
linkSharedLibrary(llvm::ArrayRef<llvm::MemoryBufferRef> objects,
                  const SharedLibraryOptions &options = {});

/// Puts objects into a static archive with a symbol table. The members' names
/// are the buffers' identifiers.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
makeArchive(llvm::ArrayRef<llvm::MemoryBufferRef> objects);

} // namespace quantc

#endif // QUANTC_TARGET_SHAREDLIBRARY_H
