//===- Arrays.cpp - No array file crashes a tool --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// An ordinary file is an input: .npz and .npy are told by how they begin, and
// anything else is read as a TensorProto. Seeds are in test/Fuzz/arrays:
//
//   build-asan/bin/fuzz-arrays -max_total_time=60 corpus test/Fuzz/arrays
#include "quantc/Support/Npy.h"
#include "quantc/Support/TensorProto.h"

#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace quantc;

/// A file in memory; libzip wants a name.
static std::string fileOf(llvm::StringRef bytes) {
  static int file = memfd_create("array", 0);
  if (file < 0 || ftruncate(file, 0) != 0 ||
      pwrite(file, bytes.data(), bytes.size(), 0) != ssize_t(bytes.size()))
    abort();
  return "/proc/self/fd/" + std::to_string(file);
}

template <typename T>
static void finish(llvm::Expected<T> result) {
  if (!result)
    llvm::consumeError(result.takeError());
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  if (bytes.starts_with("PK"))
    finish(readNpz(fileOf(bytes)));
  else if (bytes.starts_with("\x93"))
    finish(parseNpy(bytes, "array"));
  else
    finish(parseTensorProto(bytes, "array"));
  return 0;
}
