//===- ScheduleFile.h - Schedules that were measured ---------------*- C++ -*- ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_CODEGEN_SCHEDULEFILE_H
#define QUANTC_CODEGEN_SCHEDULEFILE_H

#include "quantc/Codegen/Schedule.h"

#include "llvm/Support/Error.h"
#include <map>

namespace quantc::codegen {

/// What `quantc --tune` found out on one machine. The file is JSON with a hash
/// of what is in it, so that one that was cut short or edited is recognized.
struct ScheduleFile {
  /// Empty if nothing was faster than what the code generator chooses.
  struct Entry {
    Schedule schedule;
    double us = 0, defaultUs = 0; ///< Microseconds of one call.
  };
  std::string compiler; ///< "quantc 0.1.0": another one has other kernels.
  std::string cpu;      ///< LLVM's name of the CPU.
  /// By `scheduleKey`.
  std::map<std::string, Entry> kernels;

  /// Fails on a file that cannot be read, or is none of these, or whose hash is
  /// not that of its content.
  static llvm::Expected<ScheduleFile> read(llvm::StringRef path);
  /// Completely or not at all; creates the folder.
  llvm::Error write(llvm::StringRef path) const;
};

} // namespace quantc::codegen

#endif // QUANTC_CODEGEN_SCHEDULEFILE_H
