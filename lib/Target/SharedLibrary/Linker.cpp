//===- Linker.cpp - The linker is another program -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/SharedLibrary/Linker.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"

using namespace quantc;
using llvm::StringRef;

llvm::Expected<TemporaryFile> TemporaryFile::create(StringRef suffix) {
  llvm::SmallString<128> path;
  if (std::error_code code =
          llvm::sys::fs::createTemporaryFile("quantc", suffix, path))
    return llvm::createStringError(code, "cannot create a temporary file: " +
                                             code.message());
  llvm::sys::RemoveFileOnSignal(path);
  return TemporaryFile(path);
}

TemporaryFile::TemporaryFile(TemporaryFile &&other) : name(other.name) {
  other.name.clear();
}

TemporaryFile::~TemporaryFile() {
  if (name.empty())
    return;
  llvm::sys::fs::remove(name);
  llvm::sys::DontRemoveFileOnSignal(name);
}

llvm::Expected<std::string> quantc::findLinker(StringRef wanted) {
  if (!wanted.empty()) {
    if (auto found = llvm::sys::findProgramByName(wanted))
      return *found;
    return llvm::createStringError("cannot find the linker '" + wanted + "'");
  }
  for (StringRef name : {QUANTC_BUILD_LINKER, "ld.lld-22", "ld.lld", "ld"})
    if (auto found = llvm::sys::findProgramByName(name))
      return *found;
  return llvm::createStringError(
      "cannot find a linker for the shared library: install the package "
      "'lld-22', or emit an object file (.o) and link it yourself");
}

llvm::Error quantc::runLinker(StringRef linker,
                              llvm::ArrayRef<StringRef> arguments) {
  llvm::Expected<TemporaryFile> output = TemporaryFile::create("txt");
  if (!output)
    return output.takeError();
  llvm::SmallVector<StringRef> words = {linker};
  words.append(arguments.begin(), arguments.end());
  std::string message;
  int status = llvm::sys::ExecuteAndWait(
      linker, words, /*Env=*/std::nullopt,
      /*Redirects=*/{StringRef(""), output->path(), output->path()},
      /*SecondsToWait=*/0, /*MemoryLimit=*/0, &message);
  if (status == 0)
    return llvm::Error::success();
  if (auto text = llvm::MemoryBuffer::getFile(output->path()))
    message += (*text)->getBuffer().trim().str();
  return llvm::createStringError(
      "the linker '" + linker +
      "' fails: " + (message.empty() ? "it says nothing" : message));
}
