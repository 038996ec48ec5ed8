//===- MseSearch.h - The range of the least error ---------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_CALIBRATION_MSESEARCH_H
#define QUANTC_CALIBRATION_MSESEARCH_H

#include "quantc/Calibration/Sketch.h"
#include "quantc/Support/RealRange.h"
#include <vector>

namespace quantc {

/// An affine grid of codes 0 .. maxCode: real = step * (code - zeroPoint).
struct Grid {
  double step = 1;
  int64_t zeroPoint = 0;
};

/// The expected squared error of quantizing what a sketch has seen. The values
/// of a bin count as spread evenly over it.
class QuantizationError {
public:
  QuantizationError(const Sketch &sketch, unsigned bits);

  /// Mean squared error on `grid`: of rounding inside, of clipping outside.
  double meanSquared(const Grid &grid) const;

  /// Mean square of the values.
  double energy() const { return meanSquare; }
  int64_t maxCode() const { return highestCode; }

private:
  /// The values of one sign, by ascending magnitude.
  struct Side {
    std::vector<double> low;
    std::vector<double> high;
    /// Count / (high - low).
    std::vector<double> density;
    /// Sum of x^2 over the bins before each, and over all bins at the end.
    std::vector<double> energyBefore = {0};
    /// A bin of a single value, the extremum.
    double point = 0;
    double pointCount = 0;

    void append(double low, double high, uint64_t count);
    double squaredError(double step, double limit) const;
    double energy() const {
      return energyBefore.back() + pointCount * point * point;
    }
  };

  Side negative;
  Side positive;
  double count = 0;
  double meanSquare = 0;
  int64_t highestCode;
};

/// The grid with the least mean squared error, found by a coarse search of both
/// ends of the range over powers of sqrt(2), then by refining step and zero
/// point. Needs at least one finite value other than 0.
Grid findMseGrid(const Sketch &sketch, const QuantizationError &error);

/// The reals that `grid` spans.
RealRange spanOf(const Grid &grid, int64_t maxCode);

} // namespace quantc

#endif // QUANTC_CALIBRATION_MSESEARCH_H
