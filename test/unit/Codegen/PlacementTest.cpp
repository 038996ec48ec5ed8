//===- PlacementTest.cpp - Buffers in an arena ----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Codegen/Program/Placement.h"

#include "gtest/gtest.h"
#include <random>
#include <vector>

using namespace quantc::codegen;

namespace {

/// The end of the arena, after checking that no two blocks collide.
int64_t endOf(const std::vector<ArenaBlock> &blocks) {
  int64_t end = 0;
  for (const ArenaBlock &a : blocks) {
    EXPECT_GE(a.offset, 0);
    end = std::max(end, a.offset + a.bytes + a.slack);
    for (const ArenaBlock &b : blocks)
      if (&a != &b && a.livesWith(b)) {
        EXPECT_TRUE(a.offset + a.bytes <= b.offset ||
                    b.offset + b.bytes <= a.offset)
            << a.offset << " + " << a.bytes << " and " << b.offset << " + "
            << b.bytes;
      }
  }
  return end;
}

/// Blocks that fill an arena of `height` without gaps from position 0 to
/// `width`: cuts of a rectangle, so that the largest live set is `height`.
void cut(unsigned first, unsigned last, int64_t height, std::mt19937 &random,
         std::vector<ArenaBlock> &blocks) {
  bool canCutTime = last > first, canCutSpace = height > 1;
  if (random() % 4 == 0 || (!canCutTime && !canCutSpace)) {
    blocks.push_back({height, 0, first, last});
    return;
  }
  if (canCutTime && (random() % 2 || !canCutSpace)) {
    unsigned middle = first + random() % (last - first);
    cut(first, middle, height, random, blocks);
    cut(middle + 1, last, height, random, blocks);
    return;
  }
  int64_t part = 1 + int64_t(random() % (height - 1));
  cut(first, last, part, random, blocks);
  cut(first, last, height - part, random, blocks);
}

} // namespace

TEST(Placement, OfNothing) {
  EXPECT_EQ(place({}), 0);
  EXPECT_EQ(largestLiveSet({}), 0);
}

TEST(Placement, LargestFirstIsNotAlwaysBest) {
  // Each of the 2s lives with the one before; with the 3 first, and then the 2s
  // in their order, the last of them ends at 6.
  std::vector<ArenaBlock> blocks = {
      {3, 0, 4, 5}, {2, 0, 0, 1}, {2, 0, 1, 2}, {2, 0, 2, 4}, {1, 0, 5, 6}};
  EXPECT_EQ(largestLiveSet(blocks), 5);
  EXPECT_EQ(place(blocks), 5);
  EXPECT_EQ(endOf(blocks), 5);
}

TEST(Placement, KeepsSlackBehindTheLast) {
  std::vector<ArenaBlock> blocks = {{64, 256, 0, 1}, {64, 64, 0, 1}};
  // The block of little slack is the last one.
  EXPECT_EQ(place(blocks), 192 + 128);
  EXPECT_EQ(endOf(blocks), 192 + 128);
}

TEST(Placement, StaysCloseToTheLowerBound) {
  std::mt19937 random(7);
  int rounds = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<ArenaBlock> blocks;
    int64_t height = 20 + int64_t(random() % 200);
    cut(0, 10 + random() % 60, height, random, blocks);
    if (blocks.size() > 400)
      continue; // No network is cut like that without a gap.
    ++rounds;
    std::shuffle(blocks.begin(), blocks.end(), random);
    ASSERT_EQ(largestLiveSet(blocks), height);
    int64_t bytes = place(blocks);
    EXPECT_EQ(endOf(blocks), bytes);
    EXPECT_LE(double(bytes), 1.1 * double(height))
        << "round " << round << ", " << blocks.size() << " blocks";
  }
  EXPECT_GE(rounds, 40);
}

TEST(Placement, IsTheSameEachTime) {
  std::mt19937 random(9);
  std::vector<ArenaBlock> blocks;
  cut(0, 40, 100, random, blocks);
  std::vector<ArenaBlock> again = blocks;
  place(blocks);
  place(again);
  for (size_t i = 0; i < blocks.size(); ++i)
    EXPECT_EQ(blocks[i].offset, again[i].offset);
}
