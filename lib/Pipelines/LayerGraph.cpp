//===- LayerGraph.cpp - Which layers hand values to which -----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "LayerGraph.h"

#include "dialects/LowBit/Transforms/Weights.h"
#include "quantc/Support/LayerName.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallSet.h"

using namespace mlir;
using namespace quantc;

namespace {

using Sources = llvm::SmallSet<size_t, 2>;

int64_t elementsOf(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !type.hasStaticShape() || !type.getElementType().isF32())
    return 0;
  return type.getNumElements();
}

/// Walks a program from its arguments to its results.
class Walker {
public:
  explicit Walker(LayerGraph &graph) : graph(graph) {}

  void visit(Block &block) {
    for (BlockArgument argument : block.getArguments())
      sources[argument].insert(LayerGraph::kOutside);
    for (Operation &op : block)
      visit(op);
  }

private:
  void visit(Operation &op);
  void connect(Operation &op, size_t layer);

  LayerGraph &graph;
  llvm::DenseMap<Value, Sources> sources;
};

void Walker::connect(Operation &op, size_t layer) {
  for (Value operand : op.getOperands())
    if (int64_t elements = elementsOf(operand))
      for (size_t source : sources[operand])
        if (source != layer) {
          int64_t &most = graph.edges[{source, layer}];
          most = std::max(most, elements);
        }
}

void Walker::visit(Operation &op) {
  if (lowbit::computesFloat(&op)) {
    std::string name = layerName(&op);
    auto [found, isNew] = graph.numbers.try_emplace(name, graph.layers.size());
    if (isNew)
      graph.layers.push_back({name});
    graph.layers[found->second].isContraction |= lowbit::isContraction(&op);
    connect(op, found->second);
    for (Value result : op.getResults())
      sources[result].insert(found->second);
    return;
  }
  bool isLeaf = op.getNumResults() == 0 || op.getNumRegions() > 0;
  if (isLeaf)
    connect(op, LayerGraph::kOutside);
  for (Region &region : op.getRegions())
    for (Block &block : region)
      visit(block);
  Sources all;
  if (isLeaf)
    all.insert(LayerGraph::kOutside);
  else
    for (Value operand : op.getOperands())
      for (size_t source : sources[operand])
        all.insert(source);
  for (Value result : op.getResults())
    sources[result] = all;
}

} // namespace

LayerGraph::LayerGraph(ModuleOp module) {
  layers.push_back({""});
  module->walk([&](FunctionOpInterface function) {
    if (!function.isExternal())
      Walker(*this).visit(function.getFunctionBody().front());
  });
}
