//===- Tune.h - Schedules are measured on this machine -----------*- C++ -*- ===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_TUNE_H
#define QUANTC_LIB_PIPELINES_TUNE_H

#include "quantc/Codegen/ScheduleFile.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

namespace quantc {

struct CompileRequest;
struct LowerOptions;
struct ModelReport;

/// Where schedules are kept: `asked` if it names a file, else one in the user's
/// cache folder whose name tells this compiler and CPU. Empty if there is no
/// such folder.
std::string scheduleFilePath(llvm::StringRef asked);

/// What is known of this compiler on this CPU from `path`. Of a file that is
/// missing, nothing; one that is broken or was made elsewhere is an error if
/// the user named it, otherwise a remark is left and it is as if missing.
llvm::Expected<codegen::ScheduleFile>
readSchedules(llvm::StringRef path, bool wasAsked, std::string &remark);

/// What came of tuning.
struct Tuned {
  int64_t kernels = 0;  ///< That have schedules.
  int64_t known = 0;    ///< Of those, measured before.
  int64_t measured = 0; ///< Of those, measured now.
  /// Microseconds of one inference in the kernels of `measured` and `known`.
  double defaultUs = 0, tunedUs = 0;
};

/// Measures, for about `seconds`, the kernels of `module` at `level` that
/// `file` does not know, those that take longest first, and adds to `file`.
llvm::Expected<Tuned> tune(mlir::ModuleOp module, const LowerOptions &options,
                           llvm::StringRef level, double seconds, bool quiet,
                           codegen::ScheduleFile &file);

/// --tune: measures what is not known yet, for the fastest level of `options`
/// that runs here, has `options` use what is known then, and reports it.
llvm::Error tuneModel(mlir::ModuleOp module, const CompileRequest &request,
                      LowerOptions &options, ModelReport &report);

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_TUNE_H
