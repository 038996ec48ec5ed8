//===- Decode.h - From packed codes to levels in registers -------- -*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_DECODE_H
#define QUANTC_LIB_CODEGEN_VECTOR_DECODE_H

#include "Emitter.h"
#include "dialects/Kernel/IR/Kernel.h"
#include "dialects/Kernel/IR/PlanePacking.h"

namespace quantc::codegen {

/// The codes of a few consecutive steps of one vector of channels.
class CodeVectors {
public:
  /// Loads what the planes hold of `steps` steps, a few, from `position` on:
  /// where the first of them stands in a block of `planes`.
  CodeVectors(Emitter &emit, const FlatBuffer &from,
              const kernel::Planes &planes,
              llvm::ArrayRef<mlir::Value> position, int64_t steps);

  /// One byte for each channel and tap.
  mlir::Value step(int64_t step);

private:
  /// `count` bits of every byte from bit `first` on, moved to bit `to`.
  mlir::Value bits(mlir::Value bytes, int64_t first, int64_t count, int64_t to);
  /// Digit `index` of base 3 of every byte of a vector of the only plane.
  mlir::Value digit(int64_t vector, int64_t index);

  Emitter &emit;
  const kernel::Planes &planes;
  llvm::SmallVector<llvm::SmallVector<mlir::Value>> loaded; ///< By plane.
  /// What is loaded of digits of base 3, by vector: times 1, 3, 9 ...
  llvm::SmallVector<llvm::SmallVector<mlir::Value>> tripled;
};

/// levels[code] in every byte.
mlir::Value decodeLevels(Emitter &emit, mlir::Value codes,
                         llvm::ArrayRef<int8_t> levels);

/// f32(scale) * factor for a vector of channels; the scales are stored as bits
/// of `type`. Exact but for the product.
mlir::Value loadScales(Emitter &emit, const FlatBuffer &from,
                       mlir::Value position, kernel::ScaleType type,
                       float factor);

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_DECODE_H
