//===- Estimator.h - From statistics to a range -----------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_CALIBRATION_ESTIMATOR_H
#define QUANTC_CALIBRATION_ESTIMATOR_H

#include "quantc/Calibration/Sketch.h"
#include "quantc/Support/RealRange.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace quantc {

/// How a range is chosen from what was seen. Definitions, with examples, are in
/// docs/Design/0002-calibration.md.
struct Estimator {
  enum class Kind {
    MinMax,     ///< All that was seen.
    Moving,     ///< The mean over the samples of each sample's extrema.
    Percentile, ///< All but a share of the largest magnitudes.
    Mse         ///< The clipping range with the least mean squared error.
  };
  Kind kind = Kind::MinMax;
  /// Percentile: how many of 10^9 values may be cut off.
  int64_t cutPerBillion = 0;
  /// Mse: the width of the codes.
  unsigned bits = 8;
};

/// Reads `minmax`, `moving`, `percentile:P` with 50 < P <= 100, or `mse`.
/// Fails on anything else, with the list of what there is.
llvm::Expected<Estimator> parseEstimator(llvm::StringRef text);

/// The range to quantize with, not yet widened to hold 0: that is up to the
/// quantizer. Fails, naming `site`, if no value or one that is not finite was
/// seen. The result does not depend on anything but the sketch.
llvm::Expected<RealRange> estimateRange(const Sketch &sketch,
                                        const Estimator &estimator,
                                        llvm::StringRef site);

/// Where most of the values lie: of those that are not 0, a twentieth is below
/// and a twentieth above, to the width of a bin. [0, 0] if all are 0. What a
/// range spends on the other tenth, outliers mostly, is lost for these.
RealRange bulkOf(const Sketch &sketch);

/// The mean magnitude of the values that are not 0, to half the width of a bin;
/// 0 if all are. What a sign stands for with the least squared error.
double magnitudeOf(const Sketch &sketch);

} // namespace quantc

#endif // QUANTC_CALIBRATION_ESTIMATOR_H
