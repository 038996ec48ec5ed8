//===- GraphConversion.cpp - From a graph to ops in a block -----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "GraphConversion.h"

#include "Control/FunctionCalls.h"
#include "ConversionTable.h"
#include "NodeOrder.h"
#include "Subgraph.h"

#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// A small file may hold functions that call each other very often.
constexpr size_t kMostConversions = 200000;

std::string keyOf(const Node &node) {
  if (isStandardDomain(node.domain))
    return node.opType.str();
  return (node.domain + "." + node.opType).str();
}

/// Every value of run time has elements; constants may be empty.
LogicalResult checkOutput(const NodeContext &context, const Operand &operand) {
  for (const Operand &tensor : operand.tensors())
    if (failed(checkOutput(context, tensor)))
      return failure();
  if (!operand.isTensor())
    return success();
  if (failed(context.expectShape(operand.shape())))
    return failure();
  if (!operand.constant && *countElements(operand.shape()) == 0)
    return context.error() << "expects results with elements, but got shape "
                           << shapeText(operand.shape());
  return success();
}

LogicalResult checkOutputs(ImportState &state, const Node &node) {
  NodeContext context(state, node);
  for (llvm::StringRef name : node.outputs) {
    if (!state.used.contains(name))
      continue;
    const Operand &operand = *state.find(name);
    if (!operand.isKnown())
      return context.error() << "expects no output '" << name << "'";
    if (failed(checkOutput(context, operand)))
      return failure();
  }
  return success();
}

LogicalResult expectTensors(const NodeContext &context) {
  for (size_t i = 0; i < context.numInputs(); ++i)
    if (context.hasInput(i) && failed(context.expectTensor(i)))
      return failure();
  return success();
}

LogicalResult refuseVariables(NodeContext &context) {
  for (size_t i = 0; i < context.numInputs(); ++i)
    if (context.hasInput(i) && !context.operand(i).constant)
      context.wantConstant(i);
  return context.unsupported("it is supported on constants only");
}

/// A node whose operator and operands are known.
LogicalResult convertKnown(ImportState &state, NodeContext &node,
                           llvm::StringRef key) {
  const ConversionTable &table = conversionTable();
  if (!table.takesLists.contains(key) && failed(expectTensors(node)))
    return failure();
  if (hasStrings(node)) {
    if (failed(checkStrings(node, table, key)))
      return failure();
    StringInputs::Kind kind = table.onStrings.lookup(key).kind;
    if (kind != StringInputs::Computes)
      return convertOnNumbers(state, node, kind);
  }
  Conversion convert = table.conversions.lookup(key);
  Conversion fold = table.folders.lookup(key);
  if (fold && node.allInputsConstant())
    return fold(node);
  return convert ? convert(node) : refuseVariables(node);
}

LogicalResult convertNode(ImportState &state, const Node &node) {
  NodeContext context(state, node);
  ++state.nodeCount;
  if (++state.conversions > kMostConversions)
    return context.error()
           << "expects loops and functions that come to at most "
           << kMostConversions << " nodes, but got more";
  // Unknown operands stand behind a node that is not supported.
  bool isKnown = true;
  for (llvm::StringRef input : node.inputs)
    isKnown &= input.empty() || state.find(input)->isKnown();
  if (std::optional<llvm::StringRef> y = differentiatedTensor(node))
    isKnown &= state.find(*y)->isKnown();
  for (llvm::StringRef output : node.outputs)
    state.scope->operands.try_emplace(output);

  const ConversionTable &table = conversionTable();
  std::string key = keyOf(node);
  bool converts = table.conversions.contains(key);
  const Function *function = calledFunction(state, node);
  if (function && (!isStandardDomain(node.domain) || !converts))
    return isKnown ? inlineCall(state, node, *function) : success();
  if (!converts && !table.folders.contains(key)) {
    (void)context.unsupported(isStandardDomain(node.domain)
                                  ? "the operator is not known"
                                  : "the operator of domain '" + node.domain +
                                        "' is not known");
    return success();
  }
  if (!isKnown)
    return success();
  if (failed(convertKnown(state, context, key)))
    return success(context.isUnsupported());
  return checkOutputs(state, node);
}

