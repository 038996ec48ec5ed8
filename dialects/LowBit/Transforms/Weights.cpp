//===- Weights.cpp - Weights of contractions ------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/Weights.h"

#include "dialects/LowBit/IR/Parameters.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "quantc/Support/DataMovement.h"
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

bool lowbit::isContraction(Operation *op) {
  return isa_and_nonnull<tosa::Conv2DOp, tosa::DepthwiseConv2DOp,
                         tosa::MatMulOp>(op);
}

bool lowbit::computesFloat(Operation *op) {
  StringRef dialect = op->getName().getDialectNamespace();
  if (dialect != "tosa" && dialect != "linalg" && dialect != "math")
    return false;
  if (isDataMovement(op) || isa<tosa::ConcatOp, tosa::ConstOp>(op))
    return false;
  return llvm::any_of(op->getResultTypes(), [](Type type) {
    return isa<RankedTensorType>(type) && getElementTypeOrSelf(type).isF32();
  });
}

bool lowbit::staysFloat(Operation *op) { return op->hasAttr(floatReason); }

ChannelLayout lowbit::channelLayout(Operation *contraction) {
  auto type = cast<RankedTensorType>(contraction->getOperand(1).getType());
  ArrayRef<int64_t> shape = type.getShape();
  int64_t elements = type.getNumElements();
  if (isa<tosa::Conv2DOp>(contraction))
    return {shape[0], elements, false};
  if (isa<tosa::DepthwiseConv2DOp>(contraction))
    return {shape[2] * shape[3], elements, true};
  return {shape[2], elements, true};
}

/// One number for each index of the last dimension, if that is all that
/// `constant` has when it is added to a tensor of type `type`.
static std::optional<SmallVector<float>> perChannel(Value constant,
                                                    ShapedType type) {
  std::optional<SmallVector<float>> values = constantReals(constant);
  if (!values || type.getRank() == 0)
    return std::nullopt;
  int64_t channels = type.getShape().back();
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(constant.getType()).getShape();
  if (values->size() == 1 && channels > 0)
    return SmallVector<float>(channels, values->front());
  if (static_cast<int64_t>(values->size()) != channels ||
      shape.back() != channels)
    return std::nullopt;
  return values;
}

std::optional<ContractionChain> lowbit::matchChain(Value end) {
  ContractionChain chain;
  Value value = end;
  chain.clamp = value.getDefiningOp<tosa::ClampOp>();
  if (chain.clamp && chain.clamp.getInput().hasOneUse() &&
      !staysFloat(chain.clamp))
    value = chain.clamp.getInput();

  auto add = value.getDefiningOp<tosa::AddOp>();
  if (add && !staysFloat(add)) {
    Value inner = add.getInput1(), constant = add.getInput2();
    std::optional<SmallVector<float>> addend;
    if (inner.getType() == add.getType())
      addend = perChannel(constant, add.getType());
    if (!addend && constant.getType() == add.getType()) {
      std::swap(inner, constant);
      addend = perChannel(constant, add.getType());
    }
    if (!addend || !inner.hasOneUse())
      return std::nullopt;
    chain.add = add;
    chain.addend = std::move(*addend);
    value = inner;
    if (auto reshape = value.getDefiningOp<tosa::ReshapeOp>()) {
      value = reshape.getInput1();
      auto from = cast<RankedTensorType>(value.getType());
      if (!value.hasOneUse() || from.getRank() == 0 ||
          from.getShape().back() != add.getType().getShape().back())
        return std::nullopt;
      chain.reshape = reshape;
    }
  }
  chain.contraction = value.getDefiningOp();
  if (!isContraction(chain.contraction))
    return std::nullopt;
  return chain;
}

Value lowbit::endOfChain(Operation *contraction) {
  Value end = contraction->getResult(0);
  Value value = end;
  auto onlyUser = [](Value v) {
    return v.hasOneUse() ? *v.user_begin() : nullptr;
  };
  if (auto reshape = dyn_cast_or_null<tosa::ReshapeOp>(onlyUser(value)))
    value = reshape.getOutput();
  auto add = dyn_cast_or_null<tosa::AddOp>(onlyUser(value));
  if (!add)
    return end;
  std::optional<ContractionChain> chain = matchChain(add.getOutput());
  return chain && chain->contraction == contraction ? add.getOutput() : end;
}

std::optional<SmallVector<double>>
lowbit::channelBias(const ContractionChain &chain) {
  SmallVector<double> bias(channelLayout(chain.contraction).channels, 0.0);
  if (!isa<tosa::MatMulOp>(chain.contraction)) {
    std::optional<SmallVector<float>> own =
        constantReals(chain.contraction->getOperand(2));
    if (!own || (own->size() != 1 && own->size() != bias.size()))
      return std::nullopt;
    for (auto [channel, value] : llvm::enumerate(bias))
      value = (*own)[own->size() == 1 ? 0 : channel];
  }
  if (chain.add)
    for (auto [value, addend] : llvm::zip_equal(bias, chain.addend))
      value += addend;
  return bias;
}

SmallVector<double> lowbit::chooseWeightScales(ArrayRef<float> weights,
                                               const ChannelLayout &layout,
                                               ArrayRef<double> bias,
                                               double inputScale,
                                               bool perAxis) {
  SmallVector<double> magnitudes(layout.channels, 0.0);
  for (auto [element, weight] : llvm::enumerate(weights)) {
    double &magnitude = magnitudes[layout.channelOf(element)];
    magnitude = std::max(magnitude, std::abs(static_cast<double>(weight)));
  }
  double largest = 0;
  for (double magnitude : magnitudes)
    largest = std::max(largest, magnitude);

  SmallVector<double> scales;
  for (auto [channel, magnitude] : llvm::enumerate(magnitudes)) {
    double reach = inputScale > 0 ? std::abs(bias[channel]) / inputScale : 0;
    if (magnitude == 0) {
      double scale = std::ldexp(reach, -24);
      scales.push_back(chooseSymmetric(scale > 0x1p-40 ? scale : 1.0, 1));
      continue;
    }
    double scale = std::max(magnitude, largest * 0x1p-40) / 127;
    scales.push_back(
        chooseSymmetric(std::max(scale, std::ldexp(reach, -30)), 1));
  }
  if (perAxis || scales.empty())
    return scales;
  double common = largest > 0 ? 0 : 1;
  for (auto [scale, magnitude] : llvm::zip_equal(scales, magnitudes))
    if (magnitude > 0)
      common = std::max(common, scale);
  return SmallVector<double>(layout.channels, common);
}
