//===- Accumulator.h - Prove that an accumulator does not overflow --*- C++
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_LOWBIT_IR_ACCUMULATOR_H
#define QUANTC_DIALECTS_LOWBIT_IR_ACCUMULATOR_H

#include "dialects/LowBit/IR/Numerics.h"
#include "llvm/ADT/ArrayRef.h"

namespace quantc::lowbit {

/// A bound on |accumulator| of one output channel over all inputs, all orders
/// of summation and the forms in which the sum is computed:
///
///   bias + sum (x - zx) * w       |bias| + sum max_x |(x - zx) * w|
///   bias' + sum x * w             |bias'| + sum max_x |x * w|
///                                 with bias' = bias - zx * sum w
///
/// for codes x in [lowest, highest] of `input`, and the second also for signed
/// codes that were made unsigned by adding 128 to x and zx. If the bound is
/// below 2^31, no int32 overflows in any of them. `weights` is the channel's
/// row of codes, less their zero point. A kernel may split a weight into
/// several of the same sign, which leaves the bound as it is.
uint64_t accumulatorBound(llvm::ArrayRef<int16_t> weights, int64_t bias,
                          const Format &input);

/// The same for a sum of `depth` products (a - za) * (b - zb) of any codes, in
/// the forms sum (a - za) * (b - zb) and sum a * (b - zb) - za * sum (b - zb).
uint64_t productBound(int64_t depth, const Format &lhs, const Format &rhs);

/// True if the bound is below 2^31.
bool fitsAccumulator(uint64_t bound);

} // namespace quantc::lowbit

#endif // QUANTC_DIALECTS_LOWBIT_IR_ACCUMULATOR_H
