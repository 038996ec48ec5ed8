//===- Levels.h - Codes and the numbers that they stand for -----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FORMAT_LEVELS_H
#define QUANTC_FORMAT_LEVELS_H

#include "quantc/Format/Format.h"

namespace quantc::format {

/// The level of `code`, for a description that is not fitted: NaN and
/// infinities where the format has them, NaN for a code that is not in use.
double levelOf(const Levels &levels, unsigned code);

/// The code of a level, or none.
std::optional<unsigned> codeOf(const Levels &levels, double level);

/// The finite levels of a description that is not fitted, ascending, each once
/// (0 and -0 are one).
std::vector<double> finiteLevels(const Levels &levels);

/// Rounds to the nearest of a set of levels. Ties go to the level whose code is
/// even (of an odd grid, to the larger level); what lies beyond the ends
/// saturates; NaN gives the lowest.
class Rounder {
public:
  explicit Rounder(const Levels &levels);
  /// Levels that were fitted, ascending; their codes are their indices.
  explicit Rounder(llvm::ArrayRef<double> levels);
  /// The sums of +-basis[k]; bit k of a code is set where basis[k] is added.
  static Rounder ofBasis(llvm::ArrayRef<double> basis);

  /// The index of the nearest level in `levels()`.
  unsigned nearest(double real) const;
  unsigned code(double real) const { return codes[nearest(real)]; }
  double round(double real) const { return values[nearest(real)]; }
  llvm::ArrayRef<double> levels() const { return values; }
  /// Half way between level i and i + 1.
  llvm::ArrayRef<double> thresholds() const { return bounds; }

private:
  Rounder() = default;
  void addBounds();

  std::vector<double> values, bounds;
  std::vector<unsigned> codes;
  /// Whether a tie at bounds[i] goes to level i + 1.
  std::vector<bool> tieGoesUp;
};

/// The largest magnitude among the finite levels.
double largestLevel(const Levels &levels);

/// The number g such that every finite level is g times an integer of
/// [-128, 127], so that 8-bit arithmetic is exact; none if there is none. For a
/// codebook and a basis this depends on how their levels are kept.
std::optional<double> gridUnit(const Levels &levels);

/// The same for a whole format: with an integer zero point, whose codes may be
/// unsigned, 1; none for other zero points and for blocks.
std::optional<double> integerUnit(const Format &format);

/// The same for products whose blocks have scales and integer zero points of
/// their own, where the levels less the zero points are in 8 bits. If there is
/// none, `reason` says why.
std::optional<double> blockUnit(const Format &format, llvm::StringRef &reason);

} // namespace quantc::format

#endif // QUANTC_FORMAT_LEVELS_H
