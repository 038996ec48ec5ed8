//===- DecodeReals.h - From packed codes to reals in registers --*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_DECODEREALS_H
#define QUANTC_LIB_CODEGEN_VECTOR_DECODEREALS_H

#include "Emitter.h"
#include "dialects/Kernel/IR/LevelRule.h"

namespace quantc::codegen {

/// levels[code] as f32, for vectors of codes with one byte for each channel and
/// tap, as `CodeVectors` gives them.
class RealLevels {
public:
  /// `table` has the levels in memory, if no rule computes them.
  RealLevels(Emitter &emit, llvm::ArrayRef<float> levels, FlatBuffer table);

  /// A vector of channels for each of the four taps.
  llvm::SmallVector<mlir::Value, 4> decode(mlir::Value codes);

private:
  mlir::Value words(mlir::Value codes, int64_t tap);
  mlir::Value code(mlir::Value codes, int64_t tap);
  mlir::Value shuffled(mlir::Value codes, int64_t tap);
  llvm::SmallVector<mlir::Value, 4> fromBytes(mlir::Value codes);
  mlir::Value affine(mlir::Value codes, int64_t tap);
  mlir::Value fields(mlir::Value codes, int64_t tap);
  mlir::Value gathered(mlir::Value codes, int64_t tap);
  mlir::Value integers(int32_t value);

  Emitter &emit;
  llvm::ArrayRef<float> levels;
  FlatBuffer table;
  std::optional<kernel::LevelRule> rule;
};

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_DECODEREALS_H
