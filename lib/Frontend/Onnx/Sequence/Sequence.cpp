//===- Sequence.cpp - Sequences, made and taken apart ---------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// A position in a sequence, where -1 is that of the last tensor: `size`
/// positions in all.
FailureOr<int64_t> readPosition(NodeContext &node, size_t index, int64_t size) {
  if (failed(node.expectTensor(index)))
    return failure();
  FailureOr<Shape> given = node.constantInts(index, "position");
  if (failed(given))
    return failure();
  int64_t length = node.operand(0).tensors().size();
  if (given->size() == 1 && given->front() >= -length && given->front() < size)
    return given->front() < 0 ? given->front() + length : given->front();
  node.error() << "expects one position in [" << -length << ", " << size - 1
               << "] of a sequence of " << length << " tensors, but got "
               << shapeText(*given);
  return failure();
}

LogicalResult convertSequenceEmpty(NodeContext &node) {
  if (failed(node.expectInputs(0, 0)))
    return failure();
  int64_t dataType = node.getInt("dtype", int64_t(DataType::Float));
  Type element = elementTypeOf(int32_t(dataType), node.context());
  if (!element)
    return node.unsupported("its element type is " +
                            dataTypeName(int32_t(dataType)));
  return node.setSequence({}, element);
}

LogicalResult convertSequenceConstruct(NodeContext &node) {
  if (failed(node.expectInputs(1, 65536)))
    return failure();
  std::vector<Operand> tensors;
  for (size_t i = 0; i < node.numInputs(); ++i) {
    if (!node.hasInput(i))
      return node.error() << "expects all of its inputs to have names";
    if (failed(node.expectTensor(i)))
      return failure();
    if (node.element(i) != node.element(0))
      return node.error() << "expects tensors of one element type, but got "
                          << node.element(0) << " and " << node.element(i);
    tensors.push_back(node.operand(i));
  }
  return node.setSequence(std::move(tensors), node.element(0));
}

/// Without a position, the tensor comes last.
LogicalResult convertSequenceInsert(NodeContext &node) {
  if (failed(node.expectInputs(2, 3)) || failed(node.expectSequence(0)) ||
      failed(node.expectTensor(1)))
    return failure();
  if (node.element(1) != node.element(0))
    return node.error() << "expects a tensor of " << node.element(0)
                        << ", as in the sequence, but got "
                        << describe(node.operand(1));
  std::vector<Operand> tensors = node.operand(0).tensors().vec();
  FailureOr<int64_t> position = int64_t(tensors.size());
  if (node.hasInput(2))
    position = readPosition(node, 2, tensors.size() + 1);
  if (failed(position))
    return failure();
  tensors.insert(tensors.begin() + *position, node.operand(1));
  return node.setSequence(std::move(tensors), node.element(0));
}

/// Without a position, the last tensor goes.
LogicalResult convertSequenceErase(NodeContext &node) {
  if (failed(node.expectInputs(1, 2)) || failed(node.expectSequence(0)))
    return failure();
  std::vector<Operand> tensors = node.operand(0).tensors().vec();
  FailureOr<int64_t> position = int64_t(tensors.size()) - 1;
  if (node.hasInput(1))
    position = readPosition(node, 1, tensors.size());
  if (failed(position))
    return failure();
  if (tensors.empty())
    return node.error() << "expects a sequence with tensors, but got "
                        << describe(node.operand(0));
  tensors.erase(tensors.begin() + *position);
  return node.setSequence(std::move(tensors), node.element(0));
}

LogicalResult convertSequenceAt(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)) || failed(node.expectSequence(0)))
    return failure();
  llvm::ArrayRef<Operand> tensors = node.operand(0).tensors();
  FailureOr<int64_t> position = readPosition(node, 1, tensors.size());
  return failed(position) ? failure() : node.set(tensors[*position], 0);
}

LogicalResult convertSequenceLength(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)) || failed(node.expectSequence(0)))
    return failure();
  int64_t length = node.operand(0).tensors().size();
  return node.set(HostTensor::fromInts(node.context(), {length}).reshaped({}));
}

} // namespace

void quantc::onnx::addSequences(ConversionTable &table) {
  table.addForLists("SequenceAt", convertSequenceAt);
  table.addForLists("SequenceConstruct", convertSequenceConstruct);
  table.addForLists("SequenceEmpty", convertSequenceEmpty);
  table.addForLists("SequenceErase", convertSequenceErase);
  table.addForLists("SequenceInsert", convertSequenceInsert);
  table.addForLists("SequenceLength", convertSequenceLength);
}
