//===- Sketch.h - What calibration remembers of a value ---------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_CALIBRATION_SKETCH_H
#define QUANTC_CALIBRATION_SKETCH_H

#include "quantc/Calibration/ExactSum.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace quantc {

/// Statistics of a stream of f32 values in bounded memory.
///
/// Everything in here is an integer, an extremum or an exact sum. So merging is
/// associative and commutative to the last bit, and the state does not depend
/// on the order of the samples, nor on how they were batched or spread over
/// threads and processes. See docs/Design/0002-calibration.md.
class Sketch {
public:
  Sketch() = default;
  Sketch(Sketch &&other) = default;
  Sketch &operator=(Sketch &&other) = default;

  /// Adds all values of one sample. `sample` is its number in the data set,
  /// for messages about values that are not finite.
  void addSample(llvm::ArrayRef<float> values, int64_t sample = 0);

  void merge(const Sketch &other);

  /// The same statistics, bit for bit.
  bool operator==(const Sketch &other) const;

  /// Numbers of samples and of values, the latter with those not finite.
  int64_t sampleCount() const { return samples; }
  int64_t valueCount() const { return finite + nans + infinities; }
  int64_t finiteCount() const { return finite; }
  /// Values that are 0.0 or -0.0.
  int64_t zeroCount() const { return zeros; }
  int64_t nanCount() const { return nans; }
  int64_t infinityCount() const { return infinities; }
  /// The first sample with a NaN or an infinity.
  std::optional<int64_t> firstBadSample() const;

  /// The smallest and largest finite value; 0 if there is none.
  float min() const;
  float max() const;
  /// Mean over the samples of the smallest and largest value of each.
  double meanMin() const { return minima.meanOver(samplesWithRange); }
  double meanMax() const { return maxima.meanOver(samplesWithRange); }

  /// The finite values between `low` and `high`, both included.
  struct Bin {
    float low;
    float high;
    uint64_t count;
  };
  /// The bins that are not empty, by ascending value. A bin holds the values
  /// that agree in sign, exponent and the 8 leading bits of the mantissa, so
  /// that `high - low` is below `|low| / 256` (2^-134 for subnormals).
  void forEachBin(llvm::function_ref<void(Bin)> visit) const;

  /// Bytes of memory in use.
  size_t memoryBytes() const;

private:
  static constexpr unsigned mantissaBits = 8;
  /// One page per sign and exponent, allocated at the first value in it.
  using Page = std::array<uint64_t, 1 << mantissaBits>;
  static constexpr unsigned pageCount = 512;

  void addToHistogram(llvm::ArrayRef<float> values);
  void addNotFinite(llvm::ArrayRef<float> values, int64_t sample);
  Page &pageAt(unsigned index);

  int64_t samples = 0;
  int64_t samplesWithRange = 0;
  int64_t finite = 0;
  int64_t zeros = 0;
  int64_t nans = 0;
  int64_t infinities = 0;
  int64_t badSample = INT64_MAX;
  /// Extrema in the order of `orderOf`, which knows -0.0 < 0.0.
  int32_t lowest = INT32_MAX;
  int32_t highest = INT32_MIN;
  ExactSum minima;
  ExactSum maxima;
  std::array<std::unique_ptr<Page>, pageCount> pages;
};

} // namespace quantc

#endif // QUANTC_CALIBRATION_SKETCH_H
