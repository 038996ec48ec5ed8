//===- Emitter.cpp - Nodes, constants and codes of a graph ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Emitter.h"

#include "Bytes.h"
#include "dialects/LowBit/IR/Numerics.h"
#include "quantc/Support/LayerName.h"

#include "mlir/IR/Operation.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx_export;

static llvm::StringRef asBytes(const void *data, size_t size,
                               std::deque<std::string> &owned) {
  return owned.emplace_back(static_cast<const char *>(data), size);
}

DataType onnx_export::codeType(quant::QuantizedType format) {
  if (format.getStorageTypeIntegralWidth() == 32)
    return DataType::Int32; // The codes of a bias.
  bool isNarrow = format.getStorageTypeIntegralWidth() == 4;
  if (format.isSigned())
    return isNarrow ? DataType::Int4 : DataType::Int8;
  return isNarrow ? DataType::Uint4 : DataType::Uint8;
}

std::string onnx_export::nameOfLayer(Operation *op) {
  std::string name = nameOf(op->getLoc());
  return name.empty() ? op->getName().getStringRef().str() : name;
}

void Emitter::startLayer(std::string name, bool isMain) {
  layerName = std::move(name);
  isMainOp = isMain;
}

TensorId Emitter::add(std::string name, llvm::StringRef op,
                      llvm::ArrayRef<TensorId> inputs, Attributes attributes,
                      llvm::StringRef output) {
  Node node;
  node.op = op.str();
  node.inputs.assign(inputs.begin(), inputs.end());
  node.output = tensor(output.empty() ? name + "_output" : output.str());
  node.name = std::move(name);
  node.attributes = std::move(attributes);
  graph.nodes.push_back(std::move(node));
  return graph.nodes.back().output;
}

TensorId Emitter::node(llvm::StringRef op, llvm::ArrayRef<TensorId> inputs,
                       Attributes attributes) {
  if (!isMainOp)
    return helper(op, inputs, std::move(attributes));
  return add(nodeNames.take(layerName), op, inputs, std::move(attributes));
}

TensorId Emitter::helper(llvm::StringRef op, llvm::ArrayRef<TensorId> inputs,
                         Attributes attributes) {
  return add(nodeNames.derive(layerName + "/" + op.str()), op, inputs,
             std::move(attributes));
}

TensorId Emitter::tensor(llvm::StringRef name) {
  graph.names.push_back(tensorNames.derive(name));
  return static_cast<TensorId>(graph.names.size() - 1);
}

TensorId Emitter::initializer(llvm::StringRef name, DataType type,
                              llvm::ArrayRef<int64_t> shape,
                              llvm::StringRef bytes) {
  if (type == DataType::Int4 || type == DataType::Uint4)
    graph.need(21);
  TensorId id = tensor(name);
  graph.initializers.push_back({id, type, Shape(shape), bytes});
  return id;
}

TensorId Emitter::integers(llvm::StringRef what,
                           llvm::ArrayRef<int64_t> values) {
  return initializer(
      layerName + "_" + what.str(), DataType::Int64,
      {static_cast<int64_t>(values.size())},
      asBytes(values.data(), values.size() * sizeof(int64_t), graph.owned));
}

TensorId Emitter::floats(llvm::StringRef what, llvm::ArrayRef<float> values,
                         llvm::ArrayRef<int64_t> shape) {
  return initializer(
      layerName + "_" + what.str(), DataType::Float, shape,
      asBytes(values.data(), values.size() * sizeof(float), graph.owned));
}

/// The constants of a format, which all tensors of it share; named after the
/// first of them. The codes of a bias have no zero point.
std::pair<TensorId, TensorId> Emitter::parameters(quant::QuantizedType format,
                                                  llvm::StringRef owner) {
  auto [place, isNew] = formats.try_emplace(format);
  if (!isNew)
    return place->second;
  lowbit::Format numbers(format);
  Shape shape;
  if (numbers.axis)
    shape.push_back(static_cast<int64_t>(numbers.scales.size()));
  std::string zeroPoints;
  for (size_t i = 0; i < numbers.scales.size(); ++i)
    zeroPoints += static_cast<char>(numbers.zeroPoint(static_cast<int64_t>(i)));
  DataType type = codeType(format);
  if (format.getStorageTypeIntegralWidth() == 4)
    zeroPoints = packNibbles(zeroPoints);
  const auto &scales = numbers.scales;
  TensorId scale = initializer(
      (owner + "_scale").str(), DataType::Float, shape,
      asBytes(scales.data(), scales.size() * sizeof(float), graph.owned));
  TensorId zeroPoint = kAbsent;
  if (type != DataType::Int32)
    zeroPoint = initializer((owner + "_zero_point").str(), type, shape,
                            graph.owned.emplace_back(std::move(zeroPoints)));
  return formats[format] = {scale, zeroPoint};
}

static Attributes axisOf(quant::QuantizedType format,
                         llvm::ArrayRef<int64_t> order) {
  auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(format);
  if (!perAxis)
    return {};
  return {{"axis", placeOf(perAxis.getQuantizedDimension(), order)}};
}

TensorId Emitter::dequantize(TensorId codes, quant::QuantizedType format,
                             llvm::ArrayRef<int64_t> order) {
  auto [place, isNew] = decoded.try_emplace({codes, format}, kAbsent);
  if (!isNew)
    return place->second;
  llvm::StringRef name = graph.names[codes];
  name.consume_back("_quantized");
  std::string owner = name.str();
  auto [scale, zeroPoint] = parameters(format, owner);
  llvm::SmallVector<TensorId> inputs{codes, scale};
  if (zeroPoint != kAbsent)
    inputs.push_back(zeroPoint);
  TensorId real =
      add(nodeNames.derive(owner + "/DequantizeLinear"), "DequantizeLinear",
          inputs, axisOf(format, order), owner + "_dequantized");
  return decoded[{codes, format}] = real;
}

TensorId Emitter::dequantizeBias(TensorId bias, TensorId scale,
                                 Attributes attributes) {
  std::string owner = graph.names[bias];
  return add(nodeNames.derive(owner + "/DequantizeLinear"), "DequantizeLinear",
             {bias, scale}, std::move(attributes), owner + "_dequantized");
}

TensorId Emitter::quantize(TensorId real, quant::QuantizedType format,
                           llvm::ArrayRef<int64_t> order) {
  auto [scale, zeroPoint] = parameters(format, layerName);
  return add(nodeNames.derive(layerName + "/QuantizeLinear"), "QuantizeLinear",
             {real, scale, zeroPoint}, axisOf(format, order),
             layerName + "_quantized");
}

InFlightDiagnostic Emitter::cannot(Operation *op) {
  return emitError(op->getLoc())
         << "'" << op->getName() << "' of layer '" << quantc::layerName(op)
         << "' cannot be exported to ONNX: ";
}
