//===- Schedule.cpp - Ways to cut the loops of a kernel -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Codegen/Schedule.h"

#include "Convolution.h"
#include "Kernels.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <set>

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

/// Of a tile size, those that are tried.
constexpr size_t kMostTiles = 24;

/// Tiles with a low estimate; of those that cover the output in as many steps,
/// the smallest.
std::vector<Tile> goodTiles(const TileProblem &problem, const Level &level) {
  std::vector<std::pair<double, Tile>> tiles;
  for (int64_t count : {1, 2, 3, 4, 6, 8})
    for (int64_t height = 1; height <= 8; ++height)
      for (int64_t width = 1; width <= 28; ++width)
        if (Tile tile{height, width, count}; isPossible(problem, level, tile))
          tiles.push_back({estimateCycles(problem, level, tile), tile});
  llvm::stable_sort(tiles, [](auto &a, auto &b) { return a.first < b.first; });
  std::set<std::array<int64_t, 3>> seen;
  std::vector<Tile> good;
  for (auto &[cycles, tile] : tiles) {
    bool isNew =
        seen.insert(
                {int64_t(llvm::divideCeil(problem.rows.outputs, tile.height)),
                 int64_t(llvm::divideCeil(problem.columns.outputs, tile.width)),
                 tile.vectors})
            .second;
    if (isNew && good.size() < kMostTiles)
      good.push_back(tile);
  }
  return good;
}

std::vector<Schedule> convolutionSchedules(kernel::Conv2DOp op,
                                           const Level &level) {
  TileProblem problem = tileProblemOf(op);
  std::vector<Schedule> schedules;
  for (const Tile &tile : goodTiles(problem, level)) {
    int64_t rows = llvm::divideCeil(problem.rows.outputs, tile.height),
            columns = llvm::divideCeil(problem.columns.outputs, tile.width);
    // Single tiles, all of them, and some rows: a quarter or a sixteenth.
    std::set<std::pair<int64_t, int64_t>> blocks = {{1, 1}, {rows, columns}};
    for (int64_t parts : {4, 16}) {
      if (rows > 1)
        blocks.insert({llvm::divideCeil(rows, parts), columns});
      else
        blocks.insert({1, llvm::divideCeil(columns, parts)});
    }
    for (auto [blockRows, blockColumns] : blocks)
      schedules.push_back(
          {tile.height, tile.width, tile.vectors, blockRows, blockColumns});
  }
  return schedules;
}

/// Whether a schedule of a depthwise convolution may have the tile.
bool mayTile(kernel::DepthwiseConv2DOp op, const Level &level,
             const TileSize &tile) {
  auto output = cast<MemRefType>(op.getOutput().getType());
  if (tile.rows > output.getDimSize(1) || tile.columns > output.getDimSize(2))
    return false;
  if (isDotDepthwise(level, op))
    return tile.pixels() == 1 || hasRoom(level, op, tile);
  if (isRowsDepthwise(level, op))
    return false; // Chooses its tiles itself.
  return tile.rows == 1 &&
         (tile.columns == 1 || 2 * tile.columns <= level.registers);
}

std::vector<Schedule> depthwiseSchedules(kernel::DepthwiseConv2DOp op,
                                         const Level &level) {
  std::vector<Schedule> schedules;
  for (int64_t height = 1; height <= 4; ++height)
    for (int64_t width = 1; width <= 16; ++width)
      if (mayTile(op, level, {height, width}))
        schedules.push_back({height, width});
  return schedules;
}

/// "1x28x28x64xi8"
std::string typeText(Value value) {
  auto type = cast<ShapedType>(value.getType());
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (int64_t size : type.getShape())
    stream << size << "x";
  stream << type.getElementType();
  return text;
}

/// "3x3"
std::string sizesText(ArrayRef<int64_t> sizes) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::interleave(sizes, stream, "x");
  return text;
}

template <typename Op>
std::string keyOf(Op op, const Level &level) {
  return (op->getName().stripDialect() + " " + typeText(op.getInput()) + " " +
          typeText(op.getWeights()) + " " + typeText(op.getOutput()) +
          " kernel " + sizesText(op.getKernel()) + " stride " +
          sizesText(op.getStride()) + " dilation " +
          sizesText(op.getDilation()) + " passes " + Twine(op.getPasses()) +
          (op.getSignedInput() ? " signed " : " ") + level.name)
      .str();
}

} // namespace

bool quantc::codegen::hasSchedules(Operation *op) {
  return isa<kernel::Conv2DOp, kernel::DepthwiseConv2DOp>(op);
}

std::string quantc::codegen::scheduleKey(Operation *kernel,
                                         const Level &level) {
  if (auto op = dyn_cast<kernel::Conv2DOp>(kernel))
    return keyOf(op, level) + " pad " + sizesText(op.getPad()) +
           (op.getResidual() ? " residual" : "");
  return keyOf(cast<kernel::DepthwiseConv2DOp>(kernel), level);
}

std::vector<Schedule> quantc::codegen::candidateSchedules(Operation *kernel,
                                                          const Level &level) {
  if (level.dot == Dot::Scalar)
    return {};
  if (auto op = dyn_cast<kernel::Conv2DOp>(kernel))
    return convolutionSchedules(op, level);
  return depthwiseSchedules(cast<kernel::DepthwiseConv2DOp>(kernel), level);
}

bool quantc::codegen::fits(Operation *kernel, const Level &level,
                           ArrayRef<int64_t> schedule) {
  if (llvm::any_of(schedule, [](int64_t number) { return number < 1; }))
    return false;
  if (auto op = dyn_cast<kernel::Conv2DOp>(kernel))
    return schedule.size() == 5 &&
           codegen::isPossible(tileProblemOf(op), level,
                               {schedule[0], schedule[1], schedule[2]});
  return schedule.size() == 2 &&
         mayTile(cast<kernel::DepthwiseConv2DOp>(kernel), level,
                 {schedule[0], schedule[1]});
}
