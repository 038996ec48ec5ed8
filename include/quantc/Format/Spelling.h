//===- Spelling.h - Formats as text -----------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FORMAT_SPELLING_H
#define QUANTC_FORMAT_SPELLING_H

#include "quantc/Format/Format.h"
#include "llvm/Support/Error.h"

namespace quantc::format {

/// Parses NAME[:MODIFIER]... Modifiers in any order:
///
///   tensor, axis, b16 .. b256       how many values share a scale
///   f32, f16, bf16, e8m0, e4m3, pow2    the type of the scale
///   narrow, full, midrise           the range of signed integers
///   absmax, floor, mse, aciq, hqq   how the scale is chosen
///   base3, huffman                  how the codes are stored
///
/// The result's `name` is the shortest spelling. An error says what was wrong
/// and lists what exists.
llvm::Expected<Format> parse(llvm::StringRef text);

/// "i2 .. i8, u1 .. u8, ternary, ...": the patterns of the catalog.
std::string knownFormats();

llvm::StringRef spell(ScaleType type);
llvm::StringRef spell(Search search);

} // namespace quantc::format

#endif // QUANTC_FORMAT_SPELLING_H
