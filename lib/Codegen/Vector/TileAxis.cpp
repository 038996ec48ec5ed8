//===- TileAxis.cpp - The tiles of one axis, and their taps ---------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TileAxis.h"

#include "llvm/Support/MathExtras.h"

using namespace quantc::codegen;

llvm::SmallVector<TileSpan> TileAxis::spans() const {
  int64_t outputs = window.outputs;
  if (tile == 1 || !window.isPadded())
    return {{0, outputs, !window.isPadded()}};
  llvm::SmallVector<TileSpan> result;
  auto border = [&](int64_t first) { result.push_back({first, tile, false}); };
  int64_t left = llvm::divideCeil(window.firstWhole(), tile),
          right = llvm::divideCeil(outputs - window.endWhole(), tile);
  int64_t whole = outputs - (left + right) * tile;
  if (whole < tile) {
    for (int64_t first = 0; first < outputs; first += tile)
      border(std::min(first, outputs - tile));
    return result;
  }
  for (int64_t i = 0; i < left; ++i)
    border(i * tile);
  result.push_back({left * tile, whole, true});
  for (int64_t i = right; i > 0; --i)
    border(outputs - i * tile);
  return result;
}

llvm::SmallVector<TapRange> TileAxis::tapsAt(int64_t first) const {
  llvm::SmallVector<TapRange> ranges;
  for (int64_t tap = 0; tap < window.kernel; ++tap) {
    auto exists = [&](int64_t output) {
      return window.firstTap(first + output) <= tap &&
             tap < window.endTap(first + output);
    };
    int64_t low = 0, high = tile;
    while (low < high && !exists(low))
      ++low;
    while (high > low && !exists(high - 1))
      --high;
    if (low == high)
      continue;
    TapRange *last = ranges.empty() ? nullptr : &ranges.back();
    if (last && last->end == tap && last->low == low && last->high == high)
      ++last->end;
    else
      ranges.push_back({tap, tap + 1, low, high});
  }
  return ranges;
}

std::map<int64_t, int64_t> TileAxis::tapsByOutputs() const {
  std::map<int64_t, int64_t> taps;
  for (const TileSpan &span : spans()) {
    int64_t tiles = llvm::divideCeil(span.size, tile);
    if (span.isWhole) {
      taps[tile] += tiles * window.kernel;
      continue;
    }
    for (int64_t i = 0; i < tiles; ++i)
      for (const TapRange &range : tapsAt(span.first + i * tile))
        taps[range.high - range.low] += range.end - range.first;
  }
  return taps;
}
