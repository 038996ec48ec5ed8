//===- Programs.h - Programs that are run at every level --------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_TEST_UNIT_CODEGEN_PROGRAMS_H
#define QUANTC_TEST_UNIT_CODEGEN_PROGRAMS_H

#include "llvm/ADT/ArrayRef.h"
#include <random>
#include <string>
#include <vector>

namespace quantc {

/// Draws sizes and codes; a test's seed is part of what it prints on failure.
class Draw {
public:
  explicit Draw(unsigned seed) : generator(seed) {}

  int64_t between(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(generator);
  }
  bool coin() { return between(0, 1) == 1; }

  /// `dense<"0x..."> : tensor<...xi8>` of codes in [-127, 127], a quarter of
  /// them extreme; `dimensions` is the shape as that function writes it.
  std::string codes(int64_t count, llvm::StringRef dimensions);
  /// The same of codes that are all -128 or 127.
  std::string extremes(int64_t count, llvm::StringRef dimensions);
  /// `dense<"0x...">` of 256 codes.
  std::string table();
  /// `dense<[...]>` of that many i32.
  std::string biases(int64_t count);
  /// Values for an f32 input, some of them far outside any code's range.
  std::vector<float> reals(int64_t count);
  /// Values beyond both ends of any code's range, most of them the upper one.
  std::vector<float> extremeReals(int64_t count);

private:
  std::mt19937 generator;
};

/// "2x3x4x"
std::string dimensions(llvm::ArrayRef<int64_t> shape);

/// Lowers `text` (a module with one public function of one f32 input and one
/// f32 output) for the scalar reference and for every level that this machine
/// runs, feeds all of them `input`, and expects the same bytes of all.
void expectSameBytes(llvm::StringRef text, llvm::ArrayRef<float> input);

/// Expects `text` to compute `expected` from `input` to the byte, at every
/// level that this machine runs.
void expectBytes(llvm::StringRef text, llvm::ArrayRef<float> input,
                 llvm::ArrayRef<float> expected);

/// Runs `text` at `level` on `input`, with multiply-adds fused if `contract`.
std::vector<float> runProgram(llvm::StringRef text, llvm::StringRef level,
                              llvm::ArrayRef<float> input, bool contract);

/// Runs `text` at `level` on each of `inputs`; nothing if this machine does not
/// run the level.
std::vector<std::vector<float>>
runProgram(llvm::StringRef text, llvm::StringRef level,
           llvm::ArrayRef<std::vector<float>> inputs);

} // namespace quantc

#endif // QUANTC_TEST_UNIT_CODEGEN_PROGRAMS_H
