//===- Npy.cpp - NumPy's .npy files ---------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Npy.h"

#include "NpyFormat.h"
#include "quantc/Support/AtomicFile.h"
#include "quantc/Support/Failure.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace quantc;

static Error cannotRead(StringRef path, std::error_code code) {
  return failure(path, "cannot read the file: " + code.message(),
                 "check the path");
}

Expected<Array> quantc::readNpy(StringRef path) {
  Expected<sys::fs::file_t> file = sys::fs::openNativeFileForRead(path);
  if (!file)
    return cannotRead(path, errorToErrorCode(file.takeError()));
  scope_exit close([&] { (void)sys::fs::closeFile(*file); });
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(*file, status))
    return cannotRead(path, code);
  if (!sys::fs::is_regular_file(status))
    return failure(path,
                   "expects a regular file, but it is a folder, pipe or "
                   "device",
                   "give an .npy file");

  auto read = [&](MutableArrayRef<char> bytes) -> Error {
    while (!bytes.empty()) {
      Expected<size_t> got = sys::fs::readNativeFile(*file, bytes);
      if (!got)
        return cannotRead(path, errorToErrorCode(got.takeError()));
      if (*got == 0)
        return failure(path, "the file became shorter while it was read");
      bytes = bytes.drop_front(*got);
    }
    return Error::success();
  };
  return readNpyStream(path, status.getSize(), read);
}

Expected<Array> quantc::parseNpy(StringRef bytes, StringRef where) {
  StringRef rest = bytes;
  return readNpyStream(where, bytes.size(), [&](MutableArrayRef<char> to) {
    std::copy_n(rest.begin(), to.size(), to.begin());
    rest = rest.drop_front(to.size());
    return Error::success();
  });
}

Error quantc::writeNpy(StringRef path, const Array &array) {
  Expected<std::string> header = npyHeader(path, array);
  if (!header)
    return header.takeError();
  Expected<AtomicFile> file = AtomicFile::create(path);
  if (!file)
    return file.takeError();
  file->os() << *header;
  file->os().write(array.bytes().data(), array.bytes().size());
  return file->commit();
}
