//===- Placement.cpp - Where buffers lie in an arena ----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The problem is that of packing rectangles whose place in time is given
// ("dynamic storage allocation", NP-hard). Blocks are placed one after the
// other, each as low as it can be; what matters is their order. A few orders
// that are often good are tried, then the best one is varied: what reaches to
// the top comes earlier.
//
//===----------------------------------------------------------------------===//
#include "lib/Codegen/Program/Placement.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>
#include <random>
#include <tuple>

using namespace quantc::codegen;
using llvm::ArrayRef;
using llvm::SmallVector;

namespace {

/// Numbers of blocks, in the order in which they are placed.
using Order = std::vector<size_t>;

class Packer {
public:
  explicit Packer(ArrayRef<ArenaBlock> all)
      : blocks(all.begin(), all.end()), neighbours(all.size()) {
    for (size_t i = 0; i < all.size(); ++i)
      for (size_t j = 0; j < all.size(); ++j)
        if (i != j && all[i].livesWith(all[j]))
          neighbours[i].push_back(j);
  }

  /// The order of a sort by `key`, if it is better than the best so far.
  template <typename KeyT>
  void tryOrder(KeyT key) {
    Order order(blocks.size());
    for (size_t i = 0; i < order.size(); ++i)
      order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return key(blocks[a]) < key(blocks[b]);
    });
    take(std::move(order), best - 1);
  }

  /// Varies the best order until it reaches `goal`, for a limited time.
  void improve(int64_t goal);

  int64_t bytes() const { return best; }
  int64_t offsetOf(size_t block) const { return bestOffsets[block]; }

private:
  void take(Order order, int64_t most);
  int64_t pack(const Order &order);
  int64_t lowestOffset(size_t block) const;

  std::vector<ArenaBlock> blocks;
  std::vector<SmallVector<size_t>> neighbours;
  std::vector<bool> isPlaced;
  Order bestOrder;
  std::vector<int64_t> bestOffsets;
  int64_t best = INT64_MAX;
};

int64_t Packer::lowestOffset(size_t block) const {
  SmallVector<std::pair<int64_t, int64_t>> taken;
  for (size_t other : neighbours[block])
    if (isPlaced[other])
      taken.push_back(
          {blocks[other].offset, blocks[other].offset + blocks[other].bytes});
  llvm::sort(taken);
  int64_t offset = 0;
  for (auto [begin, end] : taken) {
    if (offset + blocks[block].bytes <= begin)
      break;
    offset = std::max(offset, end);
  }
  return offset;
}

int64_t Packer::pack(const Order &order) {
  isPlaced.assign(blocks.size(), false);
  int64_t end = 0;
  for (size_t number : order) {
    ArenaBlock &block = blocks[number];
    block.offset = lowestOffset(number);
    isPlaced[number] = true;
    end = std::max(end, block.offset + block.bytes + block.slack);
  }
  return end;
}

/// Makes it the best order if the arena is at most so large.
void Packer::take(Order order, int64_t most) {
  int64_t end = pack(order);
  if (end > most)
    return;
  best = end;
  bestOrder = std::move(order);
  bestOffsets.clear();
  for (const ArenaBlock &block : blocks)
    bestOffsets.push_back(block.offset);
}

void Packer::improve(int64_t goal) {
  if (blocks.size() < 3)
    return;
  // A fixed seed, and a fixed amount of work: about a second at the most.
  std::mt19937 random(1);
  size_t pairs = 0;
  for (const auto &others : neighbours)
    pairs += others.size() + 1;
  for (size_t work = 0; best > goal && work < 40'000'000; work += 8 * pairs) {
    Order order = bestOrder;
    size_t from = 0;
    if (random() % 2)
      from = random() % order.size();
    else // One of those that reach to the top.
      for (size_t i = 0, found = 0; i < order.size(); ++i) {
        const ArenaBlock &block = blocks[order[i]];
        int64_t end = bestOffsets[order[i]] + block.bytes + block.slack;
        if (end == best && random() % ++found == 0)
          from = i;
      }
    size_t to = random() % order.size();
    size_t moved = order[from];
    order.erase(order.begin() + from);
    order.insert(order.begin() + to, moved);
    // As good a one, too: the next step may start from there.
    take(std::move(order), best);
  }
}

} // namespace

int64_t quantc::codegen::place(llvm::MutableArrayRef<ArenaBlock> blocks) {
  if (blocks.empty())
    return 0;
  auto time = [](const ArenaBlock &block) {
    return int64_t(block.last) - block.first + 1;
  };
  Packer packer(blocks);
  packer.tryOrder(
      [&](const ArenaBlock &b) { return std::tuple(-b.bytes, b.first); });
  packer.tryOrder(
      [&](const ArenaBlock &b) { return std::tuple(-time(b), -b.bytes); });
  packer.tryOrder([&](const ArenaBlock &b) { return -time(b) * b.bytes; });
  packer.tryOrder(
      [&](const ArenaBlock &b) { return std::tuple(b.first, -b.bytes); });
  packer.tryOrder([&](const ArenaBlock &b) {
    return std::tuple(-int64_t(b.last), -b.bytes);
  });
  int64_t slack = blocks.front().slack;
  for (const ArenaBlock &block : blocks)
    slack = std::min(slack, block.slack);
  packer.improve(largestLiveSet(blocks) + slack);
  for (auto [number, block] : llvm::enumerate(blocks))
    block.offset = packer.offsetOf(number);
  return packer.bytes();
}

int64_t quantc::codegen::largestLiveSet(ArrayRef<ArenaBlock> blocks) {
  int64_t largest = 0;
  for (const ArenaBlock &at : blocks) {
    int64_t live = 0;
    for (const ArenaBlock &block : blocks)
      if (block.first <= at.first && at.first <= block.last)
        live += block.bytes;
    largest = std::max(largest, live);
  }
  return largest;
}
