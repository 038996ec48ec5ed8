//===- BitPlanes.h - Numbers of few bits as sums of 1 and -1 --*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CONVERSION_LOWBITTOKERNEL_BITPLANES_H
#define QUANTC_LIB_CONVERSION_LOWBITTOKERNEL_BITPLANES_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <optional>

namespace quantc::lowbittokernel {

/// Codes x less their zero point as
///
///   2 * x = rest + sum over planes of factors[p] * (1 or -1)
///
/// where the sign of plane p is bit `firstBit + p` of code + offset:
///
///   u2 codes, zero point 0:  2 * x = 3 + (1 or -1) + 2 * (1 or -1)
struct InputPlanes {
  llvm::SmallVector<int64_t> factors;
  int64_t rest = 0;
  int64_t offset = 0, firstBit = 0;
};

/// The planes of a tensor of codes, at most 4; none for codes of more bits.
std::optional<InputPlanes> inputPlanes(mlir::Value codes);

/// Weights w as
///
///   2 * w = sum over planes of factors[q] * (1 or -1)
///
///   1, -1:        2 * w = 2 * (1 or -1)
///   1, 0, -1:     2 * w = (1 or -1) + (1 or -1)
///   3, 1, -1, -3: 2 * w = 2 * (1 or -1) + 4 * (1 or -1)
struct WeightPlanes {
  llvm::SmallVector<int64_t> factors;
  llvm::SmallVector<uint8_t> bits; ///< [planes, weights], 1 for 1.
};

/// The planes of weights that are some number times those above.
std::optional<WeightPlanes> weightPlanes(llvm::ArrayRef<int16_t> weights);

} // namespace quantc::lowbittokernel

#endif // QUANTC_LIB_CONVERSION_LOWBITTOKERNEL_BITPLANES_H
