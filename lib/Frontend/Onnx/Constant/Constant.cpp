//===- Constant.cpp - Nodes whose result is known while importing ---------===//
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

template <typename List>
HostTensor listOf(Type element, const List &list) {
  HostTensor result = HostTensor::zeros(element, {int64_t(list.size())});
  for (auto [i, value] : llvm::enumerate(list))
    result.set(i, value);
  return result;
}

FailureOr<HostTensor> readAttribute(NodeContext &node, const Tensor &tensor) {
  llvm::Expected<HostTensor> constant = node.read(tensor);
  if (constant)
    return *constant;
  node.error() << "expects a valid value, but it "
               << llvm::toString(constant.takeError());
  return failure();
}

LogicalResult convertConstant(NodeContext &node) {
  auto &ops = node.build.ops();
  for (const quantc::onnx::Attribute &attribute : node.node().attributes) {
    if (attribute.name == "value" && attribute.tensor) {
      FailureOr<HostTensor> tensor = readAttribute(node, *attribute.tensor);
      return failed(tensor) ? failure() : node.set(*tensor);
    }
    if (attribute.name == "value_float")
      return node.set(listOf(ops.getF32Type(), std::vector<double>{attribute.f})
                          .reshaped({}));
    if (attribute.name == "value_int")
      return node.set(
          listOf(ops.getI64Type(), std::vector<int64_t>{attribute.i})
              .reshaped({}));
    if (attribute.name == "value_string")
      return node.set(node.textTensor(attribute.s, {}));
    if (attribute.name == "value_strings")
      return node.set(node.textTensor(attribute.strings,
                                      {int64_t(attribute.strings.size())}));
    if (attribute.name == "value_floats")
      return node.set(listOf(ops.getF32Type(),
                             std::vector<double>(attribute.floats.begin(),
                                                 attribute.floats.end())));
    if (attribute.name == "value_ints")
      return node.set(listOf(ops.getI64Type(), attribute.ints));
  }
  return node.unsupported(
      "its value is neither a tensor nor numbers nor strings");
}

LogicalResult convertConstantOfShape(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  FailureOr<Shape> shape = node.constantInts(0, "shape");
  if (failed(shape))
    return failure();
  Type element = node.build.ops().getF32Type();
  double value = 0;
  if (const quantc::onnx::Attribute *given = node.attribute("value");
      given && given->tensor) {
    FailureOr<HostTensor> tensor = readAttribute(node, *given->tensor);
    if (failed(tensor))
      return failure();
    if (tensor->count() != 1)
      return node.error() << "expects a value of one element, but got shape "
                          << shapeText(tensor->shape());
    element = tensor->elementType();
    value = tensor->asDouble(0);
  }
  if (failed(node.expectShape(*shape)))
    return failure();
  return node.set(HostTensor::splat(element, *shape, value));
}

/// Shapes are static, so a Shape node is a constant whatever its input is.
LogicalResult convertShape(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  int64_t rank = node.rank(0);
  auto place = [&](int64_t position) {
    return std::clamp<int64_t>(position < 0 ? position + rank : position, 0,
                               rank);
  };
  int64_t start = place(node.getInt("start", 0));
  int64_t end = std::max(place(node.getInt("end", rank)), start);
  return node.set(HostTensor::fromInts(
      node.context(), node.shape(0).slice(start, end - start)));
}

LogicalResult convertSize(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  int64_t count = *countElements(node.shape(0));
  return node.set(HostTensor::fromInts(node.context(), {count}).reshaped({}));
}

} // namespace

void quantc::onnx::addConstants(ConversionTable &table) {
  table.conversions["Constant"] = convertConstant;
  table.conversions["ConstantOfShape"] = convertConstantOfShape;
  table.conversions["Shape"] = convertShape;
  table.conversions["Size"] = convertSize;
}
