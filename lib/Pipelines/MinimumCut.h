//===- MinimumCut.h - The cheapest way to part a graph ----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_LIB_PIPELINES_MINIMUMCUT_H
#define QUANTC_LIB_PIPELINES_MINIMUMCUT_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace quantc {

/// Nodes to be put on one of two sides, where each pair that is parted has its
/// price. Costs are integers, so that every machine finds the same cut.
class MinimumCut {
public:
  /// Nodes that are put on a side already.
  static constexpr size_t kFirst = 0, kSecond = 1;

  /// A new node, which may be on either side.
  size_t addNode();
  /// What it costs if `from` is on the first side and `to` on the second.
  void addCost(size_t from, size_t to, int64_t cost);
  /// Whether each node is on the second side, so that the costs are lowest. Of
  /// equally cheap ways the one with the fewest nodes there. Call it once.
  std::vector<bool> secondSide();

private:
  struct Edge {
    size_t to;
    int64_t room; ///< That the flow leaves.
  };

  /// Steps to the second side through edges with room; -1 if there is no way.
  std::vector<int> distances() const;
  int64_t push(size_t node, int64_t most, const std::vector<int> &distance);

  /// Edge 2k and edge 2k + 1 are one, both ways.
  std::vector<Edge> edges;
  std::vector<std::vector<size_t>> outOf{2};
  /// Edges of each node that are known to lead nowhere in this round.
  std::vector<size_t> next;
};

} // namespace quantc

#endif // QUANTC_LIB_PIPELINES_MINIMUMCUT_H
