//===- Branches.cpp - If --------------------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"
#include "Regions.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

LogicalResult setAll(NodeContext &node, llvm::ArrayRef<Operand> outputs) {
  if (outputs.size() != node.node().outputs.size())
    return node.error() << "expects branches with "
                        << node.node().outputs.size() << " outputs, but got "
                        << outputs.size();
  for (auto [i, output] : llvm::enumerate(outputs))
    (void)node.set(output, i);
  return success();
}

/// A branch that is known to be taken stands in the place of the node.
LogicalResult convertIf(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  auto ifTrue = bodyOf(node, "then_branch"),
       ifFalse = bodyOf(node, "else_branch");
  if (failed(ifTrue) || failed(ifFalse))
    return failure();
  if (failed(node.expectTensor(0)))
    return failure();
  if (!node.element(0).isInteger(1) || *countElements(node.shape(0)) != 1)
    return node.error() << "expects one BOOL as condition, but got "
                        << describe(node.operand(0));
  if (const HostTensor *condition = node.constant(0)) {
    const Graph &taken = condition->asInt(0) ? **ifTrue : **ifFalse;
    auto outputs = node.convertBody(taken, {}, node.build.ops().getBlock());
    return failed(outputs) ? failure() : setAll(node, *outputs);
  }
  auto convert = [&](const Graph &body) {
    return [&](Block *block) { return node.convertBody(body, {}, block); };
  };
  auto outputs = buildBranches(node, scalarOf(node.build, node.input(0)),
                               convert(**ifTrue), convert(**ifFalse));
  if (succeeded(outputs))
    return setAll(node, *outputs);
  node.wantConstant(0);
  return failure();
}

} // namespace

void quantc::onnx::addBranches(ConversionTable &table) {
  table.addForLists("If", convertIf);
}
