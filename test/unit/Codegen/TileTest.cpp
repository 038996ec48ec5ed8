//===- TileTest.cpp - How many results a kernel computes at a time --------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Codegen/Vector/Tile.h"

#include "gtest/gtest.h"

using namespace quantc::codegen;

namespace {

using quantc::kernel::WindowAxis;

TileProblem problemOf(int64_t height, int64_t width, int64_t channels,
                      double steps) {
  return {WindowAxis::plain(height), WindowAxis::plain(width), channels, steps,
          /*integer=*/true};
}

Tile tileFor(TileProblem problem, llvm::StringRef level) {
  return chooseTile(problem, *findLevel(level));
}

TEST(Tile, FitsTheRegistersOfEveryLevel) {
  for (const Level &level : allLevels())
    for (int64_t width : {1, 7, 14, 56})
      for (int64_t channels : {1, 16, 48, 64, 1000}) {
        Tile tile = chooseTile(problemOf(width, width, channels, 100), level);
        EXPECT_GE(tile.pixels() * tile.vectors, 1);
        EXPECT_LE(tile.height, width);
        EXPECT_LE(tile.width, width);
        EXPECT_LE(tile.pixels() * tile.vectors + tile.vectors + 1,
                  level.registers)
            << level.name.str();
      }
}

TEST(Tile, KeepsManySumsInFlightWhereTheOutputIsLarge) {
  // A sum takes several cycles; fewer than eight at a time would wait.
  Tile tile = tileFor(problemOf(56, 56, 64, 144), "vnni");
  EXPECT_GE(tile.pixels() * tile.vectors, 8);
}

TEST(Tile, UsesSeveralVectorsForASingleRow) {
  // Batch 1 of a matrix product: no second pixel, so channels fill the pipe.
  Tile tile = tileFor(problemOf(1, 1, 256, 196), "vnni");
  EXPECT_EQ(tile.pixels(), 1);
  EXPECT_GE(tile.vectors, 4);
}

TEST(Tile, WastesLittleWhereSizesDoNotDivide) {
  // 13 columns: computing 14 or 15 is fine, 16 would be an eighth too many.
  Tile tile = tileFor(problemOf(13, 13, 256, 96), "vnni");
  int64_t rows = (13 + tile.height - 1) / tile.height * tile.height;
  int64_t columns = (13 + tile.width - 1) / tile.width * tile.width;
  EXPECT_LE(rows * columns, 13 * 13 * 5 / 4);
}

TEST(Tile, TakesFewerPixelsWhereTheirInputsShareASet) {
  // Pixels of 1,024 floats are 4 KB apart: all in one set of the cache, which
  // has 8 lines on many CPUs. With a few bytes more they spread.
  TileProblem problem{WindowAxis::plain(1),
                      WindowAxis::plain(1024),
                      1024,
                      1024,
                      false,
                      1024 * 4096,
                      4096};
  EXPECT_LE(tileFor(problem, "vnni").pixels(), 8);
  problem.columnBytes += 64;
  EXPECT_GT(tileFor(problem, "vnni").pixels(), 8);
}

} // namespace
