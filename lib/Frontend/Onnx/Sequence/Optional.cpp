//===- Optional.cpp - Optionals -------------------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An optional that has an element is that element, so nothing here makes or
// unwraps one.
#include "../ConversionTable.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

LogicalResult convertOptional(NodeContext &node) {
  if (failed(node.expectInputs(0, 1)))
    return failure();
  return node.hasInput(0) ? node.forward() : node.set(Operand::absent(), 0);
}

LogicalResult convertOptionalGetElement(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (node.operand(0).isAbsent())
    return node.error() << "expects an optional with an element, but input '"
                        << node.inputName(0) << "' has none";
  return node.forward();
}

LogicalResult convertOptionalHasElement(NodeContext &node) {
  if (failed(node.expectInputs(0, 1)))
    return failure();
  bool hasElement = node.hasInput(0) && !node.operand(0).isAbsent();
  return node.set(
      HostTensor::splat(node.build.ops().getI1Type(), {}, hasElement));
}

} // namespace

void quantc::onnx::addOptionals(ConversionTable &table) {
  table.addForLists("Optional", convertOptional);
  table.addForLists("OptionalGetElement", convertOptionalGetElement);
  table.addForLists("OptionalHasElement", convertOptionalHasElement);
}
