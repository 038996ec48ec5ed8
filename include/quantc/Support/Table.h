//===- Table.h - A table for people -----------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_SUPPORT_TABLE_H
#define QUANTC_SUPPORT_TABLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace quantc {

/// Plain text in columns, two blanks apart, under a ruled line of titles:
///
///   layer  op    SQNR dB
///   -----  ----  -------
///   conv1  conv    41.20
class Table {
public:
  struct Column {
    std::string title;
    bool right = false;  // Numbers are aligned to the right.
    unsigned widest = 0; // Longer cells lose their middle; 0 is no limit.
  };

  explicit Table(std::vector<Column> columns);

  /// One cell per column. Control characters are shown as '?'.
  void add(std::vector<std::string> cells);

  /// Every line begins with `indent` blanks and has none at its end.
  void print(llvm::raw_ostream &os, unsigned indent = 0) const;

private:
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

/// `value` with `decimals` digits behind the point; "inf", "-inf" and "-" for
/// NaN, which stands for "not known".
std::string numberText(double value, int decimals);

/// `value` with so many significant digits, however small or large.
std::string significantText(double value, int digits);

/// `text` with control characters and broken UTF-8 shown as '?'.
std::string printableText(llvm::StringRef text);

} // namespace quantc

#endif // QUANTC_SUPPORT_TABLE_H
