//===- Target.h - What --target means ---------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_TARGET_H
#define QUANTC_LIB_PIPELINES_TARGET_H

#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace quantc {

namespace codegen {
struct Level;
} // namespace codegen

/// The CPU levels that a library for `target` holds, slowest first. Fails with
/// the list of targets if there is no such one.
llvm::Expected<std::vector<std::string>> levelsOf(llvm::StringRef target);

/// Whether this machine has what the level needs.
bool runsHere(const codegen::Level &level);

/// The fastest level that this machine runs.
std::string bestLevelHere();

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_TARGET_H
