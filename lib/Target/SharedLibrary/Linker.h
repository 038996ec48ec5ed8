//===- Linker.h - The linker is another program ---------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_SHAREDLIBRARY_LINKER_H
#define QUANTC_LIB_TARGET_SHAREDLIBRARY_LINKER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"
#include <string>

namespace quantc {

/// A file in the system's folder for temporary files, removed with this object
/// or when a signal ends the program.
class TemporaryFile {
public:
  static llvm::Expected<TemporaryFile> create(llvm::StringRef suffix);
  TemporaryFile(TemporaryFile &&other);
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;
  ~TemporaryFile();

  llvm::StringRef path() const { return name; }

private:
  explicit TemporaryFile(llvm::StringRef path) : name(path) {}
  llvm::SmallString<128> name;
};

/// The path of a linker: `wanted` if it is not empty, else the one that quantc
/// was built with, else what PATH has.
llvm::Expected<std::string> findLinker(llvm::StringRef wanted);

/// Runs the linker; the error has what it prints.
llvm::Error runLinker(llvm::StringRef linker,
                      llvm::ArrayRef<llvm::StringRef> arguments);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_SHAREDLIBRARY_LINKER_H
