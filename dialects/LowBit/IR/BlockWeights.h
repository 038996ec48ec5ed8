//===- BlockWeights.h - Packed weights as integers ---------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_IR_BLOCKWEIGHTS_H
#define QUANTC_DIALECTS_LOWBIT_IR_BLOCKWEIGHTS_H

#include "dialects/LowBit/IR/LowBit.h"
#include "quantc/Format/Quantize.h"

namespace quantc::lowbit {

/// A longer block may overflow: 255 * 128 * taps < 2^31.
constexpr int64_t kLongestBlock = 65792;

/// Weights `[outputs, depth]` as `lowbit.block_matmul` takes them: integers,
/// and a scale for each block of `block` of them along a row. The last block of
/// a row may be shorter.
struct BlockWeights {
  int64_t outputs = 0, depth = 0, block = 0;
  llvm::SmallVector<int8_t> values;
  llvm::SmallVector<float> scales; ///< [outputs, blocks()]

  int64_t blocks() const { return (depth + block - 1) / block; }
};

/// What f32(scale * factor) multiplies: `second` times the grid's unit.
float blockFactor(const format::Encoded &encoded, double unit);

/// The weights of a matrix `[outputs, depth]`; none if
/// `format::blockUnit` is none.
std::optional<BlockWeights> blockWeights(CodedConstantOp constant);

/// What a sum over the blocks starts from, for codes that count as unsigned:
///
///   f32(bias / sx - zero * sum over blocks of f64(scale) * sum of values)
///
/// in f64, blocks one after the other. `bias` has one number for each output,
/// or none.
llvm::SmallVector<float> blockStarts(const BlockWeights &weights,
                                     llvm::ArrayRef<float> bias,
                                     float inputScale, int64_t zero);

/// The largest magnitude that a sum may reach with codes of [0, 255], which has
/// to be finite; NaN or infinity if it is not.
double blockBound(const BlockWeights &weights, llvm::ArrayRef<float> starts);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_IR_BLOCKWEIGHTS_H
