//===- Subgraph.cpp - Which nodes read what -------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Subgraph.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace quantc::onnx;

std::optional<llvm::StringRef>
quantc::onnx::differentiatedTensor(const Node &node) {
  if (node.opType != "Gradient" || node.domain != "ai.onnx.preview.training")
    return std::nullopt;
  for (const quantc::onnx::Attribute &attribute : node.attributes)
    if (attribute.name == "y" && !attribute.s.empty())
      return attribute.s;
  return std::nullopt;
}

static void forEachOwnRead(const Node &node,
                           llvm::function_ref<void(llvm::StringRef)> read) {
  for (llvm::StringRef input : node.inputs)
    if (!input.empty())
      read(input);
  if (std::optional<llvm::StringRef> y = differentiatedTensor(node))
    read(*y);
}

/// Calls `read` with the names that a node's bodies see from outside.
static void forEachCapture(const Node &node, llvm::StringSet<> inside,
                           llvm::function_ref<void(llvm::StringRef)> read) {
  for (const quantc::onnx::Attribute &attribute : node.attributes) {
    if (!attribute.graph)
      continue;
    const Graph &body = *attribute.graph;
    llvm::StringSet<> defined = inside;
    for (const ValueInfo &input : body.inputs)
      defined.insert(input.name);
    for (const Tensor &tensor : body.initializers)
      defined.insert(tensor.name);
    for (const Node &inner : body.nodes)
      for (llvm::StringRef output : inner.outputs)
        defined.insert(output);
    auto readIfOutside = [&](llvm::StringRef name) {
      if (!name.empty() && !defined.contains(name))
        read(name);
    };
    for (const Node &inner : body.nodes) {
      forEachOwnRead(inner, readIfOutside);
      forEachCapture(inner, defined, read);
    }
    for (const ValueInfo &output : body.outputs)
      readIfOutside(output.name);
  }
}

void quantc::onnx::forEachRead(const Node &node,
                               llvm::function_ref<void(llvm::StringRef)> read) {
  forEachOwnRead(node, read);
  forEachCapture(node, {}, read);
}

namespace {

/// The nodes of some scopes, and who reads what they compute.
class Network {
public:
  explicit Network(const Scope &innermost);

  std::vector<Node> between(const llvm::StringMap<Operand> &from,
                            llvm::StringRef name) const;

private:
  using Indices = llvm::SmallVector<size_t>;

  /// All that `name` is computed from, without looking behind `from`.
  llvm::BitVector behind(const llvm::StringMap<Operand> &from,
                         llvm::StringRef name) const;

  std::vector<const Node *> nodes;
  llvm::StringMap<size_t> producers;
  llvm::StringMap<Indices> readers;
};

Network::Network(const Scope &innermost) {
  // Names of inner scopes hide none of the outer ones.
  llvm::SmallVector<const Scope *> scopes;
  for (const Scope *scope = &innermost; scope; scope = scope->outer)
    scopes.push_back(scope);
  for (const Scope *scope : llvm::reverse(scopes))
    for (const Node &node : scope->nodes) {
      size_t index = nodes.size();
      nodes.push_back(&node);
      for (llvm::StringRef output : node.outputs)
        if (!output.empty())
          producers[output] = index;
      forEachRead(
          node, [&](llvm::StringRef name) { readers[name].push_back(index); });
    }
}

llvm::BitVector Network::behind(const llvm::StringMap<Operand> &from,
                                llvm::StringRef name) const {
  llvm::BitVector found(nodes.size());
  llvm::SmallVector<llvm::StringRef> names{name};
  while (!names.empty()) {
    llvm::StringRef next = names.pop_back_val();
    auto producer = producers.find(next);
    if (from.contains(next) || producer == producers.end() ||
        found.test(producer->second))
      continue;
    found.set(producer->second);
    forEachRead(*nodes[producer->second],
                [&](llvm::StringRef read) { names.push_back(read); });
  }
  return found;
}

std::vector<Node> Network::between(const llvm::StringMap<Operand> &from,
                                   llvm::StringRef name) const {
  llvm::BitVector isBehind = behind(from, name), found(nodes.size());
  llvm::SmallVector<llvm::StringRef> names;
  for (const auto &entry : from)
    names.push_back(entry.getKey());
  while (!names.empty()) {
    auto reading = readers.find(names.pop_back_val());
    if (reading == readers.end())
      continue;
    for (size_t reader : reading->second) {
      if (!isBehind.test(reader) || found.test(reader))
        continue;
      found.set(reader);
      llvm::append_range(names, nodes[reader]->outputs);
    }
  }
  std::vector<Node> copies;
  for (unsigned index : found.set_bits()) {
    copies.push_back(*nodes[index]);
    for (llvm::StringRef &output : copies.back().outputs)
      if (from.contains(output))
        output = "";
  }
  return copies;
}

} // namespace

std::vector<Node>
quantc::onnx::nodesBetween(const Scope &scope,
                           const llvm::StringMap<Operand> &from,
                           llvm::StringRef name) {
  return Network(scope).between(from, name);
}
