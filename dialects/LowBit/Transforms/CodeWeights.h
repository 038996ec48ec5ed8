//===- CodeWeights.h - Weights of layers as packed constants ----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_TRANSFORMS_CODEWEIGHTS_H
#define QUANTC_DIALECTS_LOWBIT_TRANSFORMS_CODEWEIGHTS_H

#include "dialects/LowBit/Transforms/Weights.h"
#include "mlir/IR/PatternMatch.h"
#include "quantc/Format/Format.h"

namespace quantc::lowbit {

/// op(x, w) -> op(x, decode(coded constant)), where w are the `values` of the
/// contraction's weights in their order, all finite. A scale for a channel, or
/// for the tensor, is at least |bias| / (inputScale * 2^30), so that a bias
/// fits in int32 steps of it; that of a channel of zeros suits its bias.
/// `inputScale` is 0 if the input has none.
void codeWeights(mlir::RewriterBase &rewriter, mlir::Operation *contraction,
                 const format::Format &format, llvm::ArrayRef<float> values,
                 llvm::ArrayRef<double> bias, double inputScale);

/// The packed weights that `value` is decoded from, seen through reshapes; null
/// if there are none.
CodedConstantOp codedWeightsBehind(mlir::Value value);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_TRANSFORMS_CODEWEIGHTS_H
