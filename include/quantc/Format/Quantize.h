//===- Quantize.h - Reals to codes of any format, and back ------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FORMAT_QUANTIZE_H
#define QUANTC_FORMAT_QUANTIZE_H

#include "quantc/Format/Format.h"
#include "llvm/Support/Error.h"

namespace quantc::format {

/// Values of a matrix [rows, depth] as codes of a format. A row is an output
/// channel, and blocks lie within rows; the last block of a row may be shorter.
struct Encoded {
  int64_t rows = 0, depth = 0;
  /// One for each value, as `levelOf` takes them.
  std::vector<uint8_t> codes;
  /// One for the tensor, one for each row, or [rows, blocks]; as rounded to the
  /// format's type of scales.
  std::vector<double> scales;
  /// As many as scales, or none.
  std::vector<float> zeroPoints;
  /// The one that all scales are multiplied by.
  double second = 1;
  /// Codebook: its levels, ascending. Basis: [rows, terms].
  std::vector<double> fitted;
};

/// Bounds that a scale for a row or a tensor has to keep besides fitting the
/// values; one for each row, or none. Blocks have none.
struct RowLimits {
  llvm::ArrayRef<double> least;   ///< A scale is at least this.
  llvm::ArrayRef<double> ifEmpty; ///< The scale of a row of zeros.
};

/// The index of the scale of value `k` in row `row`.
size_t scaleIndex(const Format &format, int64_t depth, int64_t row, int64_t k);

/// Chooses scales, zero points and fitted levels as the format says, and rounds
/// each value to the nearest level. `values` are finite, `rows` of equal
/// length.
Encoded quantize(const Format &format, llvm::ArrayRef<float> values,
                 int64_t rows, RowLimits limits = {});

/// f32(scale * second), as all arithmetic uses it.
float effectiveScale(const Encoded &encoded, size_t index);

/// The level of one value less its zero point: what the scale multiplies.
double levelAt(const Format &format, const Encoded &encoded, int64_t row,
               int64_t k);

/// f32(level - zero point) *. f32(scale * second) for every value.
std::vector<float> dequantize(const Format &format, const Encoded &encoded);

/// Of a Huffman code for what is encoded, by symbol; else nothing.
std::vector<unsigned> symbolLengths(const Format &format,
                                    const Encoded &encoded);

/// The codes as they are stored, rows one after the other, and the inverse.
std::vector<uint8_t> packedCodes(const Format &format, const Encoded &encoded);
std::vector<uint8_t> unpackedCodes(const Format &format,
                                   llvm::ArrayRef<uint8_t> bytes, int64_t rows,
                                   int64_t depth,
                                   llvm::ArrayRef<unsigned> lengths = {});

} // namespace quantc::format

#endif // QUANTC_FORMAT_QUANTIZE_H
