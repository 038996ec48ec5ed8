//===- CarrySave.h - Counting ones in many vectors ------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_CODEGEN_VECTOR_CARRYSAVE_H
#define QUANTC_LIB_CODEGEN_VECTOR_CARRYSAVE_H

#include "Emitter.h"

#include <array>

namespace quantc::codegen {

/// Counts the ones in vectors of bits. For each position of a bit there is a
/// binary number, one digit in each of four vectors; a full adder (two
/// operations with AVX-512) puts two more vectors into a digit and gives a
/// vector of carries. Only what is carried out of the last digit, one vector in
/// 16, has its ones counted byte by byte.
class CarrySave {
public:
  static constexpr int64_t kDigits = 4, kVectors = 1 << kDigits;

  /// Nothing counted so far: digits are null.
  explicit CarrySave(Emitter &emit) : emit(&emit) {}

  /// The state between iterations of a loop that adds 16 vectors each.
  static constexpr int64_t kCarried = kDigits + 1;
  static Emitter::Carried zeros(Emitter &emit);
  CarrySave(Emitter &emit, llvm::ArrayRef<mlir::Value> carried);
  Emitter::Carried carried() const;

  void add(mlir::Value bits) { add(bits, 0); }
  /// The ones in each i32 lane. Nothing can be added after that.
  mlir::Value count();

private:
  void add(mlir::Value bits, int64_t digit);
  mlir::Value onesInBytes(mlir::Value bits, int64_t factor);

  Emitter *emit;
  std::array<mlir::Value, kDigits> digits = {}, waiting = {};
  mlir::Value sixteens; ///< In bytes.
};

/// The most vectors whose ones, in units of 16, are counted in bytes.
constexpr int64_t kMostCarrySaved = 30 * CarrySave::kVectors;

} // namespace quantc::codegen

#endif // QUANTC_LIB_CODEGEN_VECTOR_CARRYSAVE_H
