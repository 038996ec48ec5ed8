//===- Usage.cpp - Is the request one that can be met? --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Artefact.h"
#include "Target.h"
#include "quantc/Calibration/Estimator.h"
#include "quantc/Pipelines/Compile.h"
#include "quantc/Support/Failure.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace quantc;
using llvm::StringRef;

static llvm::Error checkFormat(StringRef option, StringRef format,
                               llvm::ArrayRef<StringRef> known) {
  if (llvm::is_contained(known, format))
    return llvm::Error::success();
  return failure(option.str() + " " + format.str(),
                 "is not a format of this version",
                 "use one of " + llvm::join(known, ", "));
}

llvm::Error quantc::checkUsage(const CompileRequest &request) {
  if (auto levels = levelsOf(request.target); !levels)
    return levels.takeError();
  if (!request.dryRun)
    if (auto artefact = artefactOf(request.output); !artefact)
      return artefact.takeError();
  if (auto estimator = parseEstimator(request.calibration); !estimator)
    return estimator.takeError();
  if (llvm::Error error =
          checkFormat("--weights", request.weights, {"i8", "f32"}))
    return error;
  return checkFormat("--activations", request.activations, {"u8", "i8", "f32"});
}
