//===- Level.cpp - What a CPU level offers to kernels ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Codegen/Level.h"

#include "llvm/ADT/STLExtras.h"

using namespace quantc::codegen;

static constexpr Level kLevels[] = {
    {"reference", "", 1, 16, Dot::Scalar, false},
    {"sse4", "+sse4.1,+ssse3", 4, 16, Dot::MulAdd16, false},
    {"avx2", "+avx2,+fma,+bmi,+bmi2,+f16c", 8, 16, Dot::MulAdd16, true},
    {"avx512",
     "+avx2,+fma,+bmi,+bmi2,+f16c,+avx512f,+avx512bw,+avx512cd,+avx512dq,"
     "+avx512vl,-prefer-256-bit",
     16, 32, Dot::MulAdd16, true},
    {"avxvnni", "+avx2,+fma,+bmi,+bmi2,+f16c,+avxvnni", 8, 16, Dot::Vnni, true},
    {"vnni",
     "+avx2,+fma,+bmi,+bmi2,+f16c,+avx512f,+avx512bw,+avx512cd,+avx512dq,"
     "+avx512vl,+avx512vnni,-prefer-256-bit",
     16, 32, Dot::Vnni, true},
};

double Level::dotCycles() const {
  switch (dot) {
  case Dot::Scalar:
    return 8;
  case Dot::MulAdd16:
    return 1.2; // Two products and two sums, four vector ports.
  case Dot::Vnni:
    return 1;
  }
  return 1;
}

llvm::ArrayRef<Level> quantc::codegen::allLevels() { return kLevels; }

const Level *quantc::codegen::findLevel(llvm::StringRef name) {
  const Level *found = llvm::find_if(
      kLevels, [&](const Level &level) { return level.name == name; });
  return found == std::end(kLevels) ? nullptr : found;
}
