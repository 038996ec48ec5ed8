//===- BitPacking.h - Rows of bits in memory ------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_KERNEL_IR_BITPACKING_H
#define QUANTC_DIALECTS_KERNEL_IR_BITPACKING_H

#include "dialects/Kernel/IR/Packing.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace quantc::kernel {

/// Taps whose bits share a word: as many bytes as a step of codes has, so that
/// words of bits and steps of codes are read alike.
constexpr int64_t kWordTaps = 8 * kStep;

/// Words of a row of bits; every run begins a word.
inline int64_t wordsOf(const Runs &runs) {
  return runs.count() * runs.steps(kWordTaps);
}

/// Packs bits (0 or 1) `[planes][outputs][taps]`, runs of taps one after the
/// other, to
///
///   [panel][plane][word][channel of the panel][byte of the word]
///
/// with zeros where a channel or tap does not exist.
llvm::SmallVector<int8_t> packBits(llvm::ArrayRef<uint8_t> bits,
                                   int64_t outputs, const Runs &runs,
                                   int64_t planes);

} // namespace quantc::kernel

#endif // QUANTC_DIALECTS_KERNEL_IR_BITPACKING_H
