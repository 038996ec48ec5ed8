//===- ScaleSearch.h - The scale of a group of values -----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_FORMAT_SCALESEARCH_H
#define QUANTC_LIB_FORMAT_SCALESEARCH_H

#include "quantc/Format/Levels.h"

namespace quantc::format {

/// sum (v - s * level(v / s))^2
double errorOf(llvm::ArrayRef<float> values, const Rounder &rounder,
               double scale);

/// The largest values at the largest levels: max over signs of |v| / |level|.
double absMaxScale(llvm::ArrayRef<float> values, const Rounder &rounder);

/// The scale s > 0 of the least `errorOf`, exactly: as s falls from infinity,
/// values change level one after the other, and between two changes the best
/// scale of an assignment is sum v l / sum l^2. 0 if all values are 0.
///
/// O(n log n) for n = values * levels; above 2^24 the 200 scales from 1/4 to
/// 1.1 times `absMaxScale` are tried instead.
double leastErrorScale(llvm::ArrayRef<float> values, const Rounder &rounder);

/// ACIQ: the clipping point of a Gaussian or a Laplacian, whichever E|x| /
/// sigma is nearer to, at 2^bits levels; the largest level is put there. The
/// mean is taken to be 0, as the levels are symmetric.
double aciqScale(llvm::ArrayRef<float> values, unsigned bits,
                 const Rounder &rounder);

/// The ACIQ clipping points in units of sigma and of E|x|.
double aciqGaussian(unsigned bits);
double aciqLaplace(unsigned bits);

/// The best scale that `format` can store, in units of `second`, for values
/// that are not all 0.
double storedScale(const Format &format, llvm::ArrayRef<float> values,
                   const Rounder &rounder, double second);

} // namespace quantc::format

#endif // QUANTC_LIB_FORMAT_SCALESEARCH_H
