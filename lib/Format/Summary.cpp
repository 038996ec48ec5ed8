//===- Summary.cpp - What formats cost and lose ---------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Summary.h"

#include "quantc/Format/Catalog.h"
#include "quantc/Format/Huffman.h"
#include "quantc/Format/Levels.h"
#include "quantc/Format/Size.h"
#include "quantc/Format/Spelling.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace quantc;
using namespace quantc::format;

/// The mean length of a Huffman code for the best codebook's indices.
/// What a layer computes with whose input has codes of 8 bits.
static llvm::StringRef arithmeticOf(const Format &format) {
  llvm::StringRef reason;
  if (integerUnit(format))
    return "i8";
  return format.isBlocked() && blockUnit(format, reason) ? "i8, packed" : "f32";
}

static double huffmanBits(unsigned entries) {
  std::vector<double> levels = lloydMax(entries), masses;
  double before = 0;
  for (size_t i = 0; i < levels.size(); ++i) {
    double bound =
        i + 1 < levels.size() ? (levels[i] + levels[i + 1]) / 2 : 40.0;
    double now = std::erfc(-bound * M_SQRT1_2) / 2;
    masses.push_back(now - before);
    before = now;
  }
  double bits = 0;
  std::vector<unsigned> lengths = huffmanLengths(masses);
  for (size_t i = 0; i < masses.size(); ++i)
    bits += masses[i] * lengths[i];
  return bits;
}

double format::bitsPerWeight(const Format &format, int64_t rows,
                             int64_t depth) {
  double count = double(rows) * double(depth), huffman = 0;
  if (format.packing == Packing::Huffman)
    huffman = huffmanBits(format.levels.entries) * count;
  StoredBits bits = storedBits(format, rows, depth, std::llround(huffman));
  return double(bits.total()) / count;
}

size_t format::levelCount(const Levels &levels) {
  if (levels.decode == Decode::Codebook)
    return levels.entries;
  if (levels.decode == Decode::Basis)
    return size_t(1) << levels.entries;
  return finiteLevels(levels).size();
}

void format::printCatalog(llvm::raw_ostream &os) {
  os << "| format | what | bits | levels | error | dB | arithmetic |\n"
     << "|---|---|---|---|---|---|---|\n";
  for (const Family &family : catalog())
    for (const std::string &name : family.examples) {
      llvm::Expected<Format> parsed = parse(name);
      if (!parsed) {
        llvm::consumeError(parsed.takeError());
        continue;
      }
      const Format &format = *parsed;
      os << "| `" << name << "` | " << family.summary << " | "
         << llvm::format("%.3f", bitsPerWeight(format, 4096, 4096)) << " | ";
      if (format.isReal()) {
        os << "| | | f32 |\n";
        continue;
      }
      GaussianError error = gaussianError(format);
      os << levelCount(format.levels) << " | "
         << llvm::format("%.3e", error.meanSquare);
      if (error.standardError > 0)
        os << llvm::format(" ± %.0e", error.standardError);
      os << " | " << llvm::format("%.2f", -10 * std::log10(error.meanSquare))
         << " | " << arithmeticOf(format) << " |\n";
    }
}
