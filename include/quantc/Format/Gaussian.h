//===- Gaussian.h - The error of a format on Gaussian values ----*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_FORMAT_GAUSSIAN_H
#define QUANTC_FORMAT_GAUSSIAN_H

#include "quantc/Format/Levels.h"

namespace quantc::format {

/// A symmetric distribution of variance 1.
enum class Density { Gaussian, Laplace };

/// E (x - s * level(x / s))^2, by Gauss-Legendre quadrature between thresholds.
double expectedError(const Rounder &rounder, double scale,
                     Density density = Density::Gaussian);

/// The scale of the least `expectedError`.
double bestScale(const Rounder &rounder, Density density = Density::Gaussian);

/// The `count` levels of the least error (Lloyd-Max), by Newton's method on the
/// conditions that each level is the mean of its cell.
std::vector<double> lloydMax(unsigned count);

/// The expected mean squared error of blocks of `size` values of N(0, 1) whose
/// scale follows from the largest magnitude m as the format says: the integral
/// over the distribution of m of what one value of magnitude m and size - 1
/// values of [-m, m] lose. A second-level scale is that of a tensor whose
/// largest magnitude is 6.
double expectedBlockError(const Format &format, int64_t size);

/// Values per scale of a format that has one for each channel or tensor, where
/// its error depends on that (`absmax`).
constexpr int64_t kGaussianRow = 576;
/// Values that are drawn where there is no integral.
constexpr int64_t kGaussianDraws = 1 << 17;

struct GaussianError {
  double meanSquare = 0;
  /// 0 if the mean is an integral; else that of the mean over blocks drawn.
  double standardError = 0;
};

/// The mean squared error of a format on N(0, 1).
///   absmax, floor        `expectedBlockError`
///   mse, aciq, of channels or tensors    with the best scale of the density
///   codebook, basis      of the best levels, not rounded
///   anything else        the mean over `kGaussianDraws` values
GaussianError gaussianError(const Format &format);

} // namespace quantc::format

#endif // QUANTC_FORMAT_GAUSSIAN_H
