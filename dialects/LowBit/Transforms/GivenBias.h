//===- GivenBias.h - The codes of a bias that a model brings along -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_TRANSFORMS_GIVENBIAS_H
#define QUANTC_DIALECTS_LOWBIT_TRANSFORMS_GIVENBIAS_H

#include "dialects/LowBit/IR/Numerics.h"
#include "dialects/LowBit/Transforms/Weights.h"

namespace quantc::lowbit {

/// The codes of a chain's bias if they have the scale f32(sx * sw[n]). They are
/// the accumulator's own integers, which the reals that they stand for, rounded
/// to f32, give only up to 2^22. None for any other bias.
std::optional<llvm::SmallVector<int32_t>>
givenBias(const ContractionChain &chain, const Format &input,
          const Format &weights);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_TRANSFORMS_GIVENBIAS_H
