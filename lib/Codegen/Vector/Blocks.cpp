//===- Blocks.cpp - Which tiles share the caches --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Blocks.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace quantc::codegen;

/// What a block may use of the second cache, which has 256 KB and more, and
/// what weights may use of it beside the block.
static constexpr int64_t kBlockBytes = 128 * 1024;
static constexpr int64_t kWeightBytes = 128 * 1024;

/// Weights that fit the innermost cache are read again for every tile.
static constexpr int64_t kInnermostBytes = 16 * 1024;

Blocks quantc::codegen::chooseBlocks(const BlockProblem &problem) {
  Blocks whole{problem.rows, problem.columns};
  int64_t inputBytes = problem.rows * problem.rowBytes;
  if (problem.weightBytes <= kInnermostBytes)
    return {1, 1};
  if (problem.groups == 1 || inputBytes <= kBlockBytes)
    return whole;
  Blocks block{std::max<int64_t>(kBlockBytes / problem.rowBytes, 1),
               problem.columns};
  if (problem.rowBytes > kBlockBytes)
    block.columns =
        std::max<int64_t>(problem.columns * kBlockBytes / problem.rowBytes, 1);
  int64_t count = llvm::divideCeil(problem.rows, block.rows) *
                  llvm::divideCeil(problem.columns, block.columns);
  bool weightsStay = problem.weightBytes <= kWeightBytes;
  int64_t inBlocks =
      inputBytes + problem.weightBytes * (weightsStay ? 1 : count);
  int64_t inOne = inputBytes * problem.groups + problem.weightBytes;
  if (inOne <= inBlocks)
    return whole;
  // Blocks of nearly equal size.
  auto even = [](int64_t tiles, int64_t most) -> int64_t {
    return llvm::divideCeil(tiles, llvm::divideCeil(tiles, most));
  };
  return {even(problem.rows, block.rows), even(problem.columns, block.columns)};
}
