//===- Gradient.cpp - Derivatives of a part of the graph ------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../ConversionTable.h"

#include "dialects/Distill/Transforms/Differentiate.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

constexpr llvm::StringLiteral kName = "ai.onnx.preview.training.Gradient";

/// What the attributes say.
struct Request {
  llvm::ArrayRef<llvm::StringRef> xs, zs;
  llvm::StringRef y;

  size_t size() const { return xs.size() + zs.size(); }
  llvm::StringRef name(size_t i) const {
    return i < xs.size() ? xs[i] : zs[i - xs.size()];
  }
};

LogicalResult checkNames(NodeContext &node, const Request &request) {
  llvm::StringSet<> seen;
  for (size_t i = 0; i < request.size(); ++i) {
    llvm::StringRef name = request.name(i);
    if (!node.isDefined(name))
      return node.error() << "expects tensors of the graph in 'xs' and 'zs', "
                             "but got '"
                          << name << "', which nothing defines";
    if (!seen.insert(name).second)
      return node.error() << "expects names in 'xs' and 'zs' that differ, but "
                             "got '"
                          << name << "' twice";
  }
  return success();
}

FailureOr<Request> readRequest(NodeContext &node) {
  Request request;
  if (const quantc::onnx::Attribute *xs = node.attribute("xs"))
    request.xs = xs->strings;
  if (const quantc::onnx::Attribute *zs = node.attribute("zs"))
    request.zs = zs->strings;
  request.y = node.getString("y", "");
  size_t outputs = node.node().outputs.size();
  if (request.xs.empty() || request.y.empty())
    node.error() << "expects names in the attributes 'xs' and 'y', but got "
                    "none";
  else if (node.numInputs() != request.size())
    node.error() << "expects an input for each of the " << request.size()
                 << " names in 'xs' and 'zs', but got " << node.numInputs();
  else if (outputs > request.xs.size())
    node.error() << "expects at most one output for each of the "
                 << request.xs.size() << " names in 'xs', but got " << outputs;
  else if (succeeded(checkNames(node, request)))
    return request;
  return failure();
}

/// Stands for an x, so that it is told from other names for the same value.
Value variable(NodeContext &node, size_t i) {
  Value value = node.input(i);
  return UnrealizedConversionCastOp::create(node.build.ops(), value.getType(),
                                            value)
      .getResult(0);
}

/// The names in `xs` and `zs` with the values of the inputs.
FailureOr<llvm::StringMap<Operand>> bindInputs(NodeContext &node,
                                               const Request &request,
                                               SmallVector<Value> &variables) {
  llvm::StringMap<Operand> values;
  for (size_t i = 0; i < request.size(); ++i) {
    if (!node.hasInput(i)) {
      node.error() << "expects a value for '" << request.name(i)
                   << "', but input " << i << " is absent";
      return failure();
    }
    if (i >= request.xs.size()) {
      values[request.name(i)] = node.operand(i);
      continue;
    }
    if (!node.isFloat(i) || *countElements(node.shape(i)) == 0) {
      node.error() << "expects floats to differentiate for, but '"
                   << request.name(i) << "' is of " << node.element(i)
                   << " and shape " << shapeText(node.shape(i));
      return failure();
    }
    variables.push_back(variable(node, i));
    values[request.name(i)] = Operand(variables.back(), node.element(i));
  }
  return values;
}

/// The adjoints of the variables, null for zero.
FailureOr<SmallVector<Value>> differentiate(NodeContext &node, const Operand &y,
                                            ValueRange variables) {
  if (!y.value)
    return SmallVector<Value>(variables.size());
  ImplicitLocOpBuilder &ops = node.build.ops();
  // Tools have them already; who calls the importer need not know.
  DialectRegistry registry;
  quantc::distill::registerDerivatives(registry);
  ops.getContext()->appendDialectRegistry(registry);
  RankedTensorType type = typeOf(y.value);
  auto ones =
      DenseElementsAttr::get(type, ops.getFloatAttr(type.getElementType(), 1));
  Value seed = tosa::ConstOp::create(ops, type, ones);
  llvm::Expected<SmallVector<Value>> adjoints =
      quantc::distill::differentiate(y.value, variables, seed, ops);
  if (!adjoints)
    return node.unsupported(llvm::toString(adjoints.takeError()));
  return std::move(*adjoints);
}

/// Puts the values in the place of the variables that stood for them.
void bindVariables(ArrayRef<Value> variables, MutableArrayRef<Value> adjoints) {
  for (Value variable : variables) {
    auto cast = variable.getDefiningOp<UnrealizedConversionCastOp>();
    Value value = cast.getInputs().front();
    llvm::replace(adjoints, variable, value);
    variable.replaceAllUsesWith(value);
    cast.erase();
  }
}

/// The derivatives of the sum of y's elements. The part of the graph between
/// the names and y is converted once more, on the values of the inputs: they
/// may be other than the graph's own, the graph's own may have been folded as
/// constants, and names may stand for one value. What comes out the same is one
/// again after import-cleanup.
LogicalResult convertGradient(NodeContext &node) {
  FailureOr<Request> request = readRequest(node);
  if (failed(request))
    return failure();
  SmallVector<Value> variables;
  FailureOr<llvm::StringMap<Operand>> values =
      bindInputs(node, *request, variables);
  if (failed(values))
    return failure();
  FailureOr<Operand> y = node.recompute(request->y, *values);
  if (failed(y))
    return failure();
  if (!y->isTensor() || !isa<FloatType>(storageOf(y->element())))
    return node.error() << "expects a tensor of floats to differentiate, but '"
                        << request->y << "' is " << describe(*y);
  FailureOr<SmallVector<Value>> adjoints = differentiate(node, *y, variables);
  if (failed(adjoints))
    return failure();
  bindVariables(variables, *adjoints);
  for (auto [i, adjoint] : llvm::enumerate(*adjoints)) {
    if (adjoint)
      (void)node.set(adjoint, i, node.element(i));
    else if (failed(node.reserve(node.element(i), node.shape(i))))
      return failure();
    else
      (void)node.set(HostTensor::zeros(node.element(i), node.shape(i)), i);
  }
  return success();
}

} // namespace

void quantc::onnx::addGradients(ConversionTable &table) {
  table.conversions[kName] = convertGradient;
}
