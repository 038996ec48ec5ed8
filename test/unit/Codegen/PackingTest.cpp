//===- PackingTest.cpp - How weights lie in memory ------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Kernel/IR/Packing.h"
#include "dialects/Kernel/IR/PlanePacking.h"

#include "gtest/gtest.h"
#include <numeric>
#include <vector>

using namespace quantc::kernel;

TEST(Packing, RunsAreWholeRowsIfPixelsTouch) {
  Runs runs = Runs::of({3, 5}, 3, /*wholeRows=*/true);
  EXPECT_EQ(runs.count(), 3);
  EXPECT_EQ(runs.length, 15);
  EXPECT_EQ(runs.steps(4), 4);
}

TEST(Packing, RunsAreSingleTapsIfPixelsDoNotTouch) {
  Runs runs = Runs::of({3, 5}, 3, /*wholeRows=*/false);
  EXPECT_EQ(runs.count(), 15);
  EXPECT_EQ(runs.length, 3);
  EXPECT_EQ(runs.steps(4), 1);
}

TEST(Packing, EveryWeightHasOnePlaceAndTheRestIsZero) {
  // 18 channels of 1x2 taps over 3 channels: two panels, the second of which
  // has 2 of 16 channels; a run of 6 takes two steps of 4.
  constexpr int64_t outputs = 18;
  Runs runs = Runs::of({1, 2}, 3, true);
  std::vector<int32_t> weights(outputs * 6);
  std::iota(weights.begin(), weights.end(), 1);
  auto packed = packWeights<int32_t>(weights, outputs, runs, /*width=*/kStep);
  ASSERT_EQ(packed.size(), 2u * 1 * 2 * 16 * 4);
  int64_t zeros = 0;
  for (int64_t panel = 0; panel < 2; ++panel)
    for (int64_t step = 0; step < 2; ++step)
      for (int64_t channel = 0; channel < 16; ++channel)
        for (int64_t tap = 0; tap < 4; ++tap) {
          int32_t value = packed[((panel * 2 + step) * 16 + channel) * 4 + tap];
          int64_t o = panel * 16 + channel, k = step * 4 + tap;
          bool exists = o < outputs && k < 6;
          EXPECT_EQ(value, exists ? weights[o * 6 + k] : 0);
          zeros += value == 0;
        }
  EXPECT_EQ(zeros, 256 - 108);
}

TEST(Packing, ThirdsTellTheDigitsOfBase3) {
  // Every group of five digits is a channel's first tap in five steps.
  constexpr int64_t groups = 243, depth = 20;
  std::vector<uint8_t> codes(groups * depth);
  for (int64_t group = 0; group < groups; ++group)
    for (int64_t step = 0, rest = group; step < 5; ++step, rest /= 3)
      codes[group * depth + step * kStep] = uint8_t(rest % 3);
  Planes planes = Planes::ofLevels(3, stepsOf(depth));
  ASSERT_EQ(planes.bytes(), Planes::kVector);
  auto packed = packPlanes(codes, groups, depth, depth, planes);
  for (int64_t group = 0; group < groups; ++group) {
    int8_t byte =
        packed[group / kPanel * planes.bytes() + group % kPanel * kStep];
    for (int64_t step = 0; step < 5; ++step) {
      uint8_t digit = byte < -42 ? 0 : byte > 42 ? 2 : 1;
      EXPECT_EQ(digit, codes[group * depth + step * kStep])
          << "digit " << step << " of group " << group;
      byte = static_cast<int8_t>(3 * byte);
    }
  }
}
