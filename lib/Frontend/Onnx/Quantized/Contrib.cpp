//===- Contrib.cpp - ONNX Runtime's operators on codes --------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The domain com.microsoft has an operator on codes for many on reals. Each is
// written as dequantize -> operator -> quantize.
#include "../ConversionTable.h"
#include "QLinear.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

using Name = Expansion::Name;

/// (N, ..., C) <-> (N, C, ...)
Name transposed(Expansion &body, Name value, int64_t rank,
                bool toChannelsLast) {
  Shape permutation{0};
  if (toChannelsLast) {
    for (int64_t d = 2; d < rank; ++d)
      permutation.push_back(d);
    permutation.push_back(1);
  } else {
    permutation.push_back(rank - 1);
    for (int64_t d = 1; d < rank - 1; ++d)
      permutation.push_back(d);
  }
  return body.add("Transpose", {value},
                  {Expansion::attribute("perm", permutation)});
}

/// The node's attributes but those of ONNX Runtime alone.
std::vector<Expansion::Attribute> standardAttributes(NodeContext &node) {
  std::vector<Expansion::Attribute> result;
  for (const Expansion::Attribute &attribute : node.node().attributes)
    if (attribute.name != "channels_last" && attribute.name != "opset")
      result.push_back(attribute);
  return result;
}

/// QLinearAdd, QLinearMul: A, B, C, each with scale and zero point
template <const char *op>
LogicalResult convertBinary(NodeContext &node) {
  if (failed(expectPresent(node, {6}, 8)) ||
      failed(expectTensorCodes(node, 0)) || failed(expectTensorCodes(node, 3)))
    return failure();
  Expansion body(node);
  Name result = body.add(op, {addDequantize(body, 0), addDequantize(body, 3)});
  return body.finish(addQuantize(body, result, 6, /*like=*/0));
}

/// QLinearSigmoid, QLinearLeakyRelu: X and Y, each with scale and zero point
template <const char *op>
LogicalResult convertUnary(NodeContext &node) {
  if (failed(expectPresent(node, {3}, 5)) || failed(expectTensorCodes(node, 0)))
    return failure();
  Expansion body(node);
  Name result =
      body.add(op, {addDequantize(body, 0)}, standardAttributes(node));
  return body.finish(addQuantize(body, result, 3, /*like=*/0));
}

/// QLinearSoftmax: as Softmax of the version that `opset` says; before 13 all
/// dimensions from `axis` on are one.
LogicalResult convertSoftmax(NodeContext &node) {
  if (failed(expectPresent(node, {3}, 5)) || failed(expectTensorCodes(node, 0)))
    return failure();
  FailureOr<int64_t> axis =
      node.normalizeAxis(node.getInt("axis", -1), node.rank(0));
  if (failed(axis))
    return failure();
  Expansion body(node);
  Name value = addDequantize(body, 0);
  bool isFlat = node.getInt("opset", 13) < 13;
  if (isFlat)
    value = body.add("Flatten", {value}, {Expansion::attribute("axis", *axis)});
  value = body.add("Softmax", {value},
                   {Expansion::attribute("axis", isFlat ? 1 : *axis)});
  if (isFlat)
    value = body.add("Reshape", {value, body.constant(HostTensor::fromInts(
                                            node.context(), node.shape(0)))});
  return body.finish(addQuantize(body, value, 3, /*like=*/0));
}

/// QLinearAveragePool, QLinearGlobalAveragePool
template <const char *op>
LogicalResult convertPool(NodeContext &node) {
  if (failed(expectPresent(node, {3}, 5)) || failed(expectTensorCodes(node, 0)))
    return failure();
  if (node.rank(0) < 3)
    return node.error() << "expects an input of rank 3 or more, but got "
                        << shapeText(node.shape(0));
  bool isLast = node.getInt("channels_last", 0);
  Expansion body(node);
  Name value = addDequantize(body, 0);
  if (isLast)
    value = transposed(body, value, node.rank(0), false);
  value = body.add(op, {value}, standardAttributes(node));
  if (isLast)
    value = transposed(body, value, node.rank(0), true);
  return body.finish(addQuantize(body, value, 3, /*like=*/0));
}

/// QLinearReduceMean: data and reduced, each with scale and zero point
LogicalResult convertReduceMean(NodeContext &node) {
  if (failed(expectPresent(node, {3}, 5)) || failed(expectTensorCodes(node, 0)))
    return failure();
  Expansion body(node);
  llvm::SmallVector<Name> operands{addDequantize(body, 0)};
  if (node.attribute("axes"))
    operands.push_back(body.constant(
        HostTensor::fromInts(node.context(), node.getInts("axes", {}))));
  Name value =
      body.add("ReduceMean", operands,
               {Expansion::attribute("keepdims", node.getInt("keepdims", 1))});
  return body.finish(addQuantize(body, value, 3, /*like=*/0));
}

