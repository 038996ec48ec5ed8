//===- Placement.h - Where buffers lie in an arena --------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_PROGRAM_PLACEMENT_H
#define QUANTC_LIB_CODEGEN_PROGRAM_PLACEMENT_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>

namespace quantc::codegen {

/// Memory that is needed from one position of a program to another, both
/// included.
struct ArenaBlock {
  int64_t bytes;
  /// What may be read behind it, so that the arena must not end there.
  int64_t slack;
  unsigned first, last;
  int64_t offset = 0;

  bool livesWith(const ArenaBlock &other) const {
    return first <= other.last && other.first <= last;
  }
};

/// Gives every block its offset, so that those that live together are apart.
/// Returns the bytes of the arena. The same blocks get the same offsets.
int64_t place(llvm::MutableArrayRef<ArenaBlock> blocks);

/// The largest sum of blocks that live together, below which no arena gets.
int64_t largestLiveSet(llvm::ArrayRef<ArenaBlock> blocks);

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_PROGRAM_PLACEMENT_H
