//===- SequenceMap.cpp - A graph for each tensor of a sequence ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../Control/Regions.h"
#include "../ConversionTable.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

LogicalResult checkInputs(NodeContext &node) {
  if (failed(node.expectInputs(1, 1024)) || failed(node.expectSequence(0)))
    return failure();
  size_t length = node.operand(0).tensors().size();
  for (size_t i = 1; i < node.numInputs(); ++i) {
    if (!node.hasInput(i))
      return node.error() << "expects input " << i << ", but got none";
    const Operand &operand = node.operand(i);
    bool fits = operand.isTensor() ||
                (operand.isSequence() && operand.tensors().size() == length);
    if (!fits)
      return node.error() << "expects tensors, and sequences of " << length
                          << " like the first, but got " << describe(operand);
  }
  return success();
}

/// What the body gives for the tensors at `position`.
FailureOr<std::vector<Operand>> mapOne(NodeContext &node, const Graph &body,
                                       size_t position) {
  std::vector<Operand> arguments;
  for (size_t i = 0; i < node.numInputs(); ++i) {
    const Operand &operand = node.operand(i);
    arguments.push_back(operand.isSequence() ? operand.tensors()[position]
                                             : operand);
  }
  auto results = node.convertBody(body, arguments, node.build.ops().getBlock());
  if (failed(results))
    return failure();
  for (const Operand &result : *results)
    if (!result.isTensor()) {
      node.error() << "expects a body that returns tensors, but got "
                   << describe(result);
      return failure();
    }
  return results;
}

/// The element type of an output: that of its tensors, or, if there are none,
/// what the body declares.
Type elementOf(NodeContext &node, const ValueInfo &declared,
               llvm::ArrayRef<Operand> tensors) {
  if (tensors.empty())
    return elementTypeOf(declared.dataType, node.context());
  return tensors.front().element();
}

LogicalResult convertSequenceMap(NodeContext &node) {
  auto body = bodyOf(node, "body");
  if (failed(body) || failed(checkInputs(node)))
    return failure();
  size_t numOutputs = node.node().outputs.size();
  if ((*body)->outputs.size() != numOutputs)
    return node.error() << "expects a body with " << numOutputs
                        << " outputs, but got " << (*body)->outputs.size();
  std::vector<std::vector<Operand>> lists(numOutputs);
  for (size_t i = 0; i < node.operand(0).tensors().size(); ++i) {
    auto results = mapOne(node, **body, i);
    if (failed(results))
      return failure();
    for (auto [list, result] : llvm::zip_equal(lists, *results))
      list.push_back(result);
  }
  for (auto [i, list] : llvm::enumerate(lists)) {
    Type element = elementOf(node, (*body)->outputs[i], list);
    if (!element)
      return node.unsupported("its sequence is empty, and output " + Twine(i) +
                              " of its body declares no element type");
    if (failed(node.setSequence(std::move(list), element, i)))
      return failure();
  }
  return success();
}

} // namespace

void quantc::onnx::addSequenceMaps(ConversionTable &table) {
  table.addForLists("SequenceMap", convertSequenceMap);
}
