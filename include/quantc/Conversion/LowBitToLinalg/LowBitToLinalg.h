//===- LowBitToLinalg.h - lowbit to linalg ----------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_CONVERSION_LOWBITTOLINALG_LOWBITTOLINALG_H
#define QUANTC_CONVERSION_LOWBITTOLINALG_LOWBITTOLINALG_H

#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/DialectConversion.h"

namespace quantc {

/// A tensor of codes becomes a tensor of its signless storage integers; every
/// other type stays.
struct CodeTypeConverter : mlir::TypeConverter {
  CodeTypeConverter();
};

/// One pattern per lowbit op and `quant.scast`; see `convert-lowbit-to-linalg`.
void populateLowBitToLinalgPatterns(const CodeTypeConverter &converter,
                                    mlir::RewritePatternSet &patterns);

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Conversion/LowBitToLinalg/Passes.h.inc"

} // namespace quantc

#endif // QUANTC_CONVERSION_LOWBITTOLINALG_LOWBITTOLINALG_H
