//===- GivenBias.cpp - The codes of a bias that a model brings along ------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/GivenBias.h"

#include "dialects/LowBit/IR/LowBit.h"
#include "dialects/LowBit/Transforms/Constants.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

/// The constant codes of 32 bits that a value is dequantized from.
static ConstantOp biasBehind(Value value) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  if (!dequantize ||
      !isBiasFormat(dequantize.getInput().getType().getElementType()))
    return {};
  return dequantize.getInput().getDefiningOp<ConstantOp>();
}

/// The bias of the op itself, or of the addition behind a product.
static ConstantOp biasOf(const ContractionChain &chain) {
  if (!isa<tosa::MatMulOp>(chain.contraction))
    return chain.add ? ConstantOp()
                     : biasBehind(chain.contraction->getOperand(2));
  tosa::AddOp add = chain.add;
  if (!add)
    return {};
  if (ConstantOp constant = biasBehind(add.getInput2()))
    return constant;
  return biasBehind(add.getInput1());
}

std::optional<SmallVector<int32_t>>
lowbit::givenBias(const ContractionChain &chain, const Format &input,
                  const Format &weights) {
  ConstantOp constant = biasOf(chain);
  if (!constant)
    return std::nullopt;
  SmallVector<int32_t> codes = biasCodesOf(constant);
  if (static_cast<int64_t>(codes.size()) !=
      channelLayout(chain.contraction).channels)
    return std::nullopt;
  Format own(cast<quant::QuantizedType>(constant.getType().getElementType()));
  for (size_t channel = 0; channel < codes.size(); ++channel)
    if (own.scale(channel) != multiplier(input.scale(), weights.scale(channel)))
      return std::nullopt;
  return codes;
}
