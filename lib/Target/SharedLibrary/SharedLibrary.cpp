//===- SharedLibrary.cpp - Object files become libraries ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Target/SharedLibrary.h"

#include "lib/Target/SharedLibrary/Linker.h"
#include "lib/Target/SharedLibrary/Symbols.h"
#include "quantc/Support/AtomicFile.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include <vector>

using namespace quantc;
using llvm::StringRef;

/// The library that makes dlopen find expf in a program without libm.
static llvm::Expected<std::string> findMath() {
  llvm::Triple host(llvm::sys::getProcessTriple());
  std::string multiarch = (host.getArchName() + "-linux-gnu").str();
  for (const std::string &folder :
       {"/lib/" + multiarch, "/usr/lib/" + multiarch, std::string("/lib64"),
        std::string("/usr/lib64"), std::string("/lib"),
        std::string("/usr/lib")}) {
    std::string path = folder + "/libm.so.6";
    if (llvm::sys::fs::exists(path))
      return path;
  }
  return llvm::createStringError(
      "cannot find 'libm.so.6', which the float parts of the model call: emit "
      "an object file (.o) and link it yourself");
}

static llvm::Expected<std::vector<TemporaryFile>>
saveObjects(llvm::ArrayRef<llvm::MemoryBufferRef> objects) {
  std::vector<TemporaryFile> files;
  for (llvm::MemoryBufferRef object : objects) {
    llvm::Expected<TemporaryFile> file = TemporaryFile::create("o");
    if (!file)
      return file.takeError();
    if (llvm::Error error = writeFile(file->path(), object.getBuffer()))
      return std::move(error);
    files.push_back(std::move(*file));
  }
  return std::move(files);
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
quantc::linkSharedLibrary(llvm::ArrayRef<llvm::MemoryBufferRef> objects,
                          const SharedLibraryOptions &options) {
  llvm::Expected<bool> usesMath = needsMath(objects);
  if (!usesMath)
    return usesMath.takeError();
  llvm::Expected<std::string> linker = findLinker(options.linker);
  if (!linker)
    return linker.takeError();
  auto inputs = saveObjects(objects);
  if (!inputs)
    return inputs.takeError();
  llvm::Expected<TemporaryFile> output = TemporaryFile::create("so");
  if (!output)
    return output.takeError();

  // Without a build id and with nothing of the machine in it, the library is
  // the same wherever it is made. Read-only after loading, all symbols found
  // then.
  llvm::SmallVector<StringRef> arguments = {"-shared",
                                            "-z",
                                            "relro",
                                            "-z",
                                            "now",
                                            "-z",
                                            "noexecstack",
                                            "--gc-sections",
                                            "--build-id=none",
                                            "-o",
                                            output->path()};
  if (!options.soname.empty())
    arguments.append({"-soname", options.soname});
  for (const TemporaryFile &input : *inputs)
    arguments.push_back(input.path());
  std::string math;
  if (*usesMath) {
    llvm::Expected<std::string> found = findMath();
    if (!found)
      return found.takeError();
    math = *found;
    arguments.push_back(math);
  }
  if (llvm::Error error = runLinker(*linker, arguments))
    return std::move(error);
  auto library = llvm::MemoryBuffer::getFile(
      output->path(), /*IsText=*/false, /*RequiresNullTerminator=*/false,
      /*IsVolatile=*/true); // Not mapped: the file goes away.
  if (!library)
    return llvm::createStringError(library.getError(),
                                   "cannot read what the linker wrote: " +
                                       library.getError().message());
  return std::move(*library);
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
quantc::makeArchive(llvm::ArrayRef<llvm::MemoryBufferRef> objects) {
  llvm::SmallVector<llvm::NewArchiveMember> members;
  for (llvm::MemoryBufferRef object : objects)
    members.emplace_back(object);
  return llvm::writeArchiveToBuffer(
      members, llvm::SymtabWritingMode::NormalSymtab,
      llvm::object::Archive::K_GNU, /*Deterministic=*/true, /*Thin=*/false);
}
