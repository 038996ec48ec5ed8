//===- Tile.cpp - How many results a kernel computes at a time ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Tile.h"

#include "TileAxis.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <array>
#include <limits>

using namespace quantc::codegen;

namespace {

/// Of the innermost cache; nearly every CPU of the levels here has this shape,
/// and 8 or 12 lines per set.
constexpr int64_t kCacheLine = 64, kCacheSets = 64, kCacheWays = 8;

/// Registers that a tile needs: accumulators, weights, one activation, scratch.
int64_t registersOf(const Tile &tile, const Level &level, bool integer) {
  int64_t accumulators = tile.pixels() * tile.vectors;
  // An activation and a product. One pixel uses a vector of weights once.
  if (integer && level.dot == Dot::MulAdd16)
    return 2 * accumulators + (tile.pixels() > 1 ? 2 * tile.vectors : 1) + 2;
  return accumulators + tile.vectors + (level.fma ? 1 : 2);
}

/// The most lines of activations that a step keeps in one set of the innermost
/// cache: places that are a multiple of 4 KB apart share a set.
int64_t linesPerSet(const TileProblem &problem, const Tile &tile) {
  std::array<int64_t, kCacheSets> lines{};
  int64_t most = 0;
  for (int64_t row = 0; row < tile.height; ++row)
    for (int64_t column = 0; column < tile.width; ++column) {
      int64_t line =
          (row * problem.rowBytes + column * problem.columnBytes) / kCacheLine;
      most = std::max(most, ++lines[line % kCacheSets]);
    }
  return most;
}

/// Cycles of one step of the sum for one group of `vectors` vectors.
double stepCycles(const Tile &tile, int64_t vectors, const Level &level,
                  bool integer) {
  double pixels = tile.pixels();
  double loads = (pixels + vectors) / 2;
  double dot = integer ? level.dotCycles() : level.fma ? 1 : 1.5;
  double compute = pixels * vectors * dot;
  // A sum waits for its predecessor: about five cycles.
  double latency = 5;
  if (integer && level.dot == Dot::MulAdd16) {
    loads += 0.5 * vectors;
    compute += 0.5 * vectors; // Widening to i16.
    latency = 2;              // The sum is an instruction of its own.
  }
  // Nothing overlaps perfectly, so what is not the limit counts a little, too.
  return std::max({loads, compute, latency}) + 0.1 * loads;
}

/// Where rows are padded, tiles of several rows at the top and the bottom have
/// loops of their own; if columns have a border, too, so have the corners. That
/// is worth its time to compile where vectors are long: 16 channels of 32x32
/// pixels would take 1.4 times as long with AVX2.
bool needsMuchCode(const TileProblem &problem, const Level &level,
                   const Tile &tile) {
  return level.lanes < 8 && tile.height > 1 && problem.rows.isPadded() &&
         tile.width < problem.columns.outputs;
}

} // namespace

double quantc::codegen::estimateCycles(const TileProblem &problem,
                                       const Level &level, const Tile &tile) {
  int64_t tiles = llvm::divideCeil(problem.rows.outputs, tile.height) *
                  llvm::divideCeil(problem.columns.outputs, tile.width);
  int64_t vectors = llvm::divideCeil(problem.channels, level.lanes);
  // Lines that push each other out are read from the next cache in every step.
  // Weights pass through the same sets.
  bool thrashes = linesPerSet(problem, tile) > kCacheWays;
  double misses = thrashes ? 4.0 : 0;
  auto rows = TileAxis(problem.rows, tile.height).tapsByOutputs(),
       columns = TileAxis(problem.columns, tile.width).tapsByOutputs();
  auto group = [&](int64_t count) {
    double sums = 0;
    for (auto [height, rowTaps] : rows)
      for (auto [width, columnTaps] : columns) {
        Tile part{height, width, count};
        sums += double(rowTaps * columnTaps) *
                (stepCycles(part, count, level, problem.integer) + 1 +
                 misses * part.pixels());
      }
    double epilogue = 5.0 * tile.pixels() * count + 10;
    return problem.steps * sums + tiles * epilogue;
  };
  double cycles = (vectors / tile.vectors) * group(tile.vectors);
  if (int64_t rest = vectors % tile.vectors)
    cycles += group(rest);
  return cycles;
}

bool quantc::codegen::isPossible(const TileProblem &problem, const Level &level,
                                 const Tile &tile) {
  int64_t vectors = llvm::divideCeil(problem.channels, level.lanes);
  // A panel of 16 channels is either split evenly or taken whole.
  bool aligned = (tile.vectors * level.lanes) % 16 == 0 ||
                 16 % (tile.vectors * level.lanes) == 0;
  return tile.height <= problem.rows.outputs &&
         tile.width <= problem.columns.outputs && tile.vectors <= vectors &&
         (aligned || tile.vectors == vectors) &&
         registersOf(tile, level, problem.integer) <= level.registers;
}

Tile quantc::codegen::chooseTile(const TileProblem &problem,
                                 const Level &level) {
  Tile best{1, 1, 1};
  if (level.dot == Dot::Scalar)
    return best;
  double bestCycles = std::numeric_limits<double>::infinity();
  for (int64_t count : {1, 2, 3, 4, 6, 8})
    for (int64_t height = 1;
         height <= std::min<int64_t>(problem.rows.outputs, 8); ++height)
      for (int64_t width = 1;
           width <= std::min<int64_t>(problem.columns.outputs, 28); ++width) {
        Tile tile{height, width, count};
        if (!isPossible(problem, level, tile) ||
            needsMuchCode(problem, level, tile))
          continue;
        double cycles = estimateCycles(problem, level, tile);
        if (cycles < bestCycles) {
          bestCycles = cycles;
          best = tile;
        }
      }
  return best;
}
