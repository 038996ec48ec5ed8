//===- TileAxisTest.cpp - The tiles of one axis, and their taps -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Codegen/Vector/TileAxis.h"

#include "Programs.h"

#include "gtest/gtest.h"
#include <set>
#include <utility>
#include <vector>

using namespace quantc;
using quantc::codegen::TapRange;
using quantc::codegen::TileAxis;
using quantc::codegen::TileSpan;
using quantc::kernel::WindowAxis;

namespace {

bool hasTap(const WindowAxis &window, int64_t output, int64_t tap) {
  int64_t input =
      output * window.stride - window.before + tap * window.dilation;
  return input >= 0 && input < window.inputs;
}

WindowAxis drawWindow(Draw &draw) {
  WindowAxis window;
  window.kernel = draw.between(1, 7);
  window.stride = draw.between(1, 3);
  window.dilation = draw.between(1, 3);
  window.before = draw.between(0, 9);
  int64_t after = draw.between(0, 9);
  int64_t extent = window.dilation * (window.kernel - 1) + 1;
  window.inputs = draw.between(1, 40);
  int64_t way = window.inputs + window.before + after - extent;
  window.outputs = way < 0 ? 1 : way / window.stride + 1;
  return window;
}

TEST(WindowAxis, CountsTheTapsInTheInput) {
  Draw draw(1);
  for (int i = 0; i < 500; ++i) {
    WindowAxis window = drawWindow(draw);
    for (int64_t output = 0; output < window.outputs; ++output)
      for (int64_t tap = 0; tap < window.kernel; ++tap)
        EXPECT_EQ(hasTap(window, output, tap), tap >= window.firstTap(output) &&
                                                   tap < window.endTap(output));
  }
}

TEST(WindowAxis, OutputsOfAClassHaveTheSameTaps) {
  Draw draw(2);
  for (int i = 0; i < 500; ++i) {
    WindowAxis window = drawWindow(draw);
    std::vector<std::set<std::pair<int64_t, int64_t>>> taps(window.classes());
    for (int64_t output = 0; output < window.outputs; ++output) {
      ASSERT_LT(window.classOf(output), window.classes());
      taps[window.classOf(output)].insert(
          {window.firstTap(output), window.endTap(output)});
    }
    for (const auto &ranges : taps)
      EXPECT_EQ(ranges.size(), 1u);
  }
}

TEST(TileAxis, TilesSumExactlyTheTapsThatExist) {
  Draw draw(3);
  for (int i = 0; i < 500; ++i) {
    WindowAxis window = drawWindow(draw);
    int64_t size = draw.between(1, std::min<int64_t>(window.outputs, 9));
    TileAxis axis(window, size);
    std::set<int64_t> covered;
    int64_t taps = 0, tapsOfTiles = 0;
    for (const TileSpan &span : axis.spans()) {
      ASSERT_GE(span.first, 0);
      ASSERT_LE(span.first + span.size, window.outputs);
      for (int64_t tile = 0; tile < span.size; tile += size) {
        int64_t first = span.first + std::min(tile, span.size - size);
        std::set<std::pair<int64_t, int64_t>> summed;
        llvm::SmallVector<TapRange> ranges =
            span.isWhole ? llvm::SmallVector<TapRange>{axis.allTaps()}
                         : axis.tapsAt(first);
        for (const TapRange &range : ranges)
          for (int64_t tap = range.first; tap < range.end; ++tap)
            for (int64_t output = range.low; output < range.high; ++output)
              EXPECT_TRUE(summed.insert({first + output, tap}).second);
        tapsOfTiles += static_cast<int64_t>(summed.size());
        for (int64_t output = first; output < first + size; ++output) {
          covered.insert(output);
          for (int64_t tap = 0; tap < window.kernel; ++tap)
            EXPECT_EQ(summed.count({output, tap}),
                      hasTap(window, output, tap) ? 1u : 0u);
        }
      }
    }
    EXPECT_EQ(static_cast<int64_t>(covered.size()), window.outputs);
    for (auto [outputs, number] : axis.tapsByOutputs())
      taps += outputs * number;
    EXPECT_EQ(taps, tapsOfTiles);
  }
}

} // namespace
