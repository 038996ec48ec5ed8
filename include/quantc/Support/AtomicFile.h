//===- AtomicFile.h - Write a file completely or not at all -----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_ATOMICFILE_H
#define QUANTC_SUPPORT_ATOMICFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>
#include <string>

namespace quantc {

/// A file that appears under its name only once it is complete: what is
/// written goes to a temporary file in the same folder, which `commit` renames.
/// Without a commit, and on a signal, nothing is left behind. A path that names
/// a device or a pipe (/dev/stdout) is written in place.
class AtomicFile {
public:
  /// Fails if the folder does not exist or cannot be written to, or if the path
  /// is a folder.
  static llvm::Expected<AtomicFile> create(llvm::StringRef path,
                                           bool executable = false);
  AtomicFile(AtomicFile &&) = default;
  ~AtomicFile();

  llvm::raw_ostream &os() { return *stream; }

  /// The file to hand to a program or library that writes by name.
  llvm::StringRef temporaryPath() const;

  /// Fails if anything could not be written (disk full), and then leaves what
  /// was there before.
  llvm::Error commit();

private:
  AtomicFile(llvm::StringRef path) : path(path.str()) {}

  std::string path;
  std::string temporary; // Empty for a device.
  std::unique_ptr<llvm::raw_fd_ostream> stream;
};

/// Writes `text` to `path`, completely or not at all.
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef text);

} // namespace quantc

#endif // QUANTC_SUPPORT_ATOMICFILE_H
