//===- Usage.cpp - Is the request one that can be met? --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Artefact.h"
#include "Target.h"
#include "dialects/LowBit/Transforms/FormatTable.h"
#include "quantc/Calibration/Estimator.h"
#include "quantc/Format/Spelling.h"
#include "quantc/Pipelines/Compile.h"
#include "quantc/Support/Failure.h"

using namespace quantc;
using llvm::StringRef;

/// The format of an option that there is.
static llvm::Error checkFormat(StringRef option, StringRef text,
                               bool isActivation) {
  if (isActivation && text == lowbit::dynamicActivations)
    return llvm::Error::success();
  llvm::Expected<format::Format> format = format::parse(text);
  if (!format)
    return failure(option + " " + text, llvm::toString(format.takeError()));
  if (!isActivation || lowbit::isActivationFormat(*format))
    return llvm::Error::success();
  return failure(option + " " + text, "is no format for activations",
                 "use one of u8, i8, u1 to u4, binary, f32, dynamic");
}

/// Nothing that dynamic activations have no meaning for.
static llvm::Error checkDynamic(const CompileRequest &request) {
  if (request.activations != lowbit::dynamicActivations)
    return llvm::Error::success();
  if (request.weights == "f32" && request.formatFor.empty() &&
      request.rules.empty())
    return failure("--activations dynamic",
                   "quantizes nothing with weights f32",
                   "give a format of --weights, or leave activations in float "
                   "with --activations f32");
  if (request.products.value_or(false))
    return failure("--activations dynamic",
                   "has no format for products of two activations",
                   "leave --products away, or use --activations u8");
  return llvm::Error::success();
}

llvm::Error quantc::checkUsage(const CompileRequest &request) {
  if (auto levels = levelsOf(request.target); !levels)
    return levels.takeError();
  if (!request.dryRun)
    if (auto artefact = artefactOf(request.output); !artefact)
      return artefact.takeError();
  if (auto estimator = parseEstimator(request.calibration); !estimator)
    return estimator.takeError();
  if (llvm::Error error = checkFormat("--weights", request.weights, false))
    return error;
  if (llvm::Error error =
          checkFormat("--activations", request.activations, true))
    return error;
  return checkDynamic(request);
}
