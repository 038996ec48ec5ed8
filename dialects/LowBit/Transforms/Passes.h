//===- Passes.h - The quantize stage ----------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_TRANSFORMS_PASSES_H
#define QUANTC_DIALECTS_LOWBIT_TRANSFORMS_PASSES_H

#include "dialects/LowBit/IR/LowBit.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace quantc::lowbit {

/// Why an op stayed in float, as a discardable string attribute.
inline constexpr llvm::StringLiteral floatReason = "lowbit.float_reason";

/// On an op whose format is the model's own and not ours, so that its rounding
/// is part of what the model computes.
inline constexpr llvm::StringLiteral givenAttribute = "lowbit.given";

/// Anything to know about an op, as a discardable string attribute.
inline constexpr llvm::StringLiteral noteAttribute = "lowbit.note";

/// The calibration site whose quantized value an op's result is.
inline constexpr llvm::StringLiteral siteAttribute = "calib.site";

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "dialects/LowBit/Transforms/Passes.h.inc"

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_TRANSFORMS_PASSES_H
