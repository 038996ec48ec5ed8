//===- Passes.h - Passes of the check dialect -------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_CHECK_TRANSFORMS_PASSES_H
#define QUANTC_DIALECTS_CHECK_TRANSFORMS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace quantc::check {

#define GEN_PASS_DECL
#include "dialects/Check/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "dialects/Check/Transforms/Passes.h.inc"

} // namespace quantc::check

#endif // QUANTC_DIALECTS_CHECK_TRANSFORMS_PASSES_H
