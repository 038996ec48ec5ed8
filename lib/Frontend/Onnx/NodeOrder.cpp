//===- NodeOrder.cpp - Nodes in the order of their dependences ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "NodeOrder.h"

#include "Subgraph.h"

#include <queue>

using namespace mlir;
using namespace quantc::onnx;

namespace {

using Producers = llvm::StringMap<size_t>;

FailureOr<Producers> findProducers(ImportState &state,
                                   llvm::ArrayRef<Node> nodes) {
  Producers producers;
  for (auto [index, node] : llvm::enumerate(nodes)) {
    NodeContext context(state, node);
    if (node.outputs.empty()) {
      context.error() << "expects an output, but got none";
      return failure();
    }
    for (llvm::StringRef output : node.outputs) {
      if (output.empty())
        continue;
      if (state.scope->operands.count(output) ||
          !producers.try_emplace(output, index).second) {
        context.error() << "expects an output name of its own, but '" << output
                        << "' is defined twice";
        return failure();
      }
    }
  }
  return producers;
}

} // namespace

FailureOr<std::vector<const Node *>>
quantc::onnx::orderNodes(ImportState &state, llvm::ArrayRef<Node> nodes) {
  FailureOr<Producers> producers = findProducers(state, nodes);
  if (failed(producers))
    return failure();
  std::vector<std::vector<size_t>> users(nodes.size());
  std::vector<size_t> missing(nodes.size(), 0);
  for (auto [index, node] : llvm::enumerate(nodes)) {
    llvm::StringRef undefined;
    auto read = [&, index = index](llvm::StringRef name) {
      auto producer = producers->find(name);
      if (producer != producers->end()) {
        users[producer->second].push_back(index);
        ++missing[index];
      } else if (!state.find(name)) {
        undefined = name;
      }
    };
    forEachRead(node, read);
    if (!undefined.empty()) {
      NodeContext(state, node).error()
          << "reads '" << undefined
          << "', which no node, input or initializer defines";
      return failure();
    }
  }

  // The smallest index first keeps the file's order.
  std::priority_queue<size_t, std::vector<size_t>, std::greater<size_t>> ready;
  for (size_t index = 0; index < missing.size(); ++index)
    if (missing[index] == 0)
      ready.push(index);
  std::vector<const Node *> order;
  while (!ready.empty()) {
    size_t index = ready.top();
    ready.pop();
    order.push_back(&nodes[index]);
    for (size_t user : users[index])
      if (--missing[user] == 0)
        ready.push(user);
  }
  if (order.size() == nodes.size())
    return order;
  for (auto [index, node] : llvm::enumerate(nodes))
    if (missing[index] != 0) {
      NodeContext(state, node).error() << "is part of a cycle, or behind one";
      break;
    }
  return failure();
}
