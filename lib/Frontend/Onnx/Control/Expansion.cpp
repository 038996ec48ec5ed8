//===- Expansion.cpp - An operator as a few others --------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Expansion.h"

using namespace mlir;
using namespace quantc::onnx;

Expansion::Name Expansion::newName() {
  names.push_back("%" + std::to_string(names.size()));
  return names.back();
}

Expansion::Name Expansion::value(const Operand &operand) {
  Name name = newName();
  arguments[name] = operand;
  return name;
}

Expansion::Name Expansion::input(size_t index) {
  if (!node.hasInput(index))
    return {};
  // A constant keeps its name, which its op is called by, unless it is like
  // those that are made here.
  Name name = node.inputName(index);
  if (name.starts_with("%"))
    return value(node.operand(index));
  arguments[name] = node.operand(index);
  return name;
}

Expansion::Name Expansion::constant(HostTensor tensor) {
  return value(Operand(std::move(tensor)));
}

Expansion::Name Expansion::scalar(double number) {
  return constant(
      HostTensor::splat(Float32Type::get(node.context()), {}, number));
}

Expansion::Attribute Expansion::attribute(llvm::StringRef name, int64_t value) {
  Expansion::Attribute result;
  result.name = name;
  result.i = value;
  return result;
}

Expansion::Attribute Expansion::attribute(llvm::StringRef name, float value) {
  Expansion::Attribute result;
  result.name = name;
  result.f = value;
  return result;
}

Expansion::Attribute Expansion::attribute(llvm::StringRef name,
                                          llvm::ArrayRef<int64_t> values) {
  Expansion::Attribute result;
  result.name = name;
  result.ints = values.vec();
  return result;
}

Expansion::Attribute Expansion::attribute(llvm::StringRef name,
                                          llvm::StringRef value) {
  Expansion::Attribute result;
  result.name = name;
  result.s = value;
  return result;
}

Expansion::Name Expansion::add(llvm::StringRef op, llvm::ArrayRef<Name> inputs,
                               llvm::ArrayRef<Attribute> attributes) {
  Node made;
  const Node &original = node.node();
  made.name = original.name.empty() ? original.outputs.front() : original.name;
  made.opType = op;
  made.inputs = inputs.vec();
  made.attributes = attributes.vec();
  made.outputs = {newName()};
  nodes.push_back(std::move(made));
  return nodes.back().outputs.front();
}

LogicalResult Expansion::finish(llvm::ArrayRef<Name> results) {
  return node.replace(nodes, std::move(arguments), results, kOpset);
}
