//===- SequenceParts.cpp - From a tensor to a sequence and back -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../Control/Expansion.h"
#include "../ConversionTable.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Sizes of the parts along an axis of `dim`: all 1, or as `split` says, which
/// is a list or the size of all but the last.
FailureOr<Shape> readSizes(NodeContext &node, int64_t dim) {
  if (!node.hasInput(1))
    return Shape(dim, 1);
  FailureOr<Shape> given = node.constantInts(1, "split");
  if (failed(given))
    return failure();
  Shape sizes = *given;
  if (node.rank(1) == 0 && given->front() > 0) {
    int64_t size = given->front();
    sizes.assign(dim / size, size);
    if (dim % size != 0)
      sizes.push_back(dim % size);
  }
  int64_t sum = 0;
  bool isValid = true;
  for (int64_t size : sizes) {
    isValid &= size >= 0 && size <= dim - sum;
    sum += isValid ? size : 0;
  }
  if (isValid && sum == dim)
    return sizes;
  node.error() << "expects a split into parts of a positive size, or sizes "
                  "with sum "
               << dim << ", but got " << shapeText(*given);
  return failure();
}

/// Elements begin, ..., begin + size - 1 along the axis.
FailureOr<Operand> partOf(NodeContext &node, int64_t axis, int64_t begin,
                          int64_t size, llvm::ArrayRef<int64_t> shape) {
  const HostTensor *constant = node.constant(0);
  if (!constant && size > 0) {
    Value part = node.build.sliceAxis(node.input(0), axis, begin, size);
    return Operand(node.build.reshape(part, shape), node.element(0));
  }
  if (failed(node.reserve(node.element(0), shape)))
    return failure();
  if (!constant)
    return Operand(HostTensor::zeros(node.element(0), shape));
  Shape begins(node.rank(0), 0), steps(node.rank(0), 1), sizes(node.shape(0));
  begins[axis] = begin;
  sizes[axis] = size;
  return Operand(constant->sliced(begins, steps, sizes).reshaped(shape));
}

/// keepdims is for parts of one element each, where no split is given.
LogicalResult convertSplitToSequence(NodeContext &node) {
  constexpr int64_t kMostParts = 16384;
  if (failed(node.expectInputs(1, 2)))
    return failure();
  FailureOr<int64_t> axis =
      node.normalizeAxis(node.getInt("axis", 0), node.rank(0));
  if (failed(axis))
    return failure();
  int64_t dim = node.shape(0)[*axis];
  bool keepsAxis = node.hasInput(1) || node.getInt("keepdims", 1) != 0;
  if (dim > kMostParts && !node.hasInput(1))
    return node.error() << "expects at most " << kMostParts
                        << " parts, but got " << dim;
  FailureOr<Shape> sizes = readSizes(node, dim);
  if (failed(sizes))
    return failure();
  std::vector<Operand> parts;
  int64_t begin = 0;
  for (int64_t size : *sizes) {
    Shape shape(node.shape(0));
    shape[*axis] = size;
    if (!keepsAxis)
      shape.erase(shape.begin() + *axis);
    FailureOr<Operand> part = partOf(node, *axis, begin, size, shape);
    if (failed(part))
      return failure();
    parts.push_back(*part);
    begin += size;
  }
  return node.setSequence(std::move(parts), node.element(0));
}

/// Concat(x0, x1, ...), along a new axis of which each tensor is an element if
/// the node asks for one.
LogicalResult convertConcatFromSequence(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)) || failed(node.expectSequence(0)))
    return failure();
  llvm::ArrayRef<Operand> tensors = node.operand(0).tensors();
  if (tensors.empty())
    return node.error() << "expects a sequence with tensors, but got "
                        << describe(node.operand(0));
  if (!node.attribute("axis"))
    return node.error() << "expects an attribute 'axis', but got none";
  int64_t axis = node.getInt("axis", 0);
  bool isNew = node.getInt("new_axis", 0) != 0;
  Expansion body(node);
  std::vector<Expansion::Name> parts;
  for (const Operand &tensor : tensors) {
    Expansion::Name part = body.value(tensor);
    if (isNew)
      part = body.add(
          "Unsqueeze",
          {part, body.constant(HostTensor::fromInts(node.context(), {axis}))});
    parts.push_back(part);
  }
  return body.finish(
      {body.add("Concat", parts, {Expansion::attribute("axis", axis)})});
}

} // namespace

void quantc::onnx::addSequenceParts(ConversionTable &table) {
  table.addForLists("ConcatFromSequence", convertConcatFromSequence);
  table.conversions["SplitToSequence"] = convertSplitToSequence;
}
