//===- PlanePacking.cpp - Codes of few bits in memory ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Kernel/IR/PlanePacking.h"

#include "llvm/Support/MathExtras.h"

using namespace quantc;
using namespace quantc::kernel;

llvm::SmallVector<int8_t> kernel::packPlanes(llvm::ArrayRef<uint8_t> codes,
                                             int64_t outputs, int64_t depth,
                                             int64_t block, int64_t bits) {
  Planes planes = Planes::of(bits, stepsOf(block));
  int64_t blocks = llvm::divideCeil(depth, block);
  llvm::SmallVector<int8_t> packed(panelsOf(outputs) * blocks * planes.bytes());
  for (int64_t o = 0; o < outputs; ++o)
    for (int64_t k = 0; k < depth; ++k) {
      int64_t step = k % block / kStep;
      int64_t start = (o / kPanel * blocks + k / block) * planes.bytes() +
                      o % kPanel * kStep + k % block % kStep;
      for (const Planes::Plane &plane : planes.planes) {
        int64_t vector = plane.first + step / plane.stepsPerVector();
        int64_t part =
            (codes[o * depth + k] >> plane.shift) & ((1 << plane.width) - 1);
        packed[start + vector * Planes::kVector] |= static_cast<int8_t>(
            part << (step % plane.stepsPerVector() * plane.width));
      }
    }
  return packed;
}
