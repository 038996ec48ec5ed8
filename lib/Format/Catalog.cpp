//===- Catalog.cpp - The formats that exist -------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Catalog.h"

using namespace quantc::format;
using llvm::StringRef;

namespace {

/// The number behind `prefix` in `name`, if it lies in [least, most].
std::optional<unsigned> numberAfter(StringRef name, StringRef prefix,
                                    unsigned least, unsigned most) {
  unsigned number = 0;
  if (!name.consume_front(prefix) || name.empty() || name.front() == '0' ||
      name.getAsInteger(10, number) || number < least || number > most)
    return std::nullopt;
  return number;
}

Format named(StringRef name) {
  Format format;
  format.name = name.str();
  return format;
}

void scalePerBlock(Format &format, int64_t block, ScaleType type) {
  format.scaling = {type, Granularity::Block, block, /*second=*/false};
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

std::optional<Format> real(StringRef name) {
  if (name != "f32")
    return std::nullopt;
  Format format = named(name);
  format.levels.decode = Decode::Real;
  format.levels.bits = 32;
  format.scaling.granularity = Granularity::Tensor;
  return format;
}

/// Symmetric: as many codes below 0 as above.
std::optional<Format> signedInteger(StringRef name) {
  std::optional<unsigned> bits = numberAfter(name, "i", 2, 8);
  if (!bits)
    return std::nullopt;
  Format format = named(name);
  format.levels.bits = *bits;
  format.levels.highest = (int64_t(1) << (*bits - 1)) - 1;
  format.levels.lowest = -format.levels.highest;
  format.search = *bits == 8 ? Search::AbsMax : Search::Mse;
  return format;
}

std::optional<Format> unsignedInteger(StringRef name) {
  std::optional<unsigned> bits = numberAfter(name, "u", 1, 8);
  if (!bits)
    return std::nullopt;
  Format format = named(name);
  format.levels.bits = *bits;
  format.levels.highest = (int64_t(1) << *bits) - 1;
  format.zeroPoint = ZeroPoint::Integer;
  format.search = *bits == 8 ? Search::AbsMax : Search::Mse;
  return format;
}

std::optional<Format> ternary(StringRef name) {
  if (name != "ternary")
    return std::nullopt;
  Format format = named(name);
  format.levels.bits = 2;
  format.levels.lowest = -1;
  format.levels.highest = 1;
  format.search = Search::Mse;
  return format;
}

std::optional<Format> binary(StringRef name) {
  if (name != "binary" && name != "i1")
    return std::nullopt;
  Format format = named("binary");
  format.levels.decode = Decode::Odd;
  format.levels.bits = 1;
  format.search = Search::Mse;
  return format;
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// Quantiles of N(0, 1) with an exact 0 (QLoRA, arXiv 2305.14314).
std::optional<Format> normalFloat(StringRef name) {
  if (name != "nf4")
    return std::nullopt;
  Format format = named(name);
  format.levels.decode = Decode::Table;
  format.levels.bits = 4;
  format.levels.table = {-1.0,
                         -0.6961928009986877,
                         -0.5250730514526367,
                         -0.39491748809814453,
                         -0.28444138169288635,
                         -0.18477343022823334,
                         -0.09105003625154495,
                         0.0,
                         0.07958029955625534,
                         0.16093020141124725,
                         0.24611230194568634,
                         0.33791524171829224,
                         0.44070982933044434,
                         0.5626170039176941,
                         0.7229568362236023,
                         1.0};
  scalePerBlock(format, 64, ScaleType::F16);
  return format;
}

std::optional<Format> codebook(StringRef name) {
  std::optional<unsigned> entries = numberAfter(name, "kmeans", 2, 256);
  if (!entries)
    return std::nullopt;
  Format format = named(name);
  format.levels.decode = Decode::Codebook;
  format.levels.entries = *entries;
  format.levels.bits = 1;
  while ((1u << format.levels.bits) < *entries)
    ++format.levels.bits;
  // More than a few levels would all be different 8-bit integers.
  format.levels.entryBits = *entries > 32 ? 16 : 8;
  format.search = Search::Mse;
  return format;
}

/// LQ-Nets: sums of +-b[k], as many terms as bits (arXiv 1807.10029).
std::optional<Format> learnedBasis(StringRef name) {
  std::optional<unsigned> terms = numberAfter(name, "lqnets", 1, 4);
  if (!terms)
    return std::nullopt;
  Format format = named(name);
  format.levels.decode = Decode::Basis;
  format.levels.entries = format.levels.bits = *terms;
  format.search = Search::Mse;
  return format;
}

std::optional<Format> powerOfTwo(StringRef name) {
  if (name != "pow2")
    return std::nullopt;
  Format format = named(name);
  format.levels.decode = Decode::PowerOfTwo;
  format.levels.bits = 4;
  format.scaling.type = ScaleType::PowerOfTwo;
  format.search = Search::Mse;
  return format;
}

//===----------------------------------------------------------------------===//
// Floats of few bits
//===----------------------------------------------------------------------===//

/// Sign, exponent and mantissa; `spelling` is "e2m1" and so on.
std::optional<Levels> fields(StringRef spelling) {
  struct Entry {
    StringRef spelling;
    unsigned exponent, mantissa;
    int bias;
    Special special;
  };
  static const Entry entries[] = {
      {"e2m1", 2, 1, 1, Special::None},  {"e2m3", 2, 3, 1, Special::None},
      {"e3m2", 3, 2, 3, Special::None},  {"e4m3", 4, 3, 7, Special::LastIsNan},
      {"e5m2", 5, 2, 15, Special::Ieee},
  };
  for (const Entry &entry : entries) {
    if (entry.spelling != spelling)
      continue;
    Levels levels;
    levels.decode = Decode::Fields;
    levels.bits = 1 + entry.exponent + entry.mantissa;
    levels.exponent = entry.exponent;
    levels.mantissa = entry.mantissa;
    levels.bias = entry.bias;
    levels.special = entry.special;
    return levels;
  }
  return std::nullopt;
}

/// "fp6e2m3" -> e2m3 if those are 6 bits; "fp4" is e2m1, the only one.
std::optional<Levels> fieldsOf(StringRef name, StringRef prefix) {
  if (!name.consume_front(prefix) || name.empty())
    return std::nullopt;
  unsigned bits = unsigned(name.front() - '0');
  std::optional<Levels> levels =
      fields(name == "4" ? StringRef("e2m1") : name.drop_front());
  if (!levels || levels->bits != bits || (bits == 4 && name != "4"))
    return std::nullopt;
  return levels;
}

std::optional<Format> smallFloat(StringRef name) {
  std::optional<Levels> levels = fieldsOf(name, "fp");
  if (!levels)
    return std::nullopt;
  Format format = named(name);
  format.levels = *levels;
  format.search = Search::Mse;
  return format;
}

/// OCP Microscaling 1.0: 32 values share a power of two.
std::optional<Format> microscaling(StringRef name) {
  Format format = named(name);
  if (std::optional<Levels> levels = fieldsOf(name, "mxfp")) {
    format.levels = *levels;
  } else if (name == "mxint8") {
    format.levels.lowest = -127; // OCP leaves -128 out where it can.
    format.levels.highest = 127;
    format.levels.unit = 0x1p-6;
  } else {
    return std::nullopt;
  }
  scalePerBlock(format, 32, ScaleType::E8M0);
  format.search = Search::Floor;
  return format;
}

std::optional<Format> nvidia(StringRef name) {
  if (name != "nvfp4")
    return std::nullopt;
  Format format = named(name);
  format.levels = *fields("e2m1");
  scalePerBlock(format, 16, ScaleType::E4M3);
  format.scaling.second = true;
  return format;
}

std::vector<Family> &families() {
  static std::vector<Family> list = {
      {"f32", "no codes: reals", real, {"f32"}},
      {"i2 .. i8",
       "signed integers",
       signedInteger,
       {"i8",        "i7",          "i6",          "i5",          "i4",
        "i3",        "i2",          "i4:full",     "i2:midrise",  "i8:tensor",
        "i4:tensor", "i8:b32",      "i4:b32",      "i4:b128",     "i3:b32",
        "i2:b32",    "i4:b32:bf16", "i4:b32:e8m0", "i4:b16:e4m3", "i4:pow2",
        "i4:aciq",   "i4:absmax"}},
      {"u1 .. u8",
       "unsigned integers with a zero point",
       unsignedInteger,
       {"u8", "u4", "u2", "u4:b32", "u3:b32", "u2:b32", "u4:b64:hqq"}},
      {"ternary",
       "-1, 0 and 1",
       ternary,
       {"ternary", "ternary:b128", "ternary:base3"}},
      {"binary", "-1 and 1", binary, {"binary", "binary:b128"}},
      {"nf4", "quantiles of a Gaussian", normalFloat, {"nf4", "nf4:b32"}},
      {"kmeans2 .. kmeans256",
       "numbers fitted to the tensor",
       codebook,
       {"kmeans16", "kmeans8", "kmeans256", "kmeans16:tensor",
        "kmeans16:huffman", "kmeans16:b64"}},
      {"lqnets1 .. lqnets4",
       "sums of numbers fitted to the channel, each added or subtracted",
       learnedBasis,
       {"lqnets2", "lqnets3"}},
      {"pow2", "0 and powers of two", powerOfTwo, {"pow2", "pow2:b32"}},
      {"fp4, fp6e2m3, fp6e3m2, fp8e4m3, fp8e5m2",
       "floats of few bits",
       smallFloat,
       {"fp8e4m3", "fp8e5m2", "fp6e2m3", "fp6e3m2", "fp4", "fp4:b32"}},
      {"mxfp4, mxfp6e2m3, mxfp6e3m2, mxfp8e4m3, mxfp8e5m2, mxint8",
       "OCP Microscaling: a power of two for each 32 values",
       microscaling,
       {"mxfp4", "mxfp6e2m3", "mxfp6e3m2", "mxfp8e4m3", "mxfp8e5m2", "mxint8"}},
      {"nvfp4",
       "fp4 with an 8-bit float for each 16 values and one f32",
       nvidia,
       {"nvfp4"}},
  };
  return list;
}

} // namespace

llvm::ArrayRef<Family> quantc::format::catalog() { return families(); }

void quantc::format::registerFamily(Family family) {
  families().push_back(std::move(family));
}
