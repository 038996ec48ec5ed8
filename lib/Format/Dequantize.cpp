//===- Dequantize.cpp - Codes of any format to reals -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Huffman.h"
#include "quantc/Format/Levels.h"
#include "quantc/Format/Packing.h"
#include "quantc/Format/Quantize.h"
#include "quantc/Format/Size.h"

using namespace quantc;
using namespace quantc::format;
using llvm::ArrayRef;

float format::effectiveScale(const Encoded &encoded, size_t index) {
  return float(encoded.scales[index] * encoded.second);
}

double format::levelAt(const Format &format, const Encoded &encoded,
                       int64_t row, int64_t k) {
  unsigned code = encoded.codes[size_t(row * encoded.depth + k)];
  switch (format.levels.decode) {
  case Decode::Codebook:
    return encoded.fitted[code];
  case Decode::Basis: {
    unsigned terms = format.levels.entries;
    double level = 0;
    for (unsigned term = 0; term < terms; ++term) {
      double value = encoded.fitted[size_t(row) * terms + term];
      level += (code >> term) & 1 ? value : -value;
    }
    return level;
  }
  default:
    break;
  }
  double level = levelOf(format.levels, code);
  if (format.zeroPoint != ZeroPoint::None)
    level -= encoded.zeroPoints[scaleIndex(format, encoded.depth, row, k)];
  return level;
}

std::vector<float> format::dequantize(const Format &format,
                                      const Encoded &encoded) {
  std::vector<float> values;
  values.reserve(encoded.codes.size());
  for (int64_t row = 0; row < encoded.rows; ++row)
    for (int64_t k = 0; k < encoded.depth; ++k)
      values.push_back(
          float(levelAt(format, encoded, row, k)) *
          effectiveScale(encoded, scaleIndex(format, encoded.depth, row, k)));
  return values;
}

std::vector<unsigned> format::symbolLengths(const Format &format,
                                            const Encoded &encoded) {
  if (format.packing != Packing::Huffman)
    return {};
  std::vector<double> counts(format.levels.entries, 0.0);
  for (uint8_t code : encoded.codes)
    ++counts[code];
  return huffmanLengths(counts);
}

/// Calls `pack` on the codes of each row.
template <typename Pack>
static std::vector<uint8_t> packRows(const Encoded &encoded, Pack pack) {
  std::vector<uint8_t> bytes;
  for (int64_t row = 0; row < encoded.rows; ++row) {
    std::vector<uint8_t> packed =
        pack(ArrayRef<uint8_t>(encoded.codes)
                 .slice(size_t(row * encoded.depth), size_t(encoded.depth)));
    bytes.insert(bytes.end(), packed.begin(), packed.end());
  }
  return bytes;
}

/// Two's complement -1, 0, 1 of two bits, and the digits 0, 1, 2.
static uint8_t digitOf(uint8_t code) { return uint8_t((code + 1) & 3); }
static uint8_t codeOfDigit(uint8_t digit) { return uint8_t((digit + 3) & 3); }

std::vector<uint8_t> format::packedCodes(const Format &format,
                                         const Encoded &encoded) {
  switch (format.packing) {
  case Packing::Huffman:
    return HuffmanCode(symbolLengths(format, encoded)).encode(encoded.codes);
  case Packing::Base3:
    return packRows(encoded, [](ArrayRef<uint8_t> row) {
      std::vector<uint8_t> digits;
      for (uint8_t code : row)
        digits.push_back(digitOf(code));
      return packBase3(digits);
    });
  case Packing::Bits:
    break;
  }
  return packRows(encoded, [&](ArrayRef<uint8_t> row) {
    return packBits(row, format.levels.bits);
  });
}

std::vector<uint8_t> format::unpackedCodes(const Format &format,
                                           ArrayRef<uint8_t> bytes,
                                           int64_t rows, int64_t depth,
                                           ArrayRef<unsigned> lengths) {
  if (format.packing == Packing::Huffman)
    return HuffmanCode(lengths.vec()).decode(bytes, size_t(rows * depth));
  bool isBase3 = format.packing == Packing::Base3;
  auto count = size_t(depth);
  auto bytesOfRow = size_t(*rowBytes(format, depth));
  std::vector<uint8_t> codes;
  for (int64_t row = 0; row < rows; ++row) {
    ArrayRef<uint8_t> packed =
        bytes.slice(size_t(row) * bytesOfRow, bytesOfRow);
    std::vector<uint8_t> unpacked =
        isBase3 ? unpackBase3(packed, count)
                : unpackBits(packed, format.levels.bits, count);
    if (isBase3)
      for (uint8_t &code : unpacked)
        code = codeOfDigit(code);
    codes.insert(codes.end(), unpacked.begin(), unpacked.end());
  }
  return codes;
}
