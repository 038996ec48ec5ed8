//===- Huffman.cpp - Prefix codes for indices -----------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Format/Huffman.h"

#include <algorithm>
#include <numeric>
#include <queue>

using namespace quantc;
using namespace quantc::format;

namespace {

struct Node {
  double weight;
  int first = -1, second = -1; // Children; none for a symbol.
};

/// The two lightest trees are joined, until one is left.
std::vector<Node> buildTree(llvm::ArrayRef<double> weights) {
  std::vector<Node> nodes;
  // By weight, then by age, so that the lengths do not depend on the library.
  using Entry = std::pair<double, int>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  for (double weight : weights) {
    if (weight > 0)
      queue.push({weight, int(nodes.size())});
    nodes.push_back({weight});
  }
  while (queue.size() > 1) {
    auto [lighter, first] = queue.top();
    queue.pop();
    auto [heavier, second] = queue.top();
    queue.pop();
    queue.push({lighter + heavier, int(nodes.size())});
    nodes.push_back({lighter + heavier, first, second});
  }
  return nodes;
}

} // namespace

std::vector<unsigned> format::huffmanLengths(llvm::ArrayRef<double> weights) {
  std::vector<Node> nodes = buildTree(weights);
  std::vector<unsigned> depth(nodes.size(), 0);
  // Children are older than their parent.
  for (size_t i = nodes.size(); i-- > weights.size();)
    for (int child : {nodes[i].first, nodes[i].second})
      depth[child] = depth[i] + 1;
  depth.resize(weights.size());
  if (nodes.size() == weights.size()) // One symbol at most.
    for (size_t i = 0; i < weights.size(); ++i)
      depth[i] = weights[i] > 0 ? 1 : 0;
  return depth;
}

HuffmanCode::HuffmanCode(std::vector<unsigned> lengths)
    : ofSymbol(std::move(lengths)), words(ofSymbol.size(), 0) {
  std::vector<unsigned> order(ofSymbol.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](unsigned a, unsigned b) {
    return ofSymbol[a] < ofSymbol[b];
  });
  uint64_t word = 0;
  unsigned length = 0;
  for (unsigned symbol : order) {
    if (ofSymbol[symbol] == 0)
      continue;
    word <<= ofSymbol[symbol] - length;
    length = ofSymbol[symbol];
    words[symbol] = word++;
  }
}

size_t HuffmanCode::bits(llvm::ArrayRef<uint8_t> symbols) const {
  size_t total = 0;
  for (uint8_t symbol : symbols)
    total += ofSymbol[symbol];
  return total;
}

std::vector<uint8_t>
HuffmanCode::encode(llvm::ArrayRef<uint8_t> symbols) const {
  std::vector<uint8_t> bytes((bits(symbols) + 7) / 8, 0);
  size_t position = 0;
  for (uint8_t symbol : symbols)
    for (unsigned i = ofSymbol[symbol]; i-- > 0; ++position)
      if ((words[symbol] >> i) & 1)
        bytes[position / 8] |= uint8_t(0x80u >> (position % 8));
  return bytes;
}

std::vector<uint8_t> HuffmanCode::decode(llvm::ArrayRef<uint8_t> bytes,
                                         size_t count) const {
  std::vector<uint8_t> symbols;
  size_t position = 0;
  uint64_t word = 0;
  unsigned length = 0;
  while (symbols.size() < count && position < bytes.size() * 8) {
    word = (word << 1) | ((bytes[position / 8] >> (7 - position % 8)) & 1);
    ++length;
    ++position;
    for (size_t symbol = 0; symbol < ofSymbol.size(); ++symbol)
      if (ofSymbol[symbol] == length && words[symbol] == word) {
        symbols.push_back(uint8_t(symbol));
        word = 0;
        length = 0;
        break;
      }
  }
  return symbols;
}
