//===- CommandLine.h - The options of quantc --------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TOOLS_QUANTC_COMMANDLINE_H
#define QUANTC_TOOLS_QUANTC_COMMANDLINE_H

#include "quantc/Pipelines/Compile.h"

#include <optional>

/// What the command line asks for; nothing, with a message on stderr, if it is
/// wrong. --help and --version do not return.
std::optional<quantc::CompileRequest> parseRequest(int argc, char **argv);

#endif // QUANTC_TOOLS_QUANTC_COMMANDLINE_H
