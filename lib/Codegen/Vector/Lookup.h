//===- Lookup.h - Tables of 256 bytes, by vectors of codes ------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_LOOKUP_H
#define QUANTC_LIB_CODEGEN_VECTOR_LOOKUP_H

#include "Emitter.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace quantc::codegen {

/// A table of 256 bytes in registers, as the level's shuffles want it; in
/// memory where there are no vectors.
class Lookup {
public:
  /// Whether `op` reads a table that a Lookup can hold, at a place that is
  /// computed from an integer.
  static bool canReplace(mlir::memref::LoadOp op);

  /// Loads the table in front of the emitter's place.
  Lookup(Emitter &emit, mlir::Value memory);

  /// table[code] for each of `codes`, bytes without sign.
  mlir::Value at(mlir::Value codes) const;

private:
  mlir::Value inMemory(mlir::Value codes) const;
  mlir::Value inWords(mlir::Value codes) const;
  mlir::Value inRows(mlir::Value codes) const;
  /// Codes that one shuffle takes.
  int64_t width() const;

  Emitter *emit;
  FlatBuffer table;
  llvm::SmallVector<mlir::Value> parts;
};

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_LOOKUP_H
