//===- StoreResults.h - From a tile's sums to memory ------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_STORERESULTS_H
#define QUANTC_LIB_CODEGEN_VECTOR_STORERESULTS_H

#include "Epilogue.h"

namespace quantc::codegen {

/// One vector of sums, and where its results go.
struct Result {
  mlir::Value sums;
  mlir::Value scale;         ///< Null: none.
  int64_t offset;            ///< From the corner.
  int64_t count;             ///< Lanes that are stored.
  mlir::Value residual = {}; ///< Codes that are added; null: none.
};

/// Stores `epilogue(sums)` at `corner + offset` of each result. The codes of up
/// to four vectors are rounded and packed together: with saturation by the
/// packing, an instruction or two per vector less than one by one.
void storeResults(Emitter &emit, const Epilogue &epilogue, const FlatBuffer &to,
                  mlir::Value corner, llvm::ArrayRef<Result> results);

/// Whether the codes of an epilogue are packed, with saturation.
bool packsCodes(Emitter &emit, const Epilogue &epilogue);

/// Stores four results as `packsCodes` allows at `position`: four lanes of the
/// first, then four of the second, third and fourth, and so on.
void storeInterleaved(Emitter &emit, const Epilogue &epilogue,
                      const FlatBuffer &to, mlir::Value position,
                      llvm::ArrayRef<Result> results);

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_STORERESULTS_H
