//===- Sketch.cpp - What calibration remembers of a value -----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Calibration/Sketch.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/bit.h"
#include <algorithm>
#include <cmath>

using namespace quantc;
using llvm::ArrayRef;
using llvm::bit_cast;

/// The bits of a float below the sign and the histogram's key.
static constexpr unsigned droppedBits = 15;
static constexpr uint32_t signBit = 0x80000000;
static constexpr uint32_t exponentBits = 0x7f800000;

/// A total order on finite floats as integers, with -0.0 < 0.0.
static int32_t orderOf(uint32_t bits) {
  int32_t number = static_cast<int32_t>(bits);
  return number ^ ((number >> 31) & INT32_MAX);
}

static float valueOf(int32_t order) {
  return bit_cast<float>(order ^ ((order >> 31) & INT32_MAX));
}

namespace {
/// What one fast look at a block of values tells.
struct Summary {
  int32_t lowest = INT32_MAX;
  int32_t highest = INT32_MIN;
  int32_t zeros = 0;
  int32_t notFinite = 0;
};
} // namespace

/// A loop without branches, which compilers vectorize.
static Summary summarize(ArrayRef<float> values) {
  Summary summary;
  for (float value : values) {
    uint32_t bits = bit_cast<uint32_t>(value);
    int32_t order = orderOf(bits);
    summary.lowest = std::min(summary.lowest, order);
    summary.highest = std::max(summary.highest, order);
    summary.zeros += (bits & ~signBit) == 0;
    summary.notFinite += (bits & exponentBits) == exponentBits;
  }
  return summary;
}

Sketch::Page &Sketch::pageAt(unsigned index) {
  if (!pages[index])
    pages[index] = std::make_unique<Page>();
  return *pages[index];
}

void Sketch::addToHistogram(ArrayRef<float> values) {
  for (float value : values) {
    uint32_t key = bit_cast<uint32_t>(value) >> droppedBits;
    ++pageAt(key >> mantissaBits)[key % (1 << mantissaBits)];
  }
}

void Sketch::addNotFinite(ArrayRef<float> values, int64_t sample) {
  badSample = std::min(badSample, sample);
  for (float value : values) {
    nans += std::isnan(value);
    infinities += std::isinf(value);
  }
}

void Sketch::addSample(ArrayRef<float> values, int64_t sample) {
  // A block stays in the first-level cache between the two loops over it.
  constexpr size_t blockSize = 4096;
  Summary extrema;
  llvm::SmallVector<float, 0> finiteOnly;
  for (; !values.empty();
       values = values.drop_front(std::min(blockSize, values.size()))) {
    ArrayRef<float> block = values.take_front(blockSize);
    Summary summary = summarize(block);
    if (summary.notFinite != 0) {
      addNotFinite(block, sample);
      finiteOnly.assign(block.begin(), block.end());
      llvm::erase_if(finiteOnly, [](float x) { return !std::isfinite(x); });
      block = finiteOnly;
      summary = summarize(block);
    }
    addToHistogram(block);
    finite += block.size();
    zeros += summary.zeros;
    extrema.lowest = std::min(extrema.lowest, summary.lowest);
    extrema.highest = std::max(extrema.highest, summary.highest);
  }
  ++samples;
  if (extrema.lowest > extrema.highest)
    return;
  ++samplesWithRange;
  lowest = std::min(lowest, extrema.lowest);
  highest = std::max(highest, extrema.highest);
  minima.add(valueOf(extrema.lowest));
  maxima.add(valueOf(extrema.highest));
}

void Sketch::merge(const Sketch &other) {
  samples += other.samples;
  samplesWithRange += other.samplesWithRange;
  finite += other.finite;
  zeros += other.zeros;
  nans += other.nans;
  infinities += other.infinities;
  badSample = std::min(badSample, other.badSample);
  lowest = std::min(lowest, other.lowest);
  highest = std::max(highest, other.highest);
  minima.merge(other.minima);
  maxima.merge(other.maxima);
  for (unsigned i = 0; i != pageCount; ++i) {
    if (!other.pages[i])
      continue;
    Page &page = pageAt(i);
    for (size_t j = 0; j != page.size(); ++j)
      page[j] += (*other.pages[i])[j];
  }
}

bool Sketch::operator==(const Sketch &other) const {
  // A page exists exactly if it has counted something.
  auto samePage = [](const auto &lhs, const auto &rhs) {
    return lhs && rhs ? *lhs == *rhs : lhs == rhs;
  };
  return samples == other.samples &&
         samplesWithRange == other.samplesWithRange && finite == other.finite &&
         zeros == other.zeros && nans == other.nans &&
         infinities == other.infinities && badSample == other.badSample &&
         lowest == other.lowest && highest == other.highest &&
         minima == other.minima && maxima == other.maxima &&
         std::equal(pages.begin(), pages.end(), other.pages.begin(), samePage);
}

std::optional<int64_t> Sketch::firstBadSample() const {
  if (badSample == INT64_MAX)
    return std::nullopt;
  return badSample;
}

float Sketch::min() const { return finite == 0 ? 0.0f : valueOf(lowest); }
float Sketch::max() const { return finite == 0 ? 0.0f : valueOf(highest); }

void Sketch::forEachBin(llvm::function_ref<void(Bin)> visit) const {
  auto visitPage = [&](unsigned index, bool isReversed) {
    if (!pages[index])
      return;
    for (size_t i = 0; i != pages[index]->size(); ++i) {
      size_t slot = isReversed ? pages[index]->size() - 1 - i : i;
      uint64_t count = (*pages[index])[slot];
      if (count == 0)
        continue;
      uint32_t key = index << mantissaBits | slot;
      float nearZero = bit_cast<float>(key << droppedBits);
      float farFromZero =
          bit_cast<float>(key << droppedBits | ((1u << droppedBits) - 1));
      visit({std::min(nearZero, farFromZero), std::max(nearZero, farFromZero),
             count});
    }
  };
  for (unsigned i = pageCount; i-- != pageCount / 2;)
    visitPage(i, /*isReversed=*/true);
  for (unsigned i = 0; i != pageCount / 2; ++i)
    visitPage(i, /*isReversed=*/false);
}

size_t Sketch::memoryBytes() const {
  size_t used = llvm::count_if(pages, [](const auto &page) { return !!page; });
  return sizeof(Sketch) + used * sizeof(Page);
}
