//===- Elementwise.cpp - Operators that work element by element -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Elementwise.h"
#include "../ConversionTable.h"

using namespace mlir;
using namespace quantc::onnx;

unsigned quantc::onnx::kindOf(Type element) {
  unsigned width = element.getIntOrFloatBitWidth();
  if (isa<FloatType>(element))
    return width >= 16 ? kFloats : 0;
  if (width == 1)
    return kBools;
  if (width < 8)
    return 0;
  return element.isUnsignedInteger() ? kUnsigned : kSigned;
}

LogicalResult quantc::onnx::expectKind(NodeContext &node, size_t index,
                                       unsigned kinds) {
  if (kindOf(node.element(index)) & kinds)
    return success();
  std::string text;
  llvm::raw_string_ostream(text) << node.element(index);
  return node.unsupported("its input '" + node.inputName(index) +
                          "' has element type " + text +
                          ", on which ONNX does not define it");
}

Shape quantc::onnx::alignedShape(NodeContext &node, size_t index) {
  Shape shape(node.shape(index));
  if (index == 0 || node.opset() >= 7 || !node.attribute("axis"))
    return shape;
  int64_t axis = node.getInt("axis", 0), rank = node.rank(0);
  axis += axis < 0 ? rank : 0;
  shape.append(std::max<int64_t>(rank - axis - int64_t(shape.size()), 0), 1);
  return shape;
}

Value quantc::onnx::alignedInput(NodeContext &node, size_t index) {
  return node.build.reshape(node.input(index), alignedShape(node, index));
}

LogicalResult quantc::onnx::checkOperands(NodeContext &node, size_t first) {
  Shape shape(node.shape(first));
  if (node.opset() < 7 && node.attribute("axis"))
    if (failed(node.normalizeAxis(node.getInt("axis", 0),
                                  std::max<int64_t>(node.rank(0), 1))))
      return failure();
  for (size_t i = first + 1; i < node.numInputs(); ++i) {
    if (!node.hasInput(i))
      return node.error() << "expects " << node.numInputs()
                          << " inputs, but input " << i << " has no name";
    if (node.element(i) != node.element(first))
      return node.error() << "expects inputs of one element type, but got "
                          << node.element(first) << " and " << node.element(i);
    auto joint = broadcastShapes(shape, alignedShape(node, i));
    if (!joint)
      return node.error() << "expects shapes that broadcast, but got "
                          << shapeText(shape) << " and "
                          << shapeText(node.shape(i));
    shape = *joint;
  }
  return success();
}

Value quantc::onnx::mapScalars(NodeContext &node, ValueRange inputs, Type from,
                               Type to, ScalarLambda body) {
  return node.build.map(inputs, to,
                        [&](ImplicitLocOpBuilder &ops, ValueRange elements) {
                          ScalarBuilder scalars(ops, from);
                          return body(scalars, elements);
                        });
}

Value quantc::onnx::flipUnsigned(NodeContext &node, Value x) {
  Type element = node.element(0);
  if (!element.isUnsignedInteger())
    return x;
  auto body = [](ScalarBuilder &s, ValueRange each) -> Value {
    Value top = s.integer(int64_t(uint64_t(1) << (s.width() - 1)));
    return arith::XOrIOp::create(s.ops(), each[0], top);
  };
  return mapScalars(node, x, element, element, body);
}

/// The shape of the result if that has no elements, which only constants come
/// to; TOSA has no such tensors.
static std::optional<Shape> emptyShape(NodeContext &node) {
  Shape shape;
  for (size_t i = 0; i < node.numInputs(); ++i)
    shape = *broadcastShapes(shape, alignedShape(node, i));
  return node.allInputsConstant() && llvm::is_contained(shape, 0)
             ? std::make_optional(shape)
             : std::nullopt;
}

static LogicalResult convertByRule(NodeContext &node,
                                   const ElementwiseRule &rule) {
  if (failed(node.expectInputs(rule.least, rule.most)) ||
      failed(checkOperands(node)) || failed(expectKind(node, 0, rule.kinds)))
    return failure();
  Type element = node.element(0);
  Type result = rule.isPredicate ? node.build.ops().getI1Type() : element;
  if (std::optional<Shape> shape = emptyShape(node))
    return node.set(HostTensor::zeros(result, *shape));
  auto compute = [&](ValueRange x) -> Value {
    if (rule.onF32 && node.storage(0).isF32())
      return rule.onF32(node, x);
    return mapScalars(node, x, element, result, rule.scalar);
  };
  Value value = node.input(0);
  if (rule.most == 1)
    value = compute(value);
  for (size_t i = 1; i < node.numInputs(); ++i)
    value = compute({value, alignedInput(node, i)});
  return node.set(value, 0, result);
}

Conversion quantc::onnx::elementwise(ElementwiseRule rule) {
  return [rule](NodeContext &node) { return convertByRule(node, rule); };
}
