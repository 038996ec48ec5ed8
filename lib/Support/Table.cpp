//===- Table.cpp - A table for people -------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Support/Table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Unicode.h"
#include "llvm/Support/raw_ostream.h"
#include <cassert>
#include <cmath>

using namespace llvm;
using namespace quantc;

/// Columns on a terminal.
static unsigned widthOf(StringRef text) {
  return unsigned(std::max(0, sys::unicode::columnWidthUTF8(text)));
}

/// Bytes of the UTF-8 character at the front of a checked text.
static size_t firstCharacter(StringRef text) {
  size_t size = getNumBytesForUTF8(UTF8(text.front()));
  return std::min(size, text.size());
}

/// The longest front of `text` that takes at most `width` columns.
static StringRef frontOf(StringRef text, unsigned width) {
  size_t end = 0;
  while (end < text.size()) {
    size_t next = end + firstCharacter(text.drop_front(end));
    if (widthOf(text.take_front(next)) > width)
      break;
    end = next;
  }
  return text.take_front(end);
}

/// The longest back of `text` that takes at most `width` columns.
static StringRef backOf(StringRef text, unsigned width) {
  while (widthOf(text) > width)
    text = text.drop_front(firstCharacter(text));
  return text;
}

/// "a_very_long_name" -> "a_ve...ame" at 10 columns.
static std::string shortened(const std::string &text, unsigned widest) {
  if (widest < 5 || widthOf(text) <= widest)
    return text;
  unsigned kept = widest - 3;
  return (frontOf(text, kept - kept / 2) + "..." + backOf(text, kept / 2))
      .str();
}

std::string quantc::printableText(StringRef text) {
  std::string result;
  while (!text.empty()) {
    size_t size = firstCharacter(text);
    const auto *begin = reinterpret_cast<const UTF8 *>(text.data());
    bool good = isLegalUTF8Sequence(begin, begin + size) &&
                sys::unicode::columnWidthUTF8(text.take_front(size)) >= 0;
    if (!good)
      size = 1;
    result += good ? text.take_front(size) : StringRef("?");
    text = text.drop_front(size);
  }
  return result;
}

/// `pattern` takes a number of digits and a value.
static std::string formatted(const char *pattern, int digits, double value) {
  if (std::isnan(value))
    return "-";
  if (std::isinf(value))
    return value > 0 ? "inf" : "-inf";
  std::string text;
  raw_string_ostream(text) << format(pattern, digits, value);
  return text;
}

std::string quantc::numberText(double value, int decimals) {
  return formatted("%.*f", decimals, value);
}

std::string quantc::significantText(double value, int digits) {
  return formatted("%.*g", digits, value);
}

Table::Table(std::vector<Column> columns) : columns(std::move(columns)) {}

void Table::add(std::vector<std::string> cells) {
  assert(cells.size() == columns.size() && "a cell for every column");
  for (auto [cell, column] : zip_equal(cells, columns))
    cell = shortened(printableText(cell), column.widest);
  rows.push_back(std::move(cells));
}

void Table::print(raw_ostream &os, unsigned indent) const {
  std::vector<std::string> titles, rules;
  std::vector<unsigned> widths;
  for (auto [index, column] : enumerate(columns)) {
    unsigned width = widthOf(column.title);
    for (const std::vector<std::string> &row : rows)
      width = std::max(width, widthOf(row[index]));
    titles.push_back(column.title);
    rules.push_back(std::string(width, '-'));
    widths.push_back(width);
  }
  auto line = [&](const std::vector<std::string> &cells) {
    std::string text(indent, ' ');
    for (auto [cell, column, width] : zip_equal(cells, columns, widths)) {
      std::string blanks(width - widthOf(cell), ' ');
      text += column.right ? blanks + cell : cell + blanks;
      text += "  ";
    }
    os << StringRef(text).rtrim(' ') << "\n";
  };
  line(titles);
  line(rules);
  for (const std::vector<std::string> &row : rows)
    line(row);
}
