//===- Patterns.h - Patterns of convert-lowbit-to-kernel --------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CONVERSION_LOWBITTOKERNEL_PATTERNS_H
#define QUANTC_LIB_CONVERSION_LOWBITTOKERNEL_PATTERNS_H

#include "mlir/IR/PatternMatch.h"

namespace quantc::lowbittokernel {

/// Products of few bits by exclusive or and counting, where that is faster.
void populateBinary(mlir::RewritePatternSet &patterns);

/// Products of packed weights, and the patches that they read.
void populateBlockMatmul(mlir::RewritePatternSet &patterns);

/// Sums become a part of the convolutions that are kernels already.
void populateResidual(mlir::RewritePatternSet &patterns);

} // namespace quantc::lowbittokernel

#endif // QUANTC_LIB_CONVERSION_LOWBITTOKERNEL_PATTERNS_H
