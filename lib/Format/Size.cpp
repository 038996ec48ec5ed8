//===- Size.cpp - What weights of a format store --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Size.h"

#include "quantc/Format/Packing.h"
#include "quantc/Format/Scale.h"
#include "llvm/Support/MathExtras.h"

using namespace quantc;
using namespace quantc::format;

int64_t format::blocksPerRow(const Format &format, int64_t depth) {
  return format.isBlocked()
             ? int64_t(llvm::divideCeil(depth, format.scaling.block))
             : 1;
}

int64_t format::scaleCount(const Format &format, int64_t rows, int64_t depth) {
  if (format.scaling.granularity == Granularity::Tensor)
    return 1;
  return rows * blocksPerRow(format, depth);
}

int64_t format::fittedCount(const Format &format, int64_t rows) {
  switch (format.levels.decode) {
  case Decode::Codebook:
    return format.levels.entries;
  case Decode::Basis:
    return rows * format.levels.entries;
  default:
    return 0;
  }
}

std::optional<int64_t> format::rowBytes(const Format &format, int64_t depth) {
  switch (format.packing) {
  case Packing::Huffman:
    return std::nullopt;
  case Packing::Base3:
    return int64_t(packedBytesBase3(size_t(depth)));
  case Packing::Bits:
    break;
  }
  return int64_t(packedBytes(size_t(depth), format.levels.bits));
}

unsigned format::zeroPointBits(const Format &format) {
  return format.zeroPoint == ZeroPoint::F16 ? 16 : format.levels.bits;
}

StoredBits format::storedBits(const Format &format, int64_t rows, int64_t depth,
                              int64_t huffmanBits) {
  StoredBits bits;
  if (format.isReal()) {
    bits.codes = 32 * rows * depth;
    return bits;
  }
  std::optional<int64_t> bytes = rowBytes(format, depth);
  bits.codes = bytes ? 8 * rows * *bytes : huffmanBits;
  int64_t scales = scaleCount(format, rows, depth);
  bits.scales = scales * scaleBits(format.scaling.type) +
                (format.scaling.second ? 32 : 0);
  if (format.zeroPoint != ZeroPoint::None)
    bits.zeroPoints =
        8 * int64_t(packedBytes(size_t(scales), zeroPointBits(format)));
  bits.tables = fittedCount(format, rows) * format.levels.entryBits;
  if (format.packing == Packing::Huffman)
    bits.tables += 8 * int64_t(format.levels.entries);
  return bits;
}

StoredBits format::storedBits(const Format &format, const Encoded &encoded) {
  int64_t huffmanBits = format.packing == Packing::Huffman
                            ? 8 * int64_t(packedCodes(format, encoded).size())
                            : 0;
  return storedBits(format, encoded.rows, encoded.depth, huffmanBits);
}
