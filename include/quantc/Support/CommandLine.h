//===- CommandLine.h - Options of our tools ---------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_COMMANDLINE_H
#define QUANTC_SUPPORT_COMMANDLINE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/CommandLine.h"

namespace quantc {

/// What a tool answers to its caller.
enum ExitCode { Succeeded = 0, Failed = 1, WrongUsage = 2 };

/// Takes away the hundreds of options that LLVM's libraries register, but for
/// --help and --version. Some have the names of ours, and a second option of
/// one name aborts: so this comes first, and a tool declares its options as
/// members of a struct that it creates afterwards, never as globals.
void forgetForeignOptions();

/// Parses the options that exist now. Says on stderr what is wrong, and returns
/// false, on wrong usage. --help prints `overview`, the options and `examples`,
/// --version the version; both end the program.
bool parseCommandLine(int argc, const char *const *argv,
                      llvm::StringRef overview, llvm::StringRef examples);

} // namespace quantc

#endif // QUANTC_SUPPORT_COMMANDLINE_H
