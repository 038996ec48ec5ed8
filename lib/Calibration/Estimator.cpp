//===- Estimator.cpp - From statistics to a range -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Calibration/Estimator.h"

#include "quantc/Calibration/MseSearch.h"
#include <algorithm>
#include <cmath>

using namespace quantc;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

static Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

static Expected<Estimator> parsePercentile(StringRef text, StringRef percent) {
  double keep = 0;
  if (percent.getAsDouble(keep) || !(keep > 50 && keep <= 100))
    return makeError("calibration '" + text +
                     "': expected a percentage above 50 and up to 100, as in "
                     "'percentile:99.99'");
  Estimator estimator;
  estimator.kind = Estimator::Kind::Percentile;
  // Decimal fractions are not exact in binary; whole billionths are.
  estimator.cutPerBillion = std::llround((100 - keep) * 1e7);
  return estimator;
}

Expected<Estimator> quantc::parseEstimator(StringRef text) {
  if (text == "minmax")
    return Estimator{Estimator::Kind::MinMax};
  if (text == "moving")
    return Estimator{Estimator::Kind::Moving};
  if (text == "mse")
    return Estimator{Estimator::Kind::Mse};
  StringRef percent = text;
  if (percent.consume_front("percentile:"))
    return parsePercentile(text, percent);
  if (text == "percentile")
    return makeError("calibration 'percentile': expected the percentage to "
                     "keep, as in 'percentile:99.99'");
  if (text == "entropy" || text == "aciq" || text == "auto")
    return makeError("calibration '" + text +
                     "' comes with a later release; this one has minmax, "
                     "moving, percentile:P and mse");
  return makeError("calibration '" + text +
                   "' is unknown; expected minmax, moving, percentile:P or "
                   "mse");
}

static Error checkFinite(const Sketch &sketch, StringRef site) {
  if (sketch.valueCount() == 0)
    return makeError("site '" + site +
                     "': no values were seen; expected at least one sample");
  if (std::optional<int64_t> sample = sketch.firstBadSample())
    return makeError("site '" + site + "': expected finite values, but got " +
                     llvm::Twine(sketch.nanCount()) + " NaN and " +
                     llvm::Twine(sketch.infinityCount()) +
                     " infinite ones, the first in "
                     "sample " +
                     llvm::Twine(*sample) +
                     "; remove such samples, or check the model's weights");
  return Error::success();
}

/// The outer edge of the bin that is reached once `cut` values are cut off.
static RealRange cutTails(const Sketch &sketch, uint64_t cutLow,
                          uint64_t cutHigh) {
  uint64_t count = static_cast<uint64_t>(sketch.finiteCount());
  RealRange range = {sketch.min(), sketch.max()};
  uint64_t before = 0;
  sketch.forEachBin([&](Sketch::Bin bin) {
    uint64_t after = before + bin.count;
    if (before <= cutLow && cutLow < after)
      range.min = std::max<double>(range.min, bin.low);
    if (before < count - cutHigh && count - cutHigh <= after)
      range.max = std::min<double>(range.max, bin.high);
    before = after;
  });
  return range;
}

/// Zeros share their bins with what is next to nothing.
static bool isZero(const Sketch::Bin &bin) {
  return bin.low <= 0 && bin.high >= 0;
}

double quantc::magnitudeOf(const Sketch &sketch) {
  uint64_t count = 0;
  double sum = 0;
  sketch.forEachBin([&](Sketch::Bin bin) {
    if (isZero(bin))
      return;
    double middle = (double(bin.low) + double(bin.high)) / 2;
    count += bin.count;
    sum += std::abs(middle) * double(bin.count);
  });
  return count == 0 ? 0 : sum / double(count);
}

RealRange quantc::bulkOf(const Sketch &sketch) {
  uint64_t count = 0;
  sketch.forEachBin([&](Sketch::Bin bin) {
    if (!isZero(bin))
      count += bin.count;
  });
  if (count == 0)
    return {0, 0};
  RealRange bulk = {sketch.min(), sketch.max()};
  uint64_t cut = count / 20, before = 0;
  sketch.forEachBin([&](Sketch::Bin bin) {
    if (isZero(bin))
      return;
    uint64_t after = before + bin.count;
    if (before <= cut && cut < after)
      bulk.min = std::max<double>(bulk.min, bin.low);
    if (before < count - cut && count - cut <= after)
      bulk.max = std::min<double>(bulk.max, bin.high);
    before = after;
  });
  return bulk;
}

static RealRange keepPercentile(const Sketch &sketch, int64_t cutPerBillion) {
  // Exact in 128 bits: the share of a count is a whole number, rounded down.
  auto share = [&](int64_t parts) {
    return static_cast<uint64_t>(static_cast<unsigned __int128>(parts) *
                                 sketch.finiteCount() / 1000000000);
  };
  if (sketch.min() >= 0)
    return cutTails(sketch, 0, share(cutPerBillion));
  if (sketch.max() <= 0)
    return cutTails(sketch, share(cutPerBillion), 0);
  uint64_t each =
      static_cast<uint64_t>(static_cast<unsigned __int128>(cutPerBillion) *
                            sketch.finiteCount() / 2000000000);
  return cutTails(sketch, each, each);
}

Expected<RealRange> quantc::estimateRange(const Sketch &sketch,
                                          const Estimator &estimator,
                                          StringRef site) {
  if (Error error = checkFinite(sketch, site))
    return error;
  RealRange all = {sketch.min(), sketch.max()};
  switch (estimator.kind) {
  case Estimator::Kind::MinMax:
    return all;
  case Estimator::Kind::Moving:
    return RealRange{sketch.meanMin(), sketch.meanMax()};
  case Estimator::Kind::Percentile:
    return keepPercentile(sketch, estimator.cutPerBillion);
  case Estimator::Kind::Mse:
    if (all.min == all.max)
      return all;
    QuantizationError error(sketch, estimator.bits);
    return spanOf(findMseGrid(sketch, error), error.maxCode());
  }
  llvm_unreachable("every kind is handled");
}
