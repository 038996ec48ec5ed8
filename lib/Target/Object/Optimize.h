//===- Optimize.h - LLVM's pipeline over a model's code -------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_TARGET_OBJECT_OPTIMIZE_H
#define QUANTC_LIB_TARGET_OBJECT_OPTIMIZE_H

#include "quantc/Target/Object.h"

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace quantc {

/// Runs LLVM's default pipeline of the level that the options name.
void optimize(llvm::Module &module, llvm::TargetMachine &machine,
              const ObjectOptions &options);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_OBJECT_OPTIMIZE_H
