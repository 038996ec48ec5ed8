//===- Accumulator.cpp - Prove that an accumulator does not overflow ------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Accumulator.h"

#include <algorithm>
#include <cstdlib>

using namespace quantc;

uint64_t lowbit::accumulatorBound(llvm::ArrayRef<int16_t> weights, int64_t bias,
                                  const Format &input) {
  // A product of a code and a weight is below 2^17, so 2^46 of them fit in
  // int64.
  int64_t sum = 0, magnitude = 0;
  for (int64_t weight : weights) {
    sum += weight;
    magnitude += std::abs(weight);
  }
  auto bound = [&](int64_t zeroPoint, int64_t lowest, int64_t highest) {
    int64_t largest = std::max(std::abs(lowest), std::abs(highest));
    return static_cast<uint64_t>(std::abs(bias - zeroPoint * sum) +
                                 magnitude * largest);
  };
  int64_t z = input.zeroPoint(), shift = input.storageLowest;
  uint64_t centred = std::abs(bias) +
                     magnitude * std::max(z - input.lowest, input.highest - z);
  return std::max(
      {centred, bound(z, input.lowest, input.highest),
       bound(z - shift, input.lowest - shift, input.highest - shift)});
}

static uint64_t largestDistance(const lowbit::Format &format) {
  return static_cast<uint64_t>(std::max(format.highest - format.zeroPoint(),
                                        format.zeroPoint() - format.lowest));
}

uint64_t lowbit::productBound(int64_t depth, const Format &lhs,
                              const Format &rhs) {
  // Kernels see the left operand's codes as unsigned ones, and subtract their
  // zero point times the right operand at the end: two sums of this size.
  uint64_t left = (uint64_t(1) << (lhs.bits + 1)) - 2;
  return static_cast<uint64_t>(depth) * left * largestDistance(rhs);
}

bool lowbit::fitsAccumulator(uint64_t bound) {
  return bound < (uint64_t(1) << 31);
}
