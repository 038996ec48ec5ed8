//===- Collector.cpp - One sketch per site --------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Calibration/Collector.h"

#include "llvm/ADT/STLExtras.h"
#include <cassert>

using namespace quantc;

static thread_local Collector *current = nullptr;

void Collector::observe(int64_t site, const float *values, int64_t count) {
  assert(site >= 0 && site < siteCount() && "a call from another program");
  Sketch &sketch = sketches[site];
  if (count % batch.size != 0) {
    sketch.addSample({values, static_cast<size_t>(count)}, batch.firstSample);
    return;
  }
  size_t perSample = static_cast<size_t>(count / batch.size);
  for (int64_t i = 0; i != batch.samples; ++i)
    sketch.addSample({values + i * perSample, perSample},
                     batch.firstSample + i);
}

void Collector::merge(const Collector &other) {
  for (auto [mine, theirs] : llvm::zip_equal(sketches, other.sketches))
    mine.merge(theirs);
}

void Collector::keep(llvm::ArrayRef<int64_t> sites) {
  std::vector<Sketch> kept;
  for (int64_t site : sites)
    kept.push_back(std::move(sketches[site]));
  sketches = std::move(kept);
}

CollectorScope::CollectorScope(Collector &collector) : previous(current) {
  current = &collector;
}

CollectorScope::~CollectorScope() { current = previous; }

void quantc_observe(int64_t site, const float *values, int64_t count) {
  if (current)
    current->observe(site, values, count);
}
