//===- GraphOutputs.cpp - What the function returns for its graph ---------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "GraphOutputs.h"

#include "Storage.h"
#include "Text/StringResult.h"
#include "TosaBuilder.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

namespace {

class Outputs {
public:
  Outputs(ImportState &state, const OnnxImportOptions &options)
      : state(state), options(options) {}

  LogicalResult add(const ValueInfo &output);
  std::vector<GraphOutput> take() { return std::move(results); }

private:
  LogicalResult expectDeclaredShape(const ValueInfo &output,
                                    llvm::ArrayRef<int64_t> shape);
  LogicalResult addTensor(const ValueInfo &output, const llvm::Twine &name,
                          const Operand &tensor);

  ImportState &state;
  const OnnxImportOptions &options;
  std::vector<GraphOutput> results;
};

/// Other numbers for the inputs' open dimensions must not give an output that
/// the model rules out: a batch that is fixed somewhere inside mixes samples.
LogicalResult Outputs::expectDeclaredShape(const ValueInfo &output,
                                           llvm::ArrayRef<int64_t> shape) {
  bool isAsked =
      options.batch || !options.dims.empty() || !options.shapes.empty();
  if (!isAsked || !output.shape)
    return success();
  bool agrees = output.shape->size() == shape.size();
  for (size_t d = 0; agrees && d < shape.size(); ++d) {
    std::optional<int64_t> declared = (*output.shape)[d].value;
    bool isBatch = d == 0 && declared == 1;
    agrees = !declared || *declared < 0 || *declared == shape[d] || isBatch;
  }
  if (agrees)
    return success();
  InFlightDiagnostic error = state.error();
  error << "expects graph output '" << output.name
        << "' of the declared shape [";
  llvm::interleaveComma(*output.shape, error, [&](const Dimension &dimension) {
    if (dimension.value && *dimension.value >= 0)
      error << *dimension.value;
    else
      error << (dimension.parameter.empty() ? "?" : dimension.parameter);
  });
  return error << "], but with the given dimensions its node computes "
               << shapeText(shape)
               << "; a size is fixed inside the graph: export the model with "
                  "these dimensions";
}

/// Adds what the function returns for one tensor of a graph output, of the type
/// that boundaryOf gives.
LogicalResult Outputs::addTensor(const ValueInfo &output,
                                 const llvm::Twine &name,
                                 const Operand &tensor) {
  std::string text = name.str();
  auto fault = [&] {
    return state.error() << "expects graph output '" << text << "' ";
  };
  if (*countElements(tensor.shape()) == 0)
    return fault() << "with elements, but got shape "
                   << shapeText(tensor.shape());
  if (failed(expectDeclaredShape(output, tensor.shape())))
    return failure();
  Type declared = elementTypeOf(output.dataType, state.context);
  if (DataType(output.dataType) == DataType::String)
    declared = stringType(state.context);
  if (declared && declared != tensor.element())
    return fault() << "of the declared type " << dataTypeName(output.dataType)
                   << ", but its node computes "
                   << elementName(tensor.element());
  if (isString(tensor.element())) {
    FailureOr<Value> bytes = buildStringResult(state, tensor, text);
    if (failed(bytes))
      return failure();
    results.push_back({std::move(text), *bytes, tensor.element()});
    return success();
  }
  auto loc = NameLoc::get(StringAttr::get(state.context, text));
  TosaBuilder build(loc, state.builder);
  Value value = tensor.value ? tensor.value : build.constant(*tensor.constant);
  results.push_back({std::move(text),
                     build.castExactly(value, boundaryOf(tensor.element())),
                     tensor.element()});
  return success();
}

LogicalResult Outputs::add(const ValueInfo &output) {
  auto fault = [&] {
    return state.error() << "expects graph output '" << output.name << "' ";
  };
  const Operand *operand = state.find(output.name);
  if (!operand || !operand->isKnown())
    return fault() << "to be computed by a node, but there is none";
  bool isDeclared = output.isTensor || output.isSequence;
  bool fits = operand->isTensor()     ? !output.isSequence
              : operand->isSequence() ? !output.isTensor
                                      : output.isOptional || !isDeclared;
  if (!fits)
    return fault() << "to be "
                   << (output.isSequence ? "a sequence" : "a tensor")
                   << ", as it is declared, but its node computes "
                   << describe(*operand);
  if (operand->isTensor())
    return addTensor(output, output.name, *operand);
  for (auto [i, tensor] : llvm::enumerate(operand->tensors()))
    if (failed(addTensor(output, output.name + "." + llvm::Twine(i), tensor)))
      return failure();
  return success();
}

} // namespace

FailureOr<std::vector<GraphOutput>>
quantc::onnx::resolveOutputs(ImportState &state, const Graph &graph,
                             const OnnxImportOptions &options) {
  if (graph.outputs.empty()) {
    state.error() << "expects a graph with outputs, but got none";
    return failure();
  }
  Outputs outputs(state, options);
  for (const ValueInfo &output : graph.outputs)
    if (failed(outputs.add(output)))
      return failure();
  std::vector<GraphOutput> results = outputs.take();
  if (results.empty()) {
    state.error() << "expects a graph that gives tensors, but all of its "
                     "outputs are sequences and optionals that are empty";
    return failure();
  }
  llvm::StringSet<> seen;
  for (const GraphOutput &result : results)
    if (!seen.insert(result.name).second) {
      state.error() << "expects output names that differ, but two are '"
                    << result.name << "'";
      return failure();
    }
  return results;
}
