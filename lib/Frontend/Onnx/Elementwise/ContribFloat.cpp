//===- ContribFloat.cpp - What ONNX Runtime fuses on reals ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operators of the domain com.microsoft that its optimizer makes of several of
// ONNX's own. They are taken apart again.
#include "../Control/Expansion.h"
#include "../ConversionTable.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

using Name = Expansion::Name;

Name withBias(Expansion &body, Name value, Name bias) {
  return bias.empty() ? value : body.add("Add", {value, bias});
}

/// Gelu, BiasGelu, and FastGelu with the tangent: of X + bias
template <bool isFast>
LogicalResult convertGelu(NodeContext &node) {
  if (failed(node.expectInputs(1, 2)))
    return failure();
  Expansion body(node);
  Name value = withBias(body, body.input(0), body.input(1));
  std::vector<Expansion::Attribute> attributes;
  if (isFast)
    attributes.push_back(
        Expansion::attribute("approximate", llvm::StringRef("tanh")));
  return body.finish(body.add("Gelu", {value}, attributes));
}

/// QuickGelu: x * sigmoid(alpha * x)
LogicalResult convertQuickGelu(NodeContext &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  if (!node.element(0).isF32())
    return node.unsupported("its input is not of FLOAT");
  Expansion body(node);
  Name x = body.input(0);
  Name alpha = body.scalar(node.getFloat("alpha", 1.702f));
  Name gate = body.add("Sigmoid", {body.add("Mul", {x, alpha})});
  return body.finish(body.add("Mul", {x, gate}));
}

/// SkipLayerNormalization: LayerNormalization of input + skip + bias. The third
/// output but one, the sum, is what a residual connection goes on with.
LogicalResult convertSkipLayerNormalization(NodeContext &node) {
  if (failed(node.expectInputs(3, 5)))
    return failure();
  if (node.usesOutput(1) || node.usesOutput(2))
    return node.unsupported("its mean or deviation is used");
  Expansion body(node);
  Name sum = body.add("Add", {body.input(0), body.input(1)});
  sum = withBias(body, sum, body.input(4));
  std::vector<Name> operands{sum, body.input(2)};
  if (node.hasInput(3))
    operands.push_back(body.input(3));
  Name value = body.add(
      "LayerNormalization", operands,
      {Expansion::attribute("epsilon", float(node.getFloat("epsilon", 1e-12))),
       Expansion::attribute("axis", int64_t(-1))});
  return body.finish({value, "", "", sum});
}

/// FusedMatMul: alpha * op(A) * op(B), where op swaps the last two dimensions
LogicalResult convertFusedMatMul(NodeContext &node) {
  if (failed(node.expectInputs(2, 2)))
    return failure();
  if (node.getInt("transBatchA", 0) || node.getInt("transBatchB", 0))
    return node.unsupported("it transposes batches");
  Expansion body(node);
  auto operand = [&](size_t index, llvm::StringRef flag) {
    int64_t rank = node.rank(index);
    if (!node.getInt(flag, 0) || rank < 2)
      return body.input(index);
    Shape permutation;
    for (int64_t d = 0; d < rank - 2; ++d)
      permutation.push_back(d);
    permutation.append({rank - 1, rank - 2});
    return body.add("Transpose", {body.input(index)},
                    {Expansion::attribute("perm", permutation)});
  };
  Name lhs = operand(0, "transA"), rhs = operand(1, "transB");
  Name value = body.add("MatMul", {lhs, rhs});
  double alpha = node.getFloat("alpha", 1);
  if (alpha != 1)
    value = body.add(
        "Mul",
        {value, body.constant(HostTensor::splat(node.element(0), {}, alpha))});
  return body.finish(value);
}

/// The activation behind a FusedConv or FusedGemm; nothing for one that is not
/// known.
std::optional<Name> addActivation(NodeContext &node, Expansion &body,
                                  Name value, std::vector<float> parameters) {
  llvm::StringRef activation = node.getString("activation", "");
  if (activation.empty())
    return value;
  if (activation == "Clip" && parameters.size() == 2)
    return body.add("Clip", {value, body.scalar(parameters[0]),
                             body.scalar(parameters[1])});
  if (activation == "LeakyRelu" && parameters.size() == 1)
    return body.add("LeakyRelu", {value},
                    {Expansion::attribute("alpha", parameters[0])});
  if (activation == "HardSigmoid" && parameters.size() == 2)
    return body.add("HardSigmoid", {value},
                    {Expansion::attribute("alpha", parameters[0]),
                     Expansion::attribute("beta", parameters[1])});
  if (activation == "Relu" || activation == "Tanh" || activation == "Sigmoid")
    return body.add(activation, {value});
  (void)node.unsupported("its activation '" + activation + "' with " +
                         llvm::Twine(parameters.size()) +
                         " parameters is not known");
  return std::nullopt;
}

/// FusedConv: X, W, B optional, Z optional: activation(Conv(X, W, B) + Z)
LogicalResult convertFusedConv(NodeContext &node) {
  if (failed(node.expectInputs(2, 4)))
    return failure();
  Expansion body(node);
  std::vector<Name> operands{body.input(0), body.input(1)};
  if (node.hasInput(2))
    operands.push_back(body.input(2));
  Name value = body.add("Conv", operands, node.node().attributes);
  value = withBias(body, value, body.input(3));
  const Expansion::Attribute *list = node.attribute("activation_params");
  auto result = addActivation(node, body, value,
                              list ? list->floats : std::vector<float>());
  return result ? body.finish(*result) : failure();
}

/// FusedGemm: activation(Gemm(A, B, C))
LogicalResult convertFusedGemm(NodeContext &node) {
  if (failed(node.expectInputs(2, 3)))
    return failure();
  Expansion body(node);
  std::vector<Name> operands{body.input(0), body.input(1)};
  if (node.hasInput(2))
    operands.push_back(body.input(2));
  Name value = body.add("Gemm", operands, node.node().attributes);
  std::vector<float> parameters;
  for (llvm::StringRef name :
       {"activation_alpha", "activation_beta", "activation_gamma"})
    if (const Expansion::Attribute *attribute = node.attribute(name))
      parameters.push_back(attribute->f);
  auto result = addActivation(node, body, value, parameters);
  return result ? body.finish(*result) : failure();
}

} // namespace

void quantc::onnx::addContribFloats(ConversionTable &table) {
  auto add = [&](llvm::StringRef op, Conversion conversion) {
    table.conversions[("com.microsoft." + op).str()] = conversion;
  };
  add("BiasGelu", convertGelu<false>);
  add("FastGelu", convertGelu<true>);
  add("FusedConv", convertFusedConv);
  add("FusedGemm", convertFusedGemm);
  add("FusedMatMul", convertFusedMatMul);
  add("Gelu", convertGelu<false>);
  add("QuickGelu", convertQuickGelu);
  add("SkipLayerNormalization", convertSkipLayerNormalization);
}
