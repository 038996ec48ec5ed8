//===- Loop.cpp - Loop ----------------------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Loop.h"
#include "../ConversionTable.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

enum Input : size_t { Count, Condition, Carried };

/// Copies of a body up to these limits are made, where a loop is not possible.
constexpr int64_t kMostIterations = 1024;
constexpr int64_t kMostNodes = 16384;

/// A bound that nothing reaches is none.
constexpr int64_t kUnbounded = std::numeric_limits<int32_t>::max();

LogicalResult readCount(NodeContext &node, LoopNode &loop) {
  if (!node.hasInput(Count))
    return success();
  if (!node.element(Count).isInteger(64) ||
      *countElements(node.shape(Count)) != 1)
    return node.error() << "expects one INT64 as trip count, but got "
                        << describe(node.operand(Count));
  const HostTensor *constant = node.constant(Count);
  if (!constant)
    loop.countValue = node.input(Count);
  else if (constant->asInt(0) < kUnbounded)
    loop.count = std::max<int64_t>(0, constant->asInt(0));
  return success();
}

LogicalResult readCondition(NodeContext &node, LoopNode &loop) {
  if (!node.hasInput(Condition))
    return success();
  if (!node.element(Condition).isInteger(1) ||
      *countElements(node.shape(Condition)) != 1)
    return node.error() << "expects one BOOL as condition, but got "
                        << describe(node.operand(Condition));
  const HostTensor *constant = node.constant(Condition);
  if (!constant)
    loop.condition = node.input(Condition);
  else if (constant->asInt(0) == 0)
    loop.isEmpty = true;
  return success();
}

/// The scan outputs' length: all of those that are declared have to agree.
LogicalResult readScanLength(NodeContext &node, LoopNode &loop) {
  loop.scanLength = loop.count;
  for (size_t i = 0; i < loop.numScans; ++i) {
    std::optional<int64_t> declared =
        node.declaredSize(loop.carried.size() + i, 0);
    if (!declared || *declared < 1 || declared == loop.scanLength)
      continue;
    if (loop.scanLength && (loop.count || i > 0))
      return node.unsupported("its scan outputs are declared with " +
                              Twine(*declared) + " rows, but there are " +
                              Twine(*loop.scanLength) + " iterations");
    loop.scanLength = declared;
  }
  return success();
}

/// As a loop of the program, or else as copies of the body.
FailureOr<std::vector<Operand>> outputsOf(NodeContext &node,
                                          const LoopNode &loop) {
  NodeContext::Checkpoint before = node.checkpoint();
  auto outputs = buildLoop(node, loop);
  if (succeeded(outputs) || !node.isUnsupported())
    return outputs;
  std::optional<int64_t> count = loop.count ? loop.count : loop.scanLength;
  if (!count || *count > kMostIterations ||
      *count * int64_t(loop.body->nodes.size()) > kMostNodes)
    return failure();
  node.rollBack(before);
  return unrollLoop(node, loop);
}

LogicalResult convertLoop(NodeContext &node) {
  FailureOr<LoopNode> loop = LoopNode::read(node);
  if (failed(loop))
    return failure();
  auto setAll = [&](llvm::ArrayRef<Operand> outputs) {
    for (auto [i, output] : llvm::enumerate(outputs))
      (void)node.set(output, i);
    return success();
  };
  if (loop->isEmpty) {
    if (loop->numScans > 0)
      return node.unsupported("its scan outputs are empty");
    return setAll(loop->carried);
  }

  auto outputs = outputsOf(node, *loop);
  if (succeeded(outputs))
    return setAll(*outputs);
  // Copies of the body can do more, if it is known how many there are.
  for (size_t input : {Count, Condition})
    if (node.hasInput(input) && !node.constant(input))
      node.wantConstant(input);
  return failure();
}

} // namespace

FailureOr<LoopNode> LoopNode::read(NodeContext &node) {
  auto body = bodyOf(node, "body");
  if (failed(body))
    return failure();
  LoopNode loop;
  loop.body = *body;
  for (size_t i = Carried; i < node.numInputs(); ++i) {
    if (!node.hasInput(i)) {
      node.error() << "expects input " << i << ", but got none";
      return failure();
    }
    loop.carried.push_back(node.operand(i));
  }
  for (size_t i : {Count, Condition})
    if (node.hasInput(i) && failed(node.expectTensor(i)))
      return failure();
  size_t numOutputs = node.node().outputs.size();
  size_t numCarried = loop.carried.size();
  if (numOutputs < numCarried || loop.body->outputs.size() != numOutputs + 1) {
    node.error() << "expects " << numOutputs + 1
                 << " outputs of the body, at least " << numCarried + 1
                 << " of them for the condition and what is carried, but got "
                 << loop.body->outputs.size();
    return failure();
  }
  loop.numScans = numOutputs - numCarried;
  if (failed(readCount(node, loop)) || failed(readCondition(node, loop)) ||
      failed(readScanLength(node, loop)))
    return failure();
  loop.isEmpty |= loop.count == 0;
  return loop;
}

LogicalResult LoopNode::check(NodeContext &node,
                              llvm::ArrayRef<Operand> results) const {
  const Operand &goesOn = results.front();
  if (!goesOn.isTensor() || !goesOn.element().isInteger(1) ||
      *countElements(goesOn.shape()) != 1)
    return node.error() << "expects one BOOL as condition of the body, but got "
                        << describe(goesOn);
  for (const Operand &part : results.drop_front(1 + carried.size()))
    if (!part.isTensor())
      return node.error()
             << "expects tensors as parts of scan outputs, but got "
             << describe(part);
  return success();
}

void quantc::onnx::addLoops(ConversionTable &table) {
  table.addForLists("Loop", convertLoop);
}
