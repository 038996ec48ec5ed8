//===- MinimumCutTest.cpp - Cuts against all that there are ---------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Pipelines/MinimumCut.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include <gtest/gtest.h>

#include <random>
#include <tuple>

using namespace quantc;

namespace {

using Costs = std::vector<std::tuple<size_t, size_t, int64_t>>;

/// What it costs to have the nodes of `second`, a bit each, on the second side.
int64_t costOf(const Costs &costs, unsigned second) {
  int64_t sum = 0;
  for (auto [from, to, cost] : costs)
    if (!(second >> from & 1) && (second >> to & 1))
      sum += cost;
  return sum;
}

TEST(MinimumCut, FindsTheCheapestOfAll) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    size_t nodes = 3 + random() % 8;
    MinimumCut cut;
    while (cut.addNode() + 1 < nodes)
      ;
    Costs costs;
    for (size_t i = 0; i < 3 * nodes; ++i) {
      size_t from = random() % nodes, to = random() % nodes;
      int64_t cost = random() % 20;
      cut.addCost(from, to, cost);
      if (from != to)
        costs.push_back({from, to, cost});
    }
    // Node 0 is on the first side and node 1 on the second.
    int64_t cheapest = INT64_MAX;
    int fewest = 0;
    for (unsigned second = 2; second < 1u << nodes; second += 4) {
      int64_t cost = costOf(costs, second);
      int count = llvm::popcount(second);
      if (cost < cheapest || (cost == cheapest && count < fewest)) {
        cheapest = cost;
        fewest = count;
      }
    }
    unsigned found = 0;
    for (auto [node, isSecond] : llvm::enumerate(cut.secondSide()))
      found |= unsigned(isSecond) << node;
    EXPECT_EQ(found & 3, 2u);
    EXPECT_EQ(costOf(costs, found), cheapest);
    EXPECT_EQ(llvm::popcount(found), fewest);
  }
}

TEST(MinimumCut, KeepsANodeWithoutCostsOnTheFirstSide) {
  MinimumCut cut;
  cut.addNode();
  EXPECT_EQ(cut.secondSide(), (std::vector<bool>{false, true, false}));
}

} // namespace
