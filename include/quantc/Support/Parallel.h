//===- Parallel.h - Marks of work for several threads -----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_PARALLEL_H
#define QUANTC_SUPPORT_PARALLEL_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace quantc {

/// On an `scf.for` of step 1 whose iterations may run in any order, and side by
/// side: an integer, the number of iterations, or the largest one if the bounds
/// are not constant.
inline constexpr llvm::StringLiteral kUnitsAttrName = "quantc.units";

/// Beside it, for estimates: a float, the average number of iterations.
inline constexpr llvm::StringLiteral kTripsAttrName = "quantc.trips";

/// Beside it, where one iteration writes again what the iteration before it has
/// written, so that one thread has to do both: an integer, its number.
inline constexpr llvm::StringLiteral kTogetherAttrName = "quantc.together";

/// On a function that can compute a part of its work, from its second to last
/// argument up to its last one, both i64 and in units of 1 / `kWhole`: an
/// integer, into how many parts it is worth dividing.
inline constexpr llvm::StringLiteral kPartsAttrName = "quantc.parts";
inline constexpr int kWholeBits = 32;
inline constexpr int64_t kWhole = int64_t(1) << kWholeBits;

} // namespace quantc

#endif // QUANTC_SUPPORT_PARALLEL_H
