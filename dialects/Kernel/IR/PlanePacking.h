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
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"
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
///
/// Codes of three levels are digits of base 3, of which a byte takes five, of
/// steps 0 to 4. As a number of -128 to 127 it is 256 times the fraction
/// 0.d0d1d2d3d4, rounded up, minus 128: d0 tells in which third it lies, and
/// three times the byte, modulo 256, is that of d1 to d4.
struct Planes {
  /// Bytes of a vector: the channels of a panel times the taps of a step.
  static constexpr int64_t kVector = kPanel * kStep;
  static constexpr int64_t kDigitsPerByte = 5; ///< 3^5 = 243

  struct Plane {
    int64_t width; ///< Bits: 8, 4, 2 or 1.
    int64_t shift; ///< Where they stand in the code.
    int64_t first; ///< The plane's first vector in the block.
    bool isBase3 = false;

    int64_t stepsPerVector() const {
      return isBase3 ? kDigitsPerByte : 8 / width;
    }
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

  /// For codes of `levels` levels: 2^bits, or 3.
  static Planes ofLevels(size_t levels, int64_t steps) {
    if (levels != 3)
      return of(llvm::Log2_64(levels), steps);
    Planes result;
    result.planes.push_back(
        {/*width=*/8, /*shift=*/0, /*first=*/0, /*isBase3=*/true});
    result.vectors = (steps + kDigitsPerByte - 1) / kDigitsPerByte;
    return result;
  }

  /// Steps after which the pattern of shifts starts again.
  int64_t period() const { return planes.back().stepsPerVector(); }
  /// Bytes of `periods` periods.
  int64_t bytesOfPeriods(int64_t periods) const {
    int64_t count = 0;
    for (const Plane &plane : planes)
      count += periods * period() / plane.stepsPerVector();
    return count * kVector;
  }
  int64_t bytes() const { return vectors * kVector; }
};

/// Steps of a block of `block` taps.
inline int64_t stepsOf(int64_t block) { return (block + kStep - 1) / kStep; }

/// Packs codes `[outputs, depth]` to `[panel][block][Planes]`; codes that do
/// not exist are 0.
llvm::SmallVector<int8_t> packPlanes(llvm::ArrayRef<uint8_t> codes,
                                     int64_t outputs, int64_t depth,
                                     int64_t block, int64_t bits);

/// The same for any planes of a block.
llvm::SmallVector<int8_t> packPlanes(llvm::ArrayRef<uint8_t> codes,
                                     int64_t outputs, int64_t depth,
                                     int64_t block, const Planes &planes);

} // namespace quantc::kernel

#endif // QUANTC_DIALECTS_KERNEL_IR_PLANEPACKING_H
