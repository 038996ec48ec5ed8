//===- Level.h - What a CPU level offers to kernels -------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_CODEGEN_LEVEL_H
#define QUANTC_CODEGEN_LEVEL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace quantc::codegen {

/// How four u8 x s8 products are added to an int32 lane.
enum class Dot {
  Scalar,   ///< One product after the other; any target.
  MulAdd16, ///< `pmaddwd` on bytes widened to i16; never saturates.
  Vnni      ///< `vpdpbusd`, of 512 bits or (AVX-VNNI) 256.
};

/// A CPU level, as far as kernels care. All levels give the same bytes for
/// integers; f32 sums too, unless multiply-adds are contracted.
struct Level {
  llvm::StringLiteral name;
  llvm::StringLiteral features; ///< LLVM target features.
  int64_t lanes;                ///< 32-bit lanes of a register.
  int64_t registers;            ///< Vector registers.
  Dot dot;
  bool fma;

  /// Estimated cycles of one register-wide dot step (four taps).
  double dotCycles() const;
};

/// The level of that name, or null.
const Level *findLevel(llvm::StringRef name);

/// All levels, each faster than the one before it.
llvm::ArrayRef<Level> allLevels();

} // namespace quantc::codegen

#endif // QUANTC_CODEGEN_LEVEL_H
