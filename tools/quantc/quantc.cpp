//===- quantc.cpp - From a trained model to native code -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CommandLine.h"

#include "quantc/Format/Summary.h"
#include "quantc/Pipelines/Compile.h"
#include "quantc/Support/CommandLine.h"

#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"

using namespace quantc;

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  llvm::InitializeNativeTargetAsmParser();

  std::optional<CompileRequest> request = parseRequest(argc, argv);
  if (!request)
    return WrongUsage;
  if (request->listFormats) {
    format::printCatalog(llvm::outs());
    return Succeeded;
  }
  if (llvm::Error error = checkUsage(*request)) {
    llvm::logAllUnhandledErrors(std::move(error), llvm::errs(), "error: ");
    return WrongUsage;
  }
  if (llvm::Error error = compile(*request)) {
    llvm::logAllUnhandledErrors(std::move(error), llvm::errs(), "error: ");
    return Failed;
  }
  return Succeeded;
}
