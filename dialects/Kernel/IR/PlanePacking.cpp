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

/// What a step's code adds to its byte of a plane.
static int64_t share(const Planes::Plane &plane, uint8_t code, int64_t step) {
  if (plane.isBase3) {
    int64_t weight = 1;
    for (int64_t i = step + 1; i < Planes::kDigitsPerByte; ++i)
      weight *= 3;
    return code * weight;
  }
  int64_t part = (code >> plane.shift) & ((1 << plane.width) - 1);
  return part << (step * plane.width);
}

/// Five digits as a number below 243 -> as a fraction of 256, minus 128.
static int8_t fraction(uint8_t digits) {
  return static_cast<int8_t>((digits * 256 + 242) / 243 - 128);
}

llvm::SmallVector<int8_t> kernel::packPlanes(llvm::ArrayRef<uint8_t> codes,
                                             int64_t outputs, int64_t depth,
                                             int64_t block, int64_t bits) {
  return packPlanes(codes, outputs, depth, block,
                    Planes::of(bits, stepsOf(block)));
}

llvm::SmallVector<int8_t> kernel::packPlanes(llvm::ArrayRef<uint8_t> codes,
                                             int64_t outputs, int64_t depth,
                                             int64_t block,
                                             const Planes &planes) {
  int64_t blocks = llvm::divideCeil(depth, block);
  llvm::SmallVector<int8_t> packed(panelsOf(outputs) * blocks * planes.bytes());
  for (int64_t o = 0; o < outputs; ++o)
    for (int64_t k = 0; k < depth; ++k) {
      int64_t step = k % block / kStep;
      int64_t start = (o / kPanel * blocks + k / block) * planes.bytes() +
                      o % kPanel * kStep + k % block % kStep;
      for (const Planes::Plane &plane : planes.planes) {
        int64_t perVector = plane.stepsPerVector();
        int64_t vector = plane.first + step / perVector;
        packed[start + vector * Planes::kVector] += static_cast<int8_t>(
            share(plane, codes[o * depth + k], step % perVector));
      }
    }
  if (planes.planes.front().isBase3)
    for (int8_t &byte : packed)
      byte = fraction(static_cast<uint8_t>(byte));
  return packed;
}
