//===- AtomicFile.cpp - Write a file completely or not at all -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/AtomicFile.h"

#include "quantc/Support/Failure.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"

using namespace llvm;
using namespace quantc;

static Error cannotWrite(StringRef path, std::error_code code) {
  return failure(path, "cannot write the file: " + code.message(),
                 code == std::errc::no_such_file_or_directory
                     ? "create the folder first"
                 : code == std::errc::no_space_on_device
                     ? "free some space or choose another folder"
                     : "choose another place");
}

/// Creates "<path>.<process>-<n>.tmp". LLVM's own temporary files would take a
/// '%' in the path for a place of random digits.
static std::error_code createTemporary(StringRef path, bool executable,
                                       std::string &name, int &file) {
  unsigned mode = sys::fs::all_read | sys::fs::all_write;
  if (executable)
    mode |= sys::fs::all_exe;
  std::error_code code;
  for (int n = 0; n < 1000; ++n) {
    name = (path + "." + Twine(sys::Process::getProcessId()) + "-" + Twine(n) +
            ".tmp")
               .str();
    code = sys::fs::openFileForWrite(name, file, sys::fs::CD_CreateNew,
                                     sys::fs::OF_None, mode);
    if (code != std::errc::file_exists)
      break;
  }
  return code;
}

Expected<AtomicFile> AtomicFile::create(StringRef path, bool executable) {
  AtomicFile result(path);
  sys::fs::file_status status;
  std::error_code code = sys::fs::status(path, status);
  if (!code && sys::fs::is_directory(status))
    return cannotWrite(path, std::make_error_code(std::errc::is_a_directory));
  if (!code && !sys::fs::is_regular_file(status)) {
    result.stream =
        std::make_unique<raw_fd_ostream>(path, code, sys::fs::CD_OpenExisting,
                                         sys::fs::FA_Write, sys::fs::OF_None);
    if (code)
      return cannotWrite(path, code);
    return std::move(result);
  }

  // A file that may not be written is not replaced either.
  if (!code && sys::fs::access(path, sys::fs::AccessMode::Write))
    return cannotWrite(path,
                       std::make_error_code(std::errc::permission_denied));
  std::string name;
  int file = -1;
  code = createTemporary(path, executable, name, file);
  if (code)
    return cannotWrite(path, code);
  sys::RemoveFileOnSignal(name);
  result.temporary = std::move(name);
  result.stream = std::make_unique<raw_fd_ostream>(file, /*shouldClose=*/true);
  return std::move(result);
}

/// Removes the temporary file, if there is one.
static void discard(StringRef temporary) {
  if (temporary.empty())
    return;
  sys::fs::remove(temporary);
  sys::DontRemoveFileOnSignal(temporary);
}

AtomicFile::~AtomicFile() {
  if (!stream)
    return;
  stream->flush();
  stream->clear_error();
  stream.reset();
  discard(temporary);
}

StringRef AtomicFile::temporaryPath() const {
  return temporary.empty() ? path : temporary;
}

Error AtomicFile::commit() {
  stream->close();
  std::error_code code = stream->error();
  stream->clear_error();
  stream.reset();
  if (!code && !temporary.empty())
    code = sys::fs::rename(temporary, path);
  if (code) {
    discard(temporary);
    return cannotWrite(path, code);
  }
  if (!temporary.empty())
    sys::DontRemoveFileOnSignal(temporary);
  return Error::success();
}

Error quantc::writeFile(StringRef path, StringRef text) {
  Expected<AtomicFile> file = AtomicFile::create(path);
  if (!file)
    return file.takeError();
  file->os() << text;
  return file->commit();
}
