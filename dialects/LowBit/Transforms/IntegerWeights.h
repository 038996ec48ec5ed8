//===- IntegerWeights.h - Constant weights of integer contractions -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_TRANSFORMS_INTEGERWEIGHTS_H
#define QUANTC_DIALECTS_LOWBIT_TRANSFORMS_INTEGERWEIGHTS_H

#include "dialects/LowBit/Transforms/Weights.h"

namespace quantc::lowbit {

/// Weights as the integer op wants them: [O,KH,KW,C], [KH,KW,C*M] or [N,K].
struct IntegerWeights {
  llvm::SmallVector<int64_t> shape;
  mlir::quant::QuantizedType type;
  llvm::SmallVector<int8_t> codes;
  ChannelLayout layout;
  bool given = false; ///< The codes are the model's own.
  CodedConstantOp coded =
      {}; ///< The packed constant that they are decoded from.
};

/// The constant codes behind the weights operand of a float contraction. None,
/// and `reason` says why, if they are not constant codes, or if weights of one
/// output channel have several scales.
std::optional<IntegerWeights> integerWeights(mlir::Operation *contraction,
                                             llvm::StringRef &reason);

/// The constant weights of an integer contraction, decoded or not; none if they
/// are no constant. Output channels are its rows, or its columns if `isLast`.
std::optional<IntegerWeights> integerWeights(mlir::Value weights, bool isLast);

/// The codes of one output channel less their zero point, in any order.
llvm::SmallVector<int16_t> centredChannel(const IntegerWeights &weights,
                                          int64_t channel);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_TRANSFORMS_INTEGERWEIGHTS_H
