//===- Passes.h - Passes of the calib dialect -------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_CALIB_TRANSFORMS_PASSES_H
#define QUANTC_DIALECTS_CALIB_TRANSFORMS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace quantc::calib {

#define GEN_PASS_DECL
#include "dialects/Calib/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "dialects/Calib/Transforms/Passes.h.inc"

} // namespace quantc::calib

#endif // QUANTC_DIALECTS_CALIB_TRANSFORMS_PASSES_H
