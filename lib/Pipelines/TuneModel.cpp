//===- TuneModel.cpp - What --tune asks for -------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Target.h"
#include "Tune.h"
#include "quantc/Codegen/Level.h"
#include "quantc/Pipelines/Compile.h"
#include "quantc/Pipelines/Lower.h"
#include "quantc/Report/Report.h"
#include "quantc/Support/Failure.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace quantc;

/// The last of `levels`, which are in this order, that runs here and has
/// schedules; empty if none does.
static std::string fastestTuned(ArrayRef<std::string> levels) {
  for (const std::string &name : llvm::reverse(levels)) {
    const codegen::Level *level = codegen::findLevel(name);
    if (level->dot != codegen::Dot::Scalar && runsHere(*level))
      return name;
  }
  return {};
}

llvm::Error quantc::tuneModel(ModuleOp module, const CompileRequest &request,
                              LowerOptions &options, ModelReport &report) {
  std::string level = fastestTuned(options.levels);
  if (level.empty()) {
    report.remarks.push_back(
        {"",
         "--tune has measured nothing: this CPU runs no level of the target"});
    return llvm::Error::success();
  }
  std::string path = scheduleFilePath(request.tuneCache), remark;
  if (path.empty())
    return failure("--tune", "finds no cache folder of the user",
                   "name a file with --tune-cache");
  auto file = readSchedules(path, !request.tuneCache.empty(), remark);
  if (!file)
    return file.takeError();
  if (!remark.empty())
    report.remarks.push_back({"", remark});
  auto tuned =
      tune(module, options, level, *request.tuneSeconds, request.quiet, *file);
  if (!tuned)
    return tuned.takeError();
  if (tuned->measured > 0)
    if (llvm::Error error = file->write(path))
      return error;
  if (tuned->measured + tuned->known > 0)
    options.schedules = path;
  report.tuning = ModelReport::Tuning{level,
                                      path,
                                      tuned->kernels,
                                      tuned->known,
                                      tuned->measured,
                                      tuned->defaultUs / 1e3,
                                      tuned->tunedUs / 1e3};
  return llvm::Error::success();
}
