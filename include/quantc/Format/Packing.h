//===- Packing.h - Codes as bytes -------------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FORMAT_PACKING_H
#define QUANTC_FORMAT_PACKING_H

#include "quantc/Format/Format.h"

namespace quantc::format {

/// Codes of `bits` bits one after the other: code i has the bits [i * bits,
/// (i + 1) * bits) of a stream whose byte j has the bits [8 j, 8 j + 8), least
/// significant first. So of two nibbles the first is the low one. What is left
/// of the last byte is 0.
std::vector<uint8_t> packBits(llvm::ArrayRef<uint8_t> codes, unsigned bits);
std::vector<uint8_t> unpackBits(llvm::ArrayRef<uint8_t> bytes, unsigned bits,
                                size_t count);

/// Five digits 0, 1, 2 in a byte, the first the least significant: 1.6 bits
/// each.
std::vector<uint8_t> packBase3(llvm::ArrayRef<uint8_t> digits);
std::vector<uint8_t> unpackBase3(llvm::ArrayRef<uint8_t> bytes, size_t count);

/// Bytes that `count` codes take.
size_t packedBytes(size_t count, unsigned bits);
size_t packedBytesBase3(size_t count);

} // namespace quantc::format

#endif // QUANTC_FORMAT_PACKING_H
