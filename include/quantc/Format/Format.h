//===- Format.h - What a format of few bits consists of ---------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FORMAT_FORMAT_H
#define QUANTC_FORMAT_FORMAT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quantc::format {

/// How a code becomes a level, the number that it stands for without its scale.
enum class Decode {
  Real,       ///< f32 itself; no codes.
  Integer,    ///< The integers [lowest, highest], times `unit`.
  Odd,        ///< The odd integers from -(2^bits - 1); no zero ("mid-rise").
  PowerOfTwo, ///< 0 and +-2^k.
  Fields,     ///< Sign, exponent, mantissa.
  Table,      ///< Numbers that the format lists.
  Codebook,   ///< Numbers that are fitted to a tensor.
  Basis,      ///< Sums of +-b[k], where b is fitted to each channel.
};

/// What the codes of a float format at the end of its range stand for.
enum class Special { None, LastIsNan, Ieee };

/// What a code stands for, and how many bits it has.
struct Levels {
  Decode decode = Decode::Integer;
  unsigned bits = 8;
  /// Integer: the codes in use.
  int64_t lowest = 0, highest = 0;
  double unit = 1;
  /// Fields: their widths, and what the exponent's smallest normal code is
  /// below 2^0.
  unsigned exponent = 0, mantissa = 0;
  int bias = 0;
  Special special = Special::None;
  /// Table: one level for each code, ascending.
  std::vector<double> table;
  /// Codebook: how many levels are fitted, and in how many bits each is kept:
  /// 8 (an integer) or 16 (an f16). Basis: how many terms, 8 bits each.
  unsigned entries = 0, entryBits = 8;
};

enum class ScaleType { F32, F16, BF16, E8M0, E4M3, PowerOfTwo };

/// How many values share a scale.
enum class Granularity { Tensor, Axis, Block };

struct Scaling {
  ScaleType type = ScaleType::F32;
  Granularity granularity = Granularity::Axis;
  int64_t block = 0;   ///< Values along the reduction, of Granularity::Block.
  bool second = false; ///< All scales are multiplied by one more, an f32.
};

enum class ZeroPoint {
  None,
  Integer, ///< A code, in as many bits as one.
  F16,     ///< Any number: what `Search::Hqq` finds is rarely an integer.
};

/// How a scale is chosen.
enum class Search {
  AbsMax, ///< The largest magnitude (or range) is the largest level.
  Floor,  ///< OCP: the scale is a power of two; the largest may saturate.
  Mse,    ///< The least mean squared error.
  Aciq,   ///< The least error for a Gaussian or Laplacian of that spread.
  Hqq,    ///< The range, then the zero point of the least error^0.7.
};

enum class Packing {
  Bits,    ///< One after the other, least significant bit first.
  Base3,   ///< Five ternary digits in a byte.
  Huffman, ///< A prefix code, fitted to a tensor.
};

/// A number format, complete. `name` is how it is spelled, with what differs
/// from the defaults: "i4:b32".
struct Format {
  std::string name;
  Levels levels;
  Scaling scaling;
  ZeroPoint zeroPoint = ZeroPoint::None;
  Search search = Search::AbsMax;
  Packing packing = Packing::Bits;

  bool isReal() const { return levels.decode == Decode::Real; }
  bool isBlocked() const { return scaling.granularity == Granularity::Block; }
  bool isFitted() const {
    return levels.decode == Decode::Codebook || levels.decode == Decode::Basis;
  }
};

} // namespace quantc::format

#endif // QUANTC_FORMAT_FORMAT_H
