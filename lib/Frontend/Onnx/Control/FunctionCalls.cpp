//===- FunctionCalls.cpp - Functions that a model brings along ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "FunctionCalls.h"

#include "../GraphConversion.h"
#include "../NodeContext.h"

#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Calls within calls; a function that calls itself goes on for ever.
constexpr int64_t kDeepestCall = 64;

/// A function's body as one call sees it.
class Instance {
public:
  Instance(const Node &call, const Function &function)
      : call(call), function(function) {
    for (auto [i, name] : llvm::enumerate(function.inputs))
      if (i >= call.inputs.size() || call.inputs[i].empty())
        absent.insert(name);
  }

  std::vector<Node> nodes(llvm::ArrayRef<Node> originals) const {
    std::vector<Node> copies(originals.begin(), originals.end());
    for (Node &node : copies) {
      for (llvm::StringRef &input : node.inputs)
        if (absent.contains(input))
          input = "";
      node.attributes = attributes(node.attributes);
    }
    return copies;
  }

private:
  using Attributes = std::vector<quantc::onnx::Attribute>;

  Attributes attributes(const Attributes &originals) const {
    Attributes copies;
    for (const quantc::onnx::Attribute &original : originals) {
      const quantc::onnx::Attribute *meant = &original;
      if (!original.reference.empty())
        meant = argument(original.reference);
      if (!meant)
        continue; // The call leaves it out.
      copies.push_back(*meant);
      copies.back().name = original.name;
      if (!meant->graph)
        continue;
      auto body = std::make_shared<Graph>(*meant->graph);
      body->nodes = nodes(body->nodes);
      copies.back().graph = std::move(body);
    }
    return copies;
  }

  const quantc::onnx::Attribute *argument(llvm::StringRef name) const {
    for (const Attributes *list : {&call.attributes, &function.defaults})
      for (const quantc::onnx::Attribute &attribute : *list)
        if (attribute.name == name)
          return &attribute;
    return nullptr;
  }

  const Node &call;
  const Function &function;
  llvm::StringSet<> absent;
};

LogicalResult checkCall(ImportState &state, const Node &call,
                        const Function &function) {
  NodeContext context(state, call);
  if (state.callDepth >= kDeepestCall)
    return context.error() << "expects functions that do not call themselves, "
                              "but got more than "
                           << kDeepestCall << " calls in each other";
  if (call.inputs.size() > function.inputs.size())
    return context.error() << "expects at most " << function.inputs.size()
                           << " inputs, but got " << call.inputs.size();
  if (call.outputs.size() > function.outputs.size())
    return context.error() << "expects at most " << function.outputs.size()
                           << " outputs, but got " << call.outputs.size();
  return success();
}

} // namespace

const Function *quantc::onnx::calledFunction(const ImportState &state,
                                             const Node &node) {
  for (const Function &function : state.functions)
    if (function.name == node.opType && function.domain == node.domain &&
        function.overload == node.overload)
      return &function;
  return nullptr;
}

LogicalResult quantc::onnx::inlineCall(ImportState &state, const Node &call,
                                       const Function &function) {
  if (failed(checkCall(state, call, function)))
    return failure();
  std::vector<Node> nodes = Instance(call, function).nodes(function.nodes);
  Scope scope{{}, nullptr, state.scope->block};
  for (auto [name, input] : llvm::zip(function.inputs, call.inputs))
    if (!input.empty())
      scope.operands[name] = *state.find(input);

  Scope *outer = std::exchange(state.scope, &scope);
  Opsets opsets = state.opsets;
  if (!function.opsets.empty())
    state.opsets = function.opsets;
  ++state.callDepth;
  llvm::scope_exit leave([&] {
    state.scope = outer;
    state.opsets = opsets;
    --state.callDepth;
  });
  collectUses(state, nodes);
  for (llvm::StringRef output : function.outputs)
    state.used.insert(output);
  if (failed(convertNodes(state, nodes)))
    return failure();
  for (auto [name, result] : llvm::zip(call.outputs, function.outputs)) {
    const Operand *operand = state.find(result);
    if (!operand)
      return state.error() << "expects a node that computes output '" << result
                           << "' of function '" << function.name
                           << "', but there is none";
    if (!name.empty())
      outer->operands[name] = *operand;
  }
  return success();
}