LogicalResult bindArguments(ImportState &state, const Graph &body,
                            llvm::ArrayRef<Operand> arguments) {
  if (body.inputs.size() != arguments.size())
    return state.error() << "expects a graph '" << body.name << "' of "
                         << arguments.size() << " inputs, but got "
                         << body.inputs.size();
  for (auto [input, argument] : llvm::zip(body.inputs, arguments))
    if (!state.scope->operands.try_emplace(input.name, argument).second)
      return state.error() << "expects input names that differ, but two of "
                              "graph '"
                           << body.name << "' are '" << input.name << "'";
  return success();
}

} // namespace

LogicalResult quantc::onnx::readInitializers(ImportState &state,
                                             const Graph &graph) {
  if (graph.hasSparseInitializers)
    return state.error() << "has sparse initializers, which cannot be "
                            "imported; export the model with dense weights";
  for (const Tensor &tensor : graph.initializers) {
    if (tensor.name.empty())
      return state.error() << "expects every initializer to have a name";
    if (state.scope->operands.count(tensor.name))
      return state.error() << "expects names that differ, but two "
                              "initializers are named '"
                           << tensor.name << "'";
    llvm::Expected<HostTensor> constant = state.reader.read(tensor);
    if (!constant)
      return state.error() << "tensor '" << tensor.name << "' "
                           << llvm::toString(constant.takeError());
    state.scope->operands[tensor.name] = Operand(*constant);
  }
  return success();
}

void quantc::onnx::collectUses(ImportState &state, llvm::ArrayRef<Node> nodes) {
  for (const Node &node : nodes) {
    for (llvm::StringRef input : node.inputs)
      if (!input.empty())
        state.used.insert(input);
    if (std::optional<llvm::StringRef> y = differentiatedTensor(node))
      state.used.insert(*y);
    for (const quantc::onnx::Attribute &attribute : node.attributes) {
      if (!attribute.graph)
        continue;
      collectUses(state, attribute.graph->nodes);
      for (const ValueInfo &output : attribute.graph->outputs)
        state.used.insert(output.name);
    }
  }
}

LogicalResult quantc::onnx::convertNodes(ImportState &state,
                                         llvm::ArrayRef<Node> nodes) {
  FailureOr<std::vector<const Node *>> order = orderNodes(state, nodes);
  if (failed(order))
    return failure();
  Scope *scope = state.scope;
  llvm::ArrayRef<Node> around = std::exchange(scope->nodes, nodes);
  llvm::scope_exit leave([&] { scope->nodes = around; });
  for (const Node *node : *order)
    if (failed(convertNode(state, *node)))
      return failure();
  return success();
}

FailureOr<std::vector<Operand>>
quantc::onnx::convertBody(ImportState &state, const Graph &body,
                          llvm::ArrayRef<Operand> arguments, Block *block) {
  Scope scope{{}, state.scope, block};
  OpBuilder::InsertionGuard guard(state.builder);
  state.builder.setInsertionPointToEnd(block);
  state.scope = &scope;
  llvm::scope_exit leave([&] { state.scope = scope.outer; });
  if (failed(bindArguments(state, body, arguments)) ||
      failed(readInitializers(state, body)) ||
      failed(convertNodes(state, body.nodes)))
    return failure();
  std::vector<Operand> outputs;
  for (const ValueInfo &output : body.outputs) {
    const Operand *operand = state.find(output.name);
    if (!operand)
      return state.error() << "expects a node that computes output '"
                           << output.name << "' of graph '" << body.name
                           << "', but there is none",
             failure();
    // Behind a node that is not supported, which the state names.
    if (!operand->isKnown())
      return failure();
    outputs.push_back(*operand);
  }
  return outputs;
}
