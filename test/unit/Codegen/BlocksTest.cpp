//===- BlocksTest.cpp - Which tiles share the caches ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Codegen/Vector/Blocks.h"

#include "gtest/gtest.h"

using namespace quantc::codegen;

namespace {

constexpr int64_t KB = 1024, MB = 1024 * KB;

TEST(Blocks, AreTilesWhereWeightsFitTheInnermostCache) {
  Blocks blocks = chooseBlocks({28, 2, 16 * KB, 9 * KB, 2});
  EXPECT_EQ(blocks.rows, 1);
  EXPECT_EQ(blocks.columns, 1);
}

TEST(Blocks, AreAllTilesWhereTheInputIsSmallOrReadOnce) {
  EXPECT_EQ(chooseBlocks({7, 1, 4 * KB, 2 * MB, 8}).rows, 7);
  EXPECT_EQ(chooseBlocks({64, 4, 128 * KB, 64 * KB, 1}).rows, 64);
}

TEST(Blocks, AreRowsThatFitTheSecondCache) {
  Blocks blocks = chooseBlocks({56, 4, 56 * KB, 64 * KB, 4});
  EXPECT_EQ(blocks.rows, 2);
  EXPECT_EQ(blocks.columns, 4);
}

TEST(Blocks, CutOneLongRow) {
  // A product of 1,024 rows of 1,024 floats is one row of tiles.
  Blocks blocks = chooseBlocks({1, 128, 4 * MB, 4 * MB, 64});
  EXPECT_EQ(blocks.rows, 1);
  EXPECT_LT(blocks.columns, 128);
  EXPECT_GE(blocks.columns, 1);
}

TEST(Blocks, DoNotReadLargeWeightsOnceMoreForLittleInput) {
  EXPECT_EQ(chooseBlocks({28, 2, 9 * KB, 64 * MB, 4}).rows, 28);
}

} // namespace
