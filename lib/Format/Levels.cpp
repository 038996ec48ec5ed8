//===- Levels.cpp - Codes and the numbers that they stand for -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Levels.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace quantc;
using namespace quantc::format;

static constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Two's complement.
static int64_t signExtended(unsigned code, unsigned bits) {
  int64_t sign = int64_t(1) << (bits - 1);
  return (int64_t(code) ^ sign) - sign;
}

static double integerLevel(const Levels &levels, unsigned code) {
  int64_t value = levels.lowest < 0 ? signExtended(code, levels.bits) : code;
  if (value < levels.lowest || value > levels.highest)
    return kNan;
  return double(value) * levels.unit;
}

/// Sign, then 0 for 0 and k + 1 for 2^k.
static double powerLevel(const Levels &levels, unsigned code) {
  unsigned sign = code >> (levels.bits - 1);
  unsigned magnitude = code & ((1u << (levels.bits - 1)) - 1);
  if (magnitude == 0)
    return sign ? kNan : 0.0;
  double level = std::ldexp(1.0, int(magnitude) - 1);
  return sign ? -level : level;
}

/// (-1)^sign * 2^(e - bias) * 1.m, or 2^(1 - bias) * 0.m for e = 0.
static double fieldsLevel(const Levels &levels, unsigned code) {
  unsigned mantissas = 1u << levels.mantissa;
  unsigned exponents = 1u << levels.exponent;
  unsigned mantissa = code % mantissas;
  unsigned exponent = (code / mantissas) % exponents;
  double sign = code / (mantissas * exponents) ? -1.0 : 1.0;
  bool isTop = exponent == exponents - 1;
  if (levels.special == Special::Ieee && isTop)
    return mantissa ? kNan : sign * std::numeric_limits<double>::infinity();
  if (levels.special == Special::LastIsNan && isTop &&
      mantissa + 1 == mantissas)
    return kNan;
  if (exponent == 0)
    return sign * std::ldexp(mantissa, 1 - levels.bias - int(levels.mantissa));
  return sign * std::ldexp(mantissas + mantissa,
                           int(exponent) - levels.bias - int(levels.mantissa));
}

double format::levelOf(const Levels &levels, unsigned code) {
  if (code >> levels.bits)
    return kNan;
  switch (levels.decode) {
  case Decode::Integer:
    return integerLevel(levels, code);
  case Decode::Odd:
    return 2.0 * code - ((1u << levels.bits) - 1.0);
  case Decode::PowerOfTwo:
    return powerLevel(levels, code);
  case Decode::Fields:
    return fieldsLevel(levels, code);
  case Decode::Table:
    return code < levels.table.size() ? levels.table[code] : kNan;
  case Decode::Real:
  case Decode::Codebook:
  case Decode::Basis:
    break;
  }
  return kNan;
}

/// Every finite level with its code, ascending; of two codes with one level the
/// smaller.
static std::vector<std::pair<double, unsigned>>
levelsWithCodes(const Levels &levels) {
  std::vector<std::pair<double, unsigned>> result;
  for (unsigned code = 0; code < (1u << levels.bits); ++code)
    if (double level = levelOf(levels, code); std::isfinite(level))
      result.push_back({level + 0.0, code}); // -0 becomes 0.
  std::stable_sort(
      result.begin(), result.end(),
      [](const auto &a, const auto &b) { return a.first < b.first; });
  result.erase(std::unique(result.begin(), result.end(),
                           [](const auto &a, const auto &b) {
                             return a.first == b.first;
                           }),
               result.end());
  return result;
}

std::optional<unsigned> format::codeOf(const Levels &levels, double level) {
  for (unsigned code = 0; code < (1u << levels.bits); ++code)
    if (levelOf(levels, code) == level)
      return code;
  return std::nullopt;
}

std::vector<double> format::finiteLevels(const Levels &levels) {
  std::vector<double> result;
  for (auto [level, code] : levelsWithCodes(levels))
    result.push_back(level);
  return result;
}

