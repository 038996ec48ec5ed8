//===- Tile.cpp - How many results a kernel computes at a time ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Tile.h"

#include <algorithm>
#include <limits>

using namespace quantc::codegen;

namespace {

int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Registers that a tile needs: accumulators, weights, one activation, scratch.
int64_t registersOf(const Tile &tile, const Level &level, bool integer) {
  int64_t accumulators = tile.pixels() * tile.vectors;
  if (integer && level.dot == Dot::MulAdd16)
    return accumulators + 2 * tile.vectors + 3;
  return accumulators + tile.vectors + (level.fma ? 1 : 2);
}

/// Cycles of one step of the sum for one group of `vectors` vectors.
double stepCycles(const Tile &tile, int64_t vectors, const Level &level,
                  bool integer) {
  double pixels = tile.pixels();
  double loads = (pixels + vectors) / 2;
  double dot = integer ? level.dotCycles() : level.fma ? 1 : 1.5;
  double compute = pixels * vectors * dot;
  if (integer && level.dot == Dot::MulAdd16)
    compute += (3 * vectors + 2 * pixels) / 2; // Widening to i16.
  // A sum waits for its predecessor: about five cycles.
  double latency = 5;
  return std::max({loads, compute, latency});
}

} // namespace

double quantc::codegen::estimateCycles(const TileProblem &problem,
                                       const Level &level, const Tile &tile) {
  double tiles = ceilDivide(problem.height, tile.height) *
                 ceilDivide(problem.width, tile.width);
  int64_t vectors = ceilDivide(problem.channels, level.lanes);
  auto group = [&](int64_t count) {
    double epilogue = 5.0 * tile.pixels() * count + 10;
    return problem.steps *
               (stepCycles(tile, count, level, problem.integer) + 1) +
           epilogue;
  };
  double cycles = (vectors / tile.vectors) * group(tile.vectors);
  if (int64_t rest = vectors % tile.vectors)
    cycles += group(rest);
  return tiles * cycles;
}

Tile quantc::codegen::chooseTile(const TileProblem &problem,
                                 const Level &level) {
  Tile best{1, 1, 1};
  if (level.dot == Dot::Scalar)
    return best;
  double bestCycles = std::numeric_limits<double>::infinity();
  int64_t vectors = ceilDivide(problem.channels, level.lanes);
  for (int64_t count : {1, 2, 3, 4, 6, 8})
    for (int64_t height = 1; height <= std::min<int64_t>(problem.height, 8);
         ++height)
      for (int64_t width = 1; width <= std::min<int64_t>(problem.width, 28);
           ++width) {
        Tile tile{height, width, count};
        // A panel of 16 channels is either split evenly or taken whole.
        bool aligned =
            (count * level.lanes) % 16 == 0 || 16 % (count * level.lanes) == 0;
        if (count > vectors || (!aligned && count != vectors) ||
            registersOf(tile, level, problem.integer) > level.registers)
          continue;
        double cycles = estimateCycles(problem, level, tile);
        if (cycles < bestCycles) {
          bestCycles = cycles;
          best = tile;
        }
      }
  return best;
}
