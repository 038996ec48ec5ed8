//===- AtomicFile.cpp - Write a file completely or not at all -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/AtomicFile.h"

#include "quantc/Support/Failure.h"
#include "llvm/Support/Path.h"

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
  unsigned mode = sys::fs::all_read | sys::fs::all_write;
  if (executable)
    mode |= sys::fs::all_exe;
  auto file = sys::fs::TempFile::create(path + ".%%%%%%%%.tmp", mode);
  if (!file)
    return cannotWrite(path, errorToErrorCode(file.takeError()));
  result.file = std::move(*file);
  result.stream = std::make_unique<raw_fd_ostream>(result.file->FD,
                                                   /*shouldClose=*/false);
  return std::move(result);
}

AtomicFile::~AtomicFile() {
  if (!stream)
    return;
  stream->flush();
  stream->clear_error();
  stream.reset();
  if (file)
    consumeError(file->discard());
}

StringRef AtomicFile::temporaryPath() const {
  return file ? StringRef(file->TmpName) : StringRef(path);
}

Error AtomicFile::commit() {
  stream->flush();
  std::error_code code = stream->error();
  stream->clear_error();
  stream.reset();
  if (!file)
    return code ? cannotWrite(path, code) : Error::success();
  if (code) {
    consumeError(file->discard());
    return cannotWrite(path, code);
  }
  if (Error error = file->keep(path))
    return cannotWrite(path, errorToErrorCode(std::move(error)));
  return Error::success();
}

Error quantc::writeFile(StringRef path, StringRef text) {
  Expected<AtomicFile> file = AtomicFile::create(path);
  if (!file)
    return file.takeError();
  file->os() << text;
  return file->commit();
}