/// QLinearConcat: scale and zero point of the result, then tensors with theirs
LogicalResult convertConcat(NodeContext &node) {
  if (failed(expectPresent(node, {0}, 3 * 1024 + 2)))
    return failure();
  if (node.numInputs() % 3 != 2)
    return node.error() << "expects three inputs for each tensor behind the "
                           "scale and zero point of its result, but got "
                        << node.numInputs() << " inputs";
  Expansion body(node);
  llvm::SmallVector<Name> parts;
  for (size_t i = 2; i < node.numInputs(); i += 3) {
    if (failed(expectTensorCodes(node, i)))
      return failure();
    parts.push_back(addDequantize(body, i));
  }
  Name value = body.add("Concat", parts, standardAttributes(node));
  return body.finish(addQuantize(body, value, 0, /*like=*/2));
}

/// QLinearWhere: condition, X, Y, Z, the last three with scale and zero point
LogicalResult convertWhere(NodeContext &node) {
  if (failed(expectPresent(node, {0, 7}, 9)) ||
      failed(expectTensorCodes(node, 1)) || failed(expectTensorCodes(node, 4)))
    return failure();
  Expansion body(node);
  Name value = body.add(
      "Where", {body.input(0), addDequantize(body, 1), addDequantize(body, 4)});
  return body.finish(addQuantize(body, value, 7, /*like=*/1));
}

/// QLinearConv as ONNX's own, on (N, ..., C) if `channels_last`.
LogicalResult convertConv(NodeContext &node) {
  if (failed(node.expectInputs(8, 9)))
    return failure();
  if (node.rank(0) < 3)
    return node.error() << "expects an input of rank 3 or more, but got "
                        << shapeText(node.shape(0));
  bool isLast = node.getInt("channels_last", 0);
  Expansion body(node);
  llvm::SmallVector<Name> operands;
  for (size_t i = 0; i < node.numInputs(); ++i)
    operands.push_back(body.input(i));
  if (isLast)
    operands[0] = transposed(body, operands[0], node.rank(0), false);
  Name value = body.add("QLinearConv", operands, standardAttributes(node));
  if (isLast)
    value = transposed(body, value, node.rank(0), true);
  return body.finish(value);
}

LogicalResult refuseDynamicLstm(NodeContext &node) {
  return node.unsupported("LSTMs that quantize while they run are not "
                          "supported; export the model with LSTM in float");
}

constexpr char kAdd[] = "Add", kMul[] = "Mul", kSigmoid[] = "Sigmoid",
               kLeakyRelu[] = "LeakyRelu", kAveragePool[] = "AveragePool",
               kGlobalAveragePool[] = "GlobalAveragePool";

} // namespace

LogicalResult quantc::onnx::expectPresent(NodeContext &node,
                                          llvm::ArrayRef<size_t> required,
                                          size_t most) {
  for (size_t index : required)
    if (!node.hasInput(index))
      return node.error() << "expects an input " << index << ", but got none";
  return node.expectInputs(0, most);
}

LogicalResult quantc::onnx::expectTensorCodes(NodeContext &node, size_t codes) {
  if (failed(expectPresent(node, {codes, codes + 1}, node.numInputs())))
    return failure();
  if (*countElements(node.shape(codes + 1)) != 1)
    return node.error() << "expects one scale for input '"
                        << node.inputName(codes) << "', but got shape "
                        << shapeText(node.shape(codes + 1));
  return success();
}

void quantc::onnx::addContribOperators(ConversionTable &table) {
  auto add = [&](llvm::StringRef op, Conversion conversion) {
    table.conversions[("com.microsoft." + op).str()] = conversion;
  };
  add("DynamicQuantizeLSTM", refuseDynamicLstm);
  add("QLinearAdd", convertBinary<kAdd>);
  add("QLinearAveragePool", convertPool<kAveragePool>);
  add("QLinearConcat", convertConcat);
  add("QLinearConv", convertConv);
  add("QLinearGlobalAveragePool", convertPool<kGlobalAveragePool>);
  add("QLinearLeakyRelu", convertUnary<kLeakyRelu>);
  add("QLinearMul", convertBinary<kMul>);
  add("QLinearReduceMean", convertReduceMean);
  add("QLinearSigmoid", convertUnary<kSigmoid>);
  add("QLinearSoftmax", convertSoftmax);
  add("QLinearWhere", convertWhere);
}
