//===- PlanePacking.h - Codes of few bits in memory -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_DIALECTS_KERNEL_IR_PLANEPACKING_H
#define QUANTC_DIALECTS_KERNEL_IR_PLANEPACKING_H

#include "dialects/Kernel/IR/Packing.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace quantc::kernel {

/// How a block of codes of `bits` bits is cut into planes, each of which packs
/// an equal part of several steps into a vector of one byte for each channel
/// and tap of a panel's step:
///
///   5 bits:  a plane of 4 (steps 0 and 1 share a vector, 2 and 3 ...),
///            then a plane of 1 (steps 0 to 7 share a vector)
///
/// Shifts and masks bring them back, the same ones in every byte.
struct Planes {
  /// Bytes of a vector: the channels of a panel times the taps of a step.
  static constexpr int64_t kVector = kPanel * kStep;

  struct Plane {
    int64_t width; ///< Bits: 8, 4, 2 or 1.
    int64_t shift; ///< Where they stand in the code.
    int64_t first; ///< The plane's first vector in the block.

    int64_t stepsPerVector() const { return 8 / width; }
  };
  llvm::SmallVector<Plane, 3> planes;
  int64_t vectors = 0; ///< Of a block.

  static Planes of(int64_t bits, int64_t steps) {
    Planes result;
    int64_t shift = 0;
    for (int64_t width : {8, 4, 2, 1}) {
      if (bits - shift < width)
        continue;
      result.planes.push_back({width, shift, result.vectors});
      result.vectors += (steps * width + 7) / 8;
      shift += width;
    }
    return result;
  }

  /// Steps after which the pattern of shifts starts again.
  int64_t period() const { return planes.back().stepsPerVector(); }
  int64_t bytes() const { return vectors * kVector; }
};

/// Steps of a block of `block` taps.
inline int64_t stepsOf(int64_t block) { return (block + kStep - 1) / kStep; }

/// Packs codes `[outputs, depth]` to `[panel][block][Planes]`; codes that do
/// not exist are 0.
llvm::SmallVector<int8_t> packPlanes(llvm::ArrayRef<uint8_t> codes,
                                     int64_t outputs, int64_t depth,
                                     int64_t block, int64_t bits);

} // namespace quantc::kernel

#endif // QUANTC_DIALECTS_KERNEL_IR_PLANEPACKING_H
