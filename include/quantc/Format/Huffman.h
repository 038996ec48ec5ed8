//===- Huffman.h - Prefix codes for indices ---------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FORMAT_HUFFMAN_H
#define QUANTC_FORMAT_HUFFMAN_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <vector>

namespace quantc::format {

/// Lengths, in bits, of a canonical Huffman code for symbols with these
/// weights: the least mean length of any prefix code. A symbol of weight 0 has
/// no code (length 0); a symbol that is alone has length 1.
std::vector<unsigned> huffmanLengths(llvm::ArrayRef<double> weights);

/// A canonical code: symbols are ordered by length, then by number. Sent most
/// significant bit first into bytes filled from their most significant bit.
class HuffmanCode {
public:
  explicit HuffmanCode(std::vector<unsigned> lengths);

  /// `symbols` must have codes.
  std::vector<uint8_t> encode(llvm::ArrayRef<uint8_t> symbols) const;
  std::vector<uint8_t> decode(llvm::ArrayRef<uint8_t> bytes,
                              size_t count) const;
  size_t bits(llvm::ArrayRef<uint8_t> symbols) const;
  llvm::ArrayRef<unsigned> lengths() const { return ofSymbol; }

private:
  std::vector<unsigned> ofSymbol;
  std::vector<uint64_t> words;
};

} // namespace quantc::format

#endif // QUANTC_FORMAT_HUFFMAN_H
