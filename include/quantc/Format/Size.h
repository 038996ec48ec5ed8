//===- Size.h - What weights of a format store ------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FORMAT_SIZE_H
#define QUANTC_FORMAT_SIZE_H

#include "quantc/Format/Quantize.h"

namespace quantc::format {

/// Blocks of a row of `depth` weights, the last of which may be shorter; 1 for
/// formats without blocks.
int64_t blocksPerRow(const Format &format, int64_t depth);

/// The scales of a matrix [rows, depth], without the second level; as many zero
/// points, if the format has them.
int64_t scaleCount(const Format &format, int64_t rows, int64_t depth);

/// The levels that are fitted to a matrix of so many rows.
int64_t fittedCount(const Format &format, int64_t rows);

/// The bytes of a row of codes; none of a Huffman code, whose length depends on
/// the codes.
std::optional<int64_t> rowBytes(const Format &format, int64_t depth);

/// Bits of a stored zero point.
unsigned zeroPointBits(const Format &format);

/// Bits that are stored, exactly.
struct StoredBits {
  int64_t codes = 0, scales = 0, zeroPoints = 0, tables = 0;
  int64_t total() const { return codes + scales + zeroPoints + tables; }
};

/// Codes of each row end on a whole byte; Huffman codes run through, and a byte
/// for the length of each symbol counts as a table. Zero points are packed like
/// codes, all together.
StoredBits storedBits(const Format &format, const Encoded &encoded);

/// The same for a matrix whose values are not known; `huffmanBits` are those of
/// all its codes, if they are of that kind.
StoredBits storedBits(const Format &format, int64_t rows, int64_t depth,
                      int64_t huffmanBits = 0);

} // namespace quantc::format

#endif // QUANTC_FORMAT_SIZE_H
