//===- Weights.h - Weights of contractions ----------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_TRANSFORMS_WEIGHTS_H
#define QUANTC_DIALECTS_LOWBIT_TRANSFORMS_WEIGHTS_H

#include "dialects/LowBit/Transforms/Constants.h"

namespace quantc::lowbit {

/// True for the float ops that have weights: conv2d, depthwise_conv2d, matmul.
bool isContraction(mlir::Operation *op);

/// True for an op that computes new numbers in f32.
bool computesFloat(mlir::Operation *op);

/// True if it is settled already that `op` stays in float.
bool staysFloat(mlir::Operation *op);

/// Where an output channel's weights lie in the weights of a contraction:
/// one row after the other (conv2d), or side by side (depthwise_conv2d,
/// matmul).
struct ChannelLayout {
  int64_t channels;
  int64_t elements;
  bool isLast;

  int64_t channelOf(int64_t element) const {
    return isLast ? element % channels : element / (elements / channels);
  }
};
ChannelLayout channelLayout(mlir::Operation *contraction);

/// contraction -> [reshape] -> [add of one constant for each channel] ->
/// [clamp], where each value but the last has one use.
struct ContractionChain {
  mlir::Operation *contraction = nullptr;
  mlir::tosa::ReshapeOp reshape;
  mlir::tosa::AddOp add;
  mlir::tosa::ClampOp clamp;
  llvm::SmallVector<float> addend;
};

/// The chain that ends in `end`; none if it does not start at a contraction.
std::optional<ContractionChain> matchChain(mlir::Value end);

/// The last value of the chain that starts at `contraction`, without a clamp.
mlir::Value endOfChain(mlir::Operation *contraction);

/// The bias of every output channel: of the op itself, and what `chain` adds.
/// None if the op's own bias is not constant.
std::optional<llvm::SmallVector<double>>
channelBias(const ContractionChain &chain);

/// The symmetric scale of every channel for the codes [-127, 127]:
///
///   scale = max |w| / 127          at least 2^-40 of the largest one
///   |bias| <= inputScale * scale * 2^30   else the scale is raised
///
/// A channel of zeros gets |bias| / (inputScale * 2^24), in which its bias is
/// as good as exact, or 1 if it has none. `inputScale` 0 leaves the bias out.
/// All are equal if `perAxis` is false.
llvm::SmallVector<double> chooseWeightScales(llvm::ArrayRef<float> weights,
                                             const ChannelLayout &layout,
                                             llvm::ArrayRef<double> bias,
                                             double inputScale, bool perAxis);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_TRANSFORMS_WEIGHTS_H
