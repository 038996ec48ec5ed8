//===- StringInputs.cpp - Nodes that take strings -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "StringInputs.h"
#include "../ConversionTable.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

constexpr uint32_t kFirst = 1, kAll = ~uint32_t(0);

bool takesStrings(const StringInputs &rule, size_t index) {
  return rule.inputs >> std::min<size_t>(index, 31) & 1;
}

/// The same operand of another element type of 32 bits.
Operand seenAs(const Operand &operand, Type element) {
  if (operand.constant)
    return Operand(operand.constant->bitcast(element));
  return Operand(operand.value, element);
}

} // namespace

bool quantc::onnx::hasStrings(const NodeContext &node) {
  for (size_t i = 0; i < node.numInputs(); ++i)
    if (node.hasInput(i) && node.operand(i).isTensor() &&
        isString(node.element(i)))
      return true;
  return false;
}

LogicalResult quantc::onnx::checkStrings(NodeContext &node,
                                         const ConversionTable &table,
                                         llvm::StringRef name) {
  // Lists, loops and branches hand on what they are given.
  if (table.takesLists.contains(name))
    return success();
  StringInputs rule = table.onStrings.lookup(name);
  for (size_t i = 0; i < node.numInputs(); ++i)
    if (node.hasInput(i) && isString(node.element(i)) && !takesStrings(rule, i))
      return node.unsupported("its input '" + node.inputName(i) +
                              "' is a tensor of strings");
  if (rule.kind == StringInputs::Computes)
    return success();
  // A number among those of strings would be one of them.
  for (size_t i = 0; i < node.numInputs(); ++i)
    if (node.hasInput(i) && takesStrings(rule, i) && !isString(node.element(i)))
      return node.error() << "expects strings as input '" << node.inputName(i)
                          << "' too, but got " << node.element(i);
  if (rule.kind == StringInputs::Moves &&
      node.getString("reduction", "none") != "none")
    return node.error() << "expects no reduction of strings, but got '"
                        << node.getString("reduction", "") << "'";
  return success();
}

LogicalResult quantc::onnx::convertOnNumbers(ImportState &state,
                                             NodeContext &node,
                                             StringInputs::Kind kind) {
  Type number = node.build.ops().getI32Type();
  llvm::StringMap<Operand> operands;
  for (size_t i = 0; i < node.numInputs(); ++i)
    if (node.hasInput(i))
      operands[node.inputName(i)] = isString(node.element(i))
                                        ? seenAs(node.operand(i), number)
                                        : node.operand(i);
  if (failed(node.replace(node.node(), std::move(operands), node.node().outputs,
                          node.opset())))
    return failure();
  if (kind == StringInputs::Compares)
    return success();
  for (auto [i, output] : llvm::enumerate(node.node().outputs))
    if (node.usesOutput(i))
      (void)node.set(seenAs(*state.find(output), stringType(node.context())),
                     i);
  return success();
}

void quantc::onnx::addStringMovements(ConversionTable &table) {
  auto add = [&](StringInputs rule, llvm::ArrayRef<llvm::StringRef> names) {
    for (llvm::StringRef name : names)
      table.onStrings[name] = rule;
  };
  add({StringInputs::Compares, kAll}, {"Equal"});
  add({StringInputs::Moves, kAll}, {"Concat"});
  add({StringInputs::Moves, 0b110}, {"Where"});
  add({StringInputs::Moves, 0b101},
      {"Scatter", "ScatterElements", "ScatterND"});
  add({StringInputs::Moves, kFirst},
      {"Compress", "DepthToSpace", "Expand", "Flatten", "Gather",
       "GatherElements", "GatherND", "Identity", "Reshape", "ReverseSequence",
       "Slice", "SpaceToDepth", "Split", "Squeeze", "Tile", "Transpose",
       "Unsqueeze"});
  add({StringInputs::Computes, kFirst}, {"Shape", "Size", "SplitToSequence"});
}
