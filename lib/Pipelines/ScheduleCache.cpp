//===- ScheduleCache.cpp - Where measured schedules are kept -------------- ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Tune.h"

#include "quantc/Support/Failure.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include "llvm/TargetParser/Host.h"

using namespace quantc;
using codegen::ScheduleFile;

static constexpr llvm::StringLiteral kCompiler = "quantc " QUANTC_VERSION;

std::string quantc::scheduleFilePath(llvm::StringRef asked) {
  if (!asked.empty())
    return asked.str();
  llvm::SmallString<128> path;
  if (!llvm::sys::path::cache_directory(path))
    return {};
  std::string maker = (kCompiler + " " + llvm::sys::getHostCPUName()).str();
  llvm::sys::path::append(
      path, "quantc",
      "schedules-" +
          llvm::utohexstr(llvm::xxh3_64bits(maker), /*LowerCase=*/true) +
          ".json");
  return path.str().str();
}

llvm::Expected<ScheduleFile> quantc::readSchedules(llvm::StringRef path,
                                                   bool wasAsked,
                                                   std::string &remark) {
  ScheduleFile empty;
  empty.compiler = kCompiler.str();
  empty.cpu = llvm::sys::getHostCPUName().str();
  if (path.empty() || !llvm::sys::fs::exists(path))
    return empty;
  auto file = ScheduleFile::read(path);
  llvm::Error error = file.takeError();
  if (!error && (file->compiler != empty.compiler || file->cpu != empty.cpu))
    error =
        failure(path,
                "expects schedules by " + empty.compiler + " on " + empty.cpu +
                    ", but got some by " + file->compiler + " on " + file->cpu,
                "name another file with --tune-cache");
  if (!error)
    return std::move(*file);
  if (wasAsked)
    return std::move(error);
  remark = "schedules are measured anew: " + llvm::toString(std::move(error));
  return empty;
}
