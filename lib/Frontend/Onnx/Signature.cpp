//===- Signature.cpp - What an ONNX file says about itself ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ConversionTable.h"
#include "quantc/Frontend/Onnx/Import.h"
#include "quantc/Support/Failure.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"
#include <set>

using namespace quantc;
using namespace quantc::onnx;

static OnnxSignature::Value describe(const ValueInfo &info) {
  OnnxSignature::Value value;
  value.name = info.name.str();
  value.isSequence = info.isSequence;
  value.isOptional = info.isOptional;
  if (info.isTensor || info.isSequence)
    value.type = DataType(info.dataType);
  if (info.shape) {
    value.shape.emplace();
    for (const Dimension &dimension : *info.shape)
      value.shape->push_back(dimension.value.value_or(-1));
  }
  return value;
}

static void addOperators(llvm::ArrayRef<Node> nodes,
                         std::set<std::string> &operators) {
  for (const Node &node : nodes) {
    operators.insert(isStandardDomain(node.domain)
                         ? node.opType.str()
                         : (node.domain + "." + node.opType).str());
    for (const onnx::Attribute &attribute : node.attributes)
      if (attribute.graph)
        addOperators(attribute.graph->nodes, operators);
  }
}

llvm::Expected<OnnxSignature> quantc::readOnnxSignature(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return failure(path, "cannot open the file: " + buffer.getError().message(),
                   "check the path");
  Model model;
  std::string fault = readModel((*buffer)->getBuffer(), model);
  if (!fault.empty())
    return failure(path, "expects an ONNX model, but " + fault);
  llvm::StringSet<> initializers;
  for (const Tensor &tensor : model.graph->initializers)
    initializers.insert(tensor.name);
  OnnxSignature signature;
  for (const ValueInfo &input : model.graph->inputs)
    if (!initializers.contains(input.name))
      signature.inputs.push_back(describe(input));
  for (const ValueInfo &output : model.graph->outputs)
    signature.outputs.push_back(describe(output));
  std::set<std::string> operators;
  addOperators(model.graph->nodes, operators);
  signature.operators.assign(operators.begin(), operators.end());
  return signature;
}

std::vector<OnnxOperator> quantc::importedOnnxOperators() {
  const ConversionTable &table = conversionTable();
  std::vector<OnnxOperator> operators;
  for (llvm::StringRef name : table.conversions.keys())
    operators.push_back({name.str(), false});
  for (llvm::StringRef name : table.folders.keys())
    if (!table.conversions.contains(name))
      operators.push_back({name.str(), true});
  llvm::sort(operators, [](const OnnxOperator &a, const OnnxOperator &b) {
    return a.name < b.name;
  });
  return operators;
}
