//===- Testing.h - What several unit tests need -----------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef TEST_UNIT_SUPPORT_TESTING_H
#define TEST_UNIT_SUPPORT_TESTING_H

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <csignal>
#include <string>
#include <sys/resource.h>

/// The message of the error, or "" if there is none.
template <typename T>
std::string messageOf(llvm::Expected<T> value) {
  return value ? "" : llvm::toString(value.takeError());
}
inline std::string messageOf(llvm::Error error) {
  return error ? llvm::toString(std::move(error)) : "";
}

#define EXPECT_CONTAINS(text, part)                                            \
  EXPECT_PRED2(                                                                \
      [](const std::string &whole, const std::string &piece) {                 \
        return whole.find(piece) != std::string::npos;                         \
      },                                                                       \
      text, part)

/// While it lives, no file can grow beyond some bytes: as on a full disk.
class FullDisk {
public:
  explicit FullDisk(size_t bytes) {
    before = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    rlimit small = limit;
    small.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, before);
  }

private:
  rlimit limit;
  void (*before)(int);
};

/// A folder of its own, removed with what is in it.
class Folder {
public:
  Folder() { llvm::sys::fs::createUniqueDirectory("quantc", root); }
  ~Folder() { llvm::sys::fs::remove_directories(root); }

  std::string path(const llvm::Twine &name) const {
    llvm::SmallString<128> result = root;
    llvm::sys::path::append(result, name);
    return result.str().str();
  }

  /// Writes a file, and the folders above it; returns its path.
  std::string write(const llvm::Twine &name, llvm::StringRef bytes) const {
    std::string file = path(name);
    llvm::sys::fs::create_directories(llvm::sys::path::parent_path(file));
    std::error_code code;
    llvm::raw_fd_ostream(file, code) << bytes;
    return file;
  }

  /// The number of files and folders in it.
  int entries() const {
    std::error_code code;
    int count = 0;
    for (llvm::sys::fs::directory_iterator it(root, code), end; it != end;
         it.increment(code))
      ++count;
    return count;
  }

private:
  llvm::SmallString<128> root;
};

#endif // TEST_UNIT_SUPPORT_TESTING_H