Rounder::Rounder(const Levels &levels) {
  for (auto [level, code] : levelsWithCodes(levels)) {
    values.push_back(level);
    codes.push_back(code);
  }
  addBounds();
  if (levels.decode == Decode::Odd)
    tieGoesUp.assign(bounds.size(), true);
}

Rounder::Rounder(llvm::ArrayRef<double> levels)
    : values(levels.begin(), levels.end()) {
  for (unsigned code = 0; code < values.size(); ++code)
    codes.push_back(code);
  addBounds();
}

/// The sum of basis[k] where bit k of `code` is set, less the others.
static double basisLevel(llvm::ArrayRef<double> basis, unsigned code) {
  double level = 0;
  for (size_t k = 0; k < basis.size(); ++k)
    level += (code >> k) & 1 ? basis[k] : -basis[k];
  return level;
}

Rounder Rounder::ofBasis(llvm::ArrayRef<double> basis) {
  std::vector<std::pair<double, unsigned>> all;
  for (unsigned code = 0; code < (1u << basis.size()); ++code)
    all.push_back({basisLevel(basis, code), code});
  std::sort(all.begin(), all.end());
  Rounder rounder;
  for (auto [level, code] : all) {
    rounder.values.push_back(level);
    rounder.codes.push_back(code);
  }
  rounder.addBounds();
  return rounder;
}

void Rounder::addBounds() {
  for (size_t i = 0; i + 1 < values.size(); ++i) {
    bounds.push_back((values[i] + values[i + 1]) / 2);
    tieGoesUp.push_back(codes[i + 1] % 2 == 0);
  }
}

unsigned Rounder::nearest(double real) const {
  if (std::isnan(real))
    return 0;
  auto bound = std::lower_bound(bounds.begin(), bounds.end(), real);
  auto index = unsigned(bound - bounds.begin());
  if (bound != bounds.end() && *bound == real && tieGoesUp[index])
    return index + 1;
  return index;
}

double format::largestLevel(const Levels &levels) {
  std::vector<double> all = finiteLevels(levels);
  return all.empty() ? 0.0
                     : std::max(std::abs(all.front()), std::abs(all.back()));
}

std::optional<double> format::integerUnit(const Format &format) {
  if (format.isReal() || format.isBlocked() ||
      format.zeroPoint == ZeroPoint::F16)
    return std::nullopt;
  if (format.zeroPoint == ZeroPoint::Integer)
    return 1.0;
  return gridUnit(format.levels);
}

std::optional<double> format::blockUnit(const Format &format,
                                        llvm::StringRef &reason) {
  reason = "its channels have levels of their own";
  if (format.levels.decode == Decode::Basis)
    return std::nullopt;
  reason = "the zero points of its weights are no integers";
  if (format.zeroPoint == ZeroPoint::F16)
    return std::nullopt;
  reason = "its weights less their zero points do not fit in 8 bits";
  if (format.zeroPoint == ZeroPoint::Integer && format.levels.bits > 7)
    return std::nullopt;
  reason = "its weights are no multiples of one number in 8 bits";
  return format.isReal() ? std::nullopt : gridUnit(format.levels);
}

std::optional<double> format::gridUnit(const Levels &levels) {
  if (levels.decode == Decode::Basis)
    return 1.0;
  if (levels.decode == Decode::Codebook)
    return levels.entryBits == 8 ? std::optional<double>(1.0) : std::nullopt;
  std::vector<double> all = finiteLevels(levels);
  double smallest = 0;
  for (double level : all)
    if (level != 0 && (smallest == 0 || std::abs(level) < smallest))
      smallest = std::abs(level);
  // The unit need not be a level itself: 2 and 3 are multiples of 1.
  for (int parts = 1; smallest > 0 && parts <= 8; ++parts) {
    double unit = smallest / parts;
    if (llvm::all_of(all, [&](double level) {
          double multiple = level / unit;
          return multiple == std::nearbyint(multiple) && multiple >= -128 &&
                 multiple <= 127;
        }))
      return unit;
  }
  return std::nullopt;
}
