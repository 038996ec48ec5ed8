//===- quant-run.cpp - Run a compiled model -------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/CommandLine.h"
#include "tools/quant-run/Session.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;
using namespace quantc;

static int run(const RunOptions &options) {
  Expected<RunResult> result = runModel(options);
  if (!result) {
    WithColor::error(errs(), "quant-run")
        << toString(result.takeError()) << "\n";
    return Failed;
  }
  if (options.json)
    outs() << formatv("{0:2}\n", toJson(options, *result));
  else if (!options.quiet)
    printSummary(options, *result, outs());
  return result->selftestFailures.value_or(0) == 0 ? Succeeded : Failed;
}

int main(int argc, char **argv) {
  auto options = parseRunOptions(argc, argv);
  if (!options)
    return WrongUsage;
  if (const auto *tests = std::get_if<OnnxTestOptions>(&*options))
    return runOnnxTests(*tests);
  return run(std::get<RunOptions>(*options));
}
