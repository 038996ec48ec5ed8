//===- ScheduleFile.cpp - Schedules that were measured -------------------- ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Codegen/ScheduleFile.h"

#include "quantc/Support/AtomicFile.h"
#include "quantc/Support/Failure.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;
using namespace quantc;
using namespace quantc::codegen;

static constexpr int64_t kVersion = 1;

namespace quantc::codegen {

static json::Value toJSON(const ScheduleFile::Entry &entry) {
  return json::Object{{"schedule", json::Array(entry.schedule)},
                      {"us", entry.us},
                      {"default_us", entry.defaultUs}};
}

static bool fromJSON(const json::Value &value, ScheduleFile::Entry &entry,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.map("schedule", entry.schedule) &&
         map.map("us", entry.us) && map.map("default_us", entry.defaultUs);
}

} // namespace quantc::codegen

/// What the hash is of: everything else in the file.
static json::Object contentOf(const ScheduleFile &file) {
  json::Object kernels;
  for (const auto &[key, entry] : file.kernels)
    kernels[key] = toJSON(entry);
  return json::Object{{"schema_version", kVersion},
                      {"compiler", json::fixUTF8(file.compiler)},
                      {"cpu", json::fixUTF8(file.cpu)},
                      {"kernels", std::move(kernels)}};
}

static std::string hashOf(json::Object content) {
  std::string text = formatv("{0}", json::Value(std::move(content)));
  return utohexstr(xxh3_64bits(text), /*LowerCase=*/true);
}

Expected<ScheduleFile> ScheduleFile::read(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return failure(path, "cannot be read: " + buffer.getError().message());
  auto bad = [&](const Twine &what) {
    return failure(path, "is not a file of schedules: " + what,
                   "delete it, or name another one with --tune-cache");
  };
  Expected<json::Value> value = json::parse((*buffer)->getBuffer());
  if (!value)
    return bad(toString(value.takeError()));
  ScheduleFile file;
  int64_t version = 0;
  std::string hash;
  json::Path::Root root;
  json::ObjectMapper map(*value, root);
  if (!map || !map.map("schema_version", version) ||
      !map.map("compiler", file.compiler) || !map.map("cpu", file.cpu) ||
      !map.map("kernels", file.kernels) || !map.map("hash", hash))
    return bad(toString(root.getError()));
  if (version != kVersion)
    return bad("expects schema_version " + Twine(kVersion) + ", but got " +
               Twine(version));
  if (hash != hashOf(contentOf(file)))
    return bad("its hash is not that of its content");
  return file;
}

Error ScheduleFile::write(StringRef path) const {
  StringRef folder = sys::path::parent_path(path);
  if (!folder.empty())
    if (std::error_code code = sys::fs::create_directories(folder))
      return failure(folder, "cannot create the folder: " + code.message(),
                     "name a file with --tune-cache");
  json::Object content = contentOf(*this);
  content["hash"] = hashOf(contentOf(*this));
  return writeFile(path,
                   formatv("{0:2}\n", json::Value(std::move(content))).str());
}
