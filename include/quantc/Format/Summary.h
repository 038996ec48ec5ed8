//===- Summary.h - What formats cost and lose -------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FORMAT_SUMMARY_H
#define QUANTC_FORMAT_SUMMARY_H

#include "quantc/Format/Gaussian.h"

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace quantc::format {

/// Bits that a weight takes in a matrix of [rows, depth], with scales, zero
/// points and tables. Huffman codes are those of a Gaussian.
double bitsPerWeight(const Format &format, int64_t rows, int64_t depth);

/// How many different numbers a code may stand for.
size_t levelCount(const Levels &levels);

/// Every example of the catalog, with its bits in a matrix of 4,096 x 4,096,
/// its levels, the mean squared error on N(0, 1), and how it is computed; in
/// Markdown.
void printCatalog(llvm::raw_ostream &os);

} // namespace quantc::format

#endif // QUANTC_FORMAT_SUMMARY_H
