//===- Collector.h - One sketch per site ------------------------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_CALIBRATION_COLLECTOR_H
#define QUANTC_CALIBRATION_COLLECTOR_H

#include "quantc/Calibration/Sketch.h"
#include <vector>

namespace quantc {

/// The samples of one run of the program.
struct Batch {
  /// The number of the first sample in the data set.
  int64_t firstSample = 0;
  /// How many samples count. The rest of a last batch is padding.
  int64_t samples = 1;
  /// How many samples the program takes at a time: the size of the leading
  /// axis.
  int64_t size = 1;
};

/// The sketches of all sites, fed by one thread.
class Collector {
public:
  explicit Collector(int64_t siteCount) : sketches(siteCount) {}

  /// Says which samples the next observations belong to.
  void beginBatch(const Batch &next) { batch = next; }

  /// Adds what one run saw at `site`. If the batch size divides `count`, the
  /// values are those of the batch's samples, one after the other (the leading
  /// axis is the batch), and each sample is added by itself; so statistics do
  /// not depend on the batch size. Otherwise all of them count as one sample.
  void observe(int64_t site, const float *values, int64_t count);

  /// Adds the statistics of a collector for the same sites.
  void merge(const Collector &other);

  /// Forgets all sites but `sites`, in ascending order, which are renumbered.
  void keep(llvm::ArrayRef<int64_t> sites);

  int64_t siteCount() const { return static_cast<int64_t>(sketches.size()); }
  const Sketch &sketch(int64_t site) const { return sketches[site]; }

private:
  std::vector<Sketch> sketches;
  Batch batch;
};

/// Makes a collector the one that `quantc_observe` feeds on this thread, until
/// the scope ends.
class CollectorScope {
public:
  explicit CollectorScope(Collector &collector);
  ~CollectorScope();
  CollectorScope(const CollectorScope &) = delete;
  CollectorScope &operator=(const CollectorScope &) = delete;

private:
  Collector *previous;
};

} // namespace quantc

/// What a program with observers calls (see `calib-lower-observers`): hands the
/// values to this thread's collector. Does nothing where there is none.
extern "C" void quantc_observe(int64_t site, const float *values,
                               int64_t count);

#endif // QUANTC_CALIBRATION_COLLECTOR_H
