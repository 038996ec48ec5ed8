//===- MinimumCut.cpp - The cheapest way to part a graph ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The cheapest cut costs as much as the largest flow carries (Ford and
// Fulkerson). Flow is pushed along shortest ways, all of one length at a time
// (Dinitz).
//
//===----------------------------------------------------------------------===//
#include "MinimumCut.h"

#include <algorithm>
#include <deque>
#include <limits>

using namespace quantc;

size_t MinimumCut::addNode() {
  outOf.emplace_back();
  return outOf.size() - 1;
}

void MinimumCut::addCost(size_t from, size_t to, int64_t cost) {
  if (from == to || cost <= 0)
    return;
  outOf[from].push_back(edges.size());
  edges.push_back({to, cost});
  outOf[to].push_back(edges.size());
  edges.push_back({from, 0});
}

std::vector<int> MinimumCut::distances() const {
  std::vector<int> distance(outOf.size(), -1);
  std::deque<size_t> reached = {kSecond};
  distance[kSecond] = 0;
  while (!reached.empty()) {
    size_t node = reached.front();
    reached.pop_front();
    for (size_t edge : outOf[node]) {
      size_t before = edges[edge].to;
      if (edges[edge ^ 1].room == 0 || distance[before] >= 0)
        continue;
      distance[before] = distance[node] + 1;
      reached.push_back(before);
    }
  }
  return distance;
}

int64_t MinimumCut::push(size_t node, int64_t most,
                         const std::vector<int> &distance) {
  if (node == kSecond)
    return most;
  for (; next[node] < outOf[node].size(); ++next[node]) {
    size_t edge = outOf[node][next[node]];
    if (edges[edge].room == 0 || distance[edges[edge].to] != distance[node] - 1)
      continue;
    int64_t pushed =
        push(edges[edge].to, std::min(most, edges[edge].room), distance);
    if (pushed == 0)
      continue;
    edges[edge].room -= pushed;
    edges[edge ^ 1].room += pushed;
    return pushed;
  }
  return 0;
}

std::vector<bool> MinimumCut::secondSide() {
  std::vector<int> distance = distances();
  for (; distance[kFirst] >= 0; distance = distances()) {
    next.assign(outOf.size(), 0);
    while (push(kFirst, std::numeric_limits<int64_t>::max(), distance) > 0)
      ;
  }
  std::vector<bool> isSecond;
  for (int steps : distance)
    isSecond.push_back(steps >= 0);
  return isSecond;
}
