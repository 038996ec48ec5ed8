//===- Passes.h - LowBitToKernel --------------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_CONVERSION_LOWBITTOKERNEL_PASSES_H
#define QUANTC_CONVERSION_LOWBITTOKERNEL_PASSES_H

#include "mlir/Pass/Pass.h"

namespace quantc {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Conversion/LowBitToKernel/Passes.h.inc"

} // namespace quantc

#endif // QUANTC_CONVERSION_LOWBITTOKERNEL_PASSES_H
