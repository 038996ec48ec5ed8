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
#include "quantc/Format/Packing.h"
#include "quantc/Format/Quantize.h"
#include "quantc/Format/Scale.h"
#include "quantc/Format/Spelling.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace quantc;
using namespace quantc::format;

/// The mean length of a Huffman code for the best codebook's indices.
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

static double codeBits(const Format &format, int64_t depth) {
  switch (format.packing) {
  case Packing::Huffman:
    return huffmanBits(format.levels.entries);
  case Packing::Base3:
    return 8.0 * double(packedBytesBase3(size_t(depth))) / double(depth);
  case Packing::Bits:
    break;
  }
  return 8.0 * double(packedBytes(size_t(depth), format.levels.bits)) /
         double(depth);
}

double format::bitsPerWeight(const Format &format, int64_t rows,
                             int64_t depth) {
  if (format.isReal())
    return 32;
  double count = double(rows) * double(depth);
  double scales = format.scaling.granularity == Granularity::Tensor
                      ? 1.0
                      : double(rows * blocksPerRow(format, depth));
  double extra = scales * scaleBits(format.scaling.type);
  if (format.zeroPoint != ZeroPoint::None)
    extra += scales * zeroPointBits(format);
  if (format.scaling.second)
    extra += 32;
  if (format.levels.decode == Decode::Codebook)
    extra += format.levels.entries * format.levels.entryBits;
  if (format.levels.decode == Decode::Basis)
    extra += double(rows) * format.levels.entries * format.levels.entryBits;
  if (format.packing == Packing::Huffman)
    extra += 8 * format.levels.entries;
  return codeBits(format, depth) + extra / count;
}

size_t format::levelCount(const Levels &levels) {
  if (levels.decode == Decode::Codebook)
    return levels.entries;
  if (levels.decode == Decode::Basis)
    return size_t(1) << levels.entries;
  return finiteLevels(levels).size();
}

bool format::hasIntegerForm(const Format &format) {
  return integerUnit(format).has_value();
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
         << " | " << (hasIntegerForm(format) ? "i8" : "f32") << " |\n";
    }
}
