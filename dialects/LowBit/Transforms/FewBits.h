//===- FewBits.h - Activations of fewer than 8 bits ----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_TRANSFORMS_FEWBITS_H
#define QUANTC_DIALECTS_LOWBIT_TRANSFORMS_FEWBITS_H

#include "dialects/Calib/IR/Calib.h"
#include "mlir/IR/PatternMatch.h"

namespace quantc::lowbit {

/// Whether `format`, one of activations, has fewer than 8 bits: `binary`, `u1`
/// to `u4`.
bool isFewBits(llvm::StringRef format);

/// op(observe(x)) -> op(dequantize(quantize(x))) in a format of few bits
///
/// where `op` is a contraction with constant weights, also behind data
/// movement. Everything else still reads the observer: sums of two branches,
/// pools and the like would lose as many bits without being faster. So do all
/// readers of a model's input.
void quantizeFewBits(mlir::RewriterBase &rewriter, calib::ObserveOp observe,
                     llvm::StringRef format);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_TRANSFORMS_FEWBITS_H
