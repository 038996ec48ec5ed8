//===- BitPacking.cpp - Rows of bits in memory ------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Kernel/IR/BitPacking.h"

using namespace quantc;

llvm::SmallVector<int8_t> kernel::packBits(llvm::ArrayRef<uint8_t> bits,
                                           int64_t outputs, const Runs &runs,
                                           int64_t planes) {
  int64_t words = wordsOf(runs), perRun = runs.steps(kWordTaps);
  int64_t taps = runs.count() * runs.length;
  llvm::SmallVector<int8_t> packed(
      panelsOf(outputs) * planes * words * kPanel * kStep, 0);
  for (int64_t plane = 0; plane < planes; ++plane)
    for (int64_t o = 0; o < outputs; ++o)
      for (int64_t tap = 0; tap < taps; ++tap) {
        int64_t inRun = tap % runs.length;
        int64_t word = tap / runs.length * perRun + inRun / kWordTaps;
        int64_t row = (o / kPanel * planes + plane) * words + word;
        int64_t byte = (row * kPanel + o % kPanel) * kStep + inRun / 8 % kStep;
        packed[byte] |= static_cast<int8_t>(
            bits[(plane * outputs + o) * taps + tap] << (inRun % 8));
      }
  return packed;
}
