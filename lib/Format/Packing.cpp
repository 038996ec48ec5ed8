//===- Packing.cpp - Codes as bytes ---------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Packing.h"

using namespace quantc;

static constexpr unsigned kDigitsPerByte = 5; // 3^5 = 243

size_t format::packedBytes(size_t count, unsigned bits) {
  return (count * bits + 7) / 8;
}

size_t format::packedBytesBase3(size_t count) {
  return (count + kDigitsPerByte - 1) / kDigitsPerByte;
}

std::vector<uint8_t> format::packBits(llvm::ArrayRef<uint8_t> codes,
                                      unsigned bits) {
  std::vector<uint8_t> bytes(packedBytes(codes.size(), bits), 0);
  for (size_t i = 0; i < codes.size(); ++i) {
    size_t first = i * bits;
    unsigned shifted = unsigned(codes[i]) << (first % 8);
    bytes[first / 8] |= uint8_t(shifted);
    if (shifted > 0xFF)
      bytes[first / 8 + 1] |= uint8_t(shifted >> 8);
  }
  return bytes;
}

std::vector<uint8_t> format::unpackBits(llvm::ArrayRef<uint8_t> bytes,
                                        unsigned bits, size_t count) {
  std::vector<uint8_t> codes(count);
  for (size_t i = 0; i < count; ++i) {
    size_t first = i * bits;
    unsigned window = bytes[first / 8];
    if (first / 8 + 1 < bytes.size())
      window |= unsigned(bytes[first / 8 + 1]) << 8;
    codes[i] = uint8_t((window >> (first % 8)) & ((1u << bits) - 1));
  }
  return codes;
}

std::vector<uint8_t> format::packBase3(llvm::ArrayRef<uint8_t> digits) {
  std::vector<uint8_t> bytes(packedBytesBase3(digits.size()), 0);
  for (size_t i = digits.size(); i-- > 0;)
    bytes[i / kDigitsPerByte] =
        uint8_t(bytes[i / kDigitsPerByte] * 3 + digits[i]);
  return bytes;
}

std::vector<uint8_t> format::unpackBase3(llvm::ArrayRef<uint8_t> bytes,
                                         size_t count) {
  std::vector<uint8_t> digits(count);
  unsigned rest = 0;
  for (size_t i = 0; i < count; ++i) {
    if (i % kDigitsPerByte == 0)
      rest = bytes[i / kDigitsPerByte];
    digits[i] = uint8_t(rest % 3);
    rest /= 3;
  }
  return digits;
}
