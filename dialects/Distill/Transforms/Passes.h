//===- Passes.h - Passes of the distill dialect -----------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_DISTILL_TRANSFORMS_PASSES_H
#define QUANTC_DIALECTS_DISTILL_TRANSFORMS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace quantc::distill {

#define GEN_PASS_DECL
#include "dialects/Distill/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "dialects/Distill/Transforms/Passes.h.inc"

} // namespace quantc::distill

#endif // QUANTC_DIALECTS_DISTILL_TRANSFORMS_PASSES_H
