//===- CommandLine.cpp - Options of our tools -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/CommandLine.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

void quantc::forgetForeignOptions() {
  SmallVector<cl::Option *> foreign;
  for (auto &entry : cl::getRegisteredOptions())
    if (entry.first != "help" && entry.first != "h" && entry.first != "version")
      foreign.push_back(entry.second);
  for (cl::Option *option : foreign)
    option->removeArgument();
}

bool quantc::parseCommandLine(int argc, const char *const *argv,
                              StringRef overview, StringRef examples) {
  cl::extrahelp more(examples);
  cl::SetVersionPrinter([](raw_ostream &os) {
    os << "Quantc " QUANTC_VERSION " (LLVM " LLVM_VERSION_STRING ")\n";
  });
  return cl::ParseCommandLineOptions(argc, argv, overview, &errs());
}
