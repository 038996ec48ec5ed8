//===- IntegerWeights.cpp - Constant weights of integer contractions ------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/IntegerWeights.h"

#include "dialects/LowBit/IR/Channels.h"
#include "dialects/LowBit/IR/Coded.h"
#include "dialects/LowBit/Transforms/CodeWeights.h"
#include "dialects/LowBit/Transforms/Passes.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

/// What the weights operand is dequantized by; reshapes are looked through.
static DequantizeOp dequantizeBehind(Value weights) {
  if (auto reshape = weights.getDefiningOp<tosa::ReshapeOp>())
    weights = reshape.getInput1();
  return weights.getDefiningOp<DequantizeOp>();
}

/// `type` with one scale for each output channel in dimension `axis`, or as it
/// is if it is per-tensor; null if an output channel has several scales.
static quant::QuantizedType perOutput(quant::QuantizedType type,
                                      RankedTensorType tensor,
                                      const ChannelLayout &layout,
                                      int32_t axis) {
  auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type);
  if (!perAxis)
    return type;
  ChannelIndex index(tensor, Format(type));
  SmallVector<int64_t> sources(layout.channels, -1);
  for (int64_t i = 0; i < layout.elements; ++i) {
    int64_t &source = sources[layout.channelOf(i)];
    int64_t channel = index.of(i);
    if (source >= 0 && source != channel &&
        (perAxis.getScales()[source] != perAxis.getScales()[channel] ||
         perAxis.getZeroPoints()[source] != perAxis.getZeroPoints()[channel]))
      return {};
    source = channel;
  }
  return gatherChannels(perAxis, sources, axis);
}

/// [K,N] -> [N,K]
static SmallVector<int8_t> transposed(ArrayRef<int8_t> codes, int64_t depth,
                                      int64_t columns) {
  SmallVector<int8_t> result(codes.size());
  for (int64_t k = 0; k < depth; ++k)
    for (int64_t n = 0; n < columns; ++n)
      result[n * depth + k] = codes[k * columns + n];
  return result;
}

/// The shape that the integer op wants the weights in.
static SmallVector<int64_t> integerShape(Operation *contraction) {
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(contraction->getOperand(1).getType()).getShape();
  if (isa<tosa::DepthwiseConv2DOp>(contraction))
    return {shape[0], shape[1], shape[2] * shape[3]};
  if (isa<tosa::MatMulOp>(contraction))
    return {shape[2], shape[1]};
  return SmallVector<int64_t>(shape);
}

/// Packed weights on the grid of 8 bits that their levels are on.
static std::optional<IntegerWeights> decodedWeights(CodedConstantOp coded,
                                                    ArrayRef<int64_t> shape,
                                                    const ChannelLayout &layout,
                                                    StringRef &reason) {
  auto axis = static_cast<int32_t>(layout.isLast ? shape.size() - 1 : 0);
  std::optional<GridCodes> grid = gridCodes(coded, axis, reason);
  if (!grid)
    return std::nullopt;
  return IntegerWeights{
      SmallVector<int64_t>(shape),
      grid->type,
      fromRows<int8_t>(grid->codes, layout.channels, layout.isLast),
      layout,
      /*given=*/false,
      coded};
}

std::optional<IntegerWeights> lowbit::integerWeights(Operation *contraction,
                                                     StringRef &reason) {
  bool isDepthwise = isa<tosa::DepthwiseConv2DOp>(contraction);
  bool isMatmul = isa<tosa::MatMulOp>(contraction);
  SmallVector<int64_t> shape = integerShape(contraction);
  ChannelLayout layout = channelLayout(contraction);
  layout.isLast = isDepthwise;
  if (CodedConstantOp coded = codedWeightsBehind(contraction->getOperand(1)))
    return decodedWeights(coded, shape, layout, reason);
  reason = "its weights are not constant codes";
  DequantizeOp dequantize = dequantizeBehind(contraction->getOperand(1));
  ConstantOp constant;
  if (dequantize)
    constant = dequantize.getInput().getDefiningOp<ConstantOp>();
  if (!constant || !constant.getCodes().getElementType().isInteger(8))
    return std::nullopt;
  reason = "its weights differ by batch";
  auto operand = cast<RankedTensorType>(contraction->getOperand(1).getType());
  if (isMatmul && operand.getDimSize(0) != 1)
    return std::nullopt;
  reason = "its weights' scales are not per output channel";
  auto tensor = constant.getType();
  quant::QuantizedType type =
      perOutput(cast<quant::QuantizedType>(tensor.getElementType()), tensor,
                channelLayout(contraction), isDepthwise ? 2 : 0);
  if (!type)
    return std::nullopt;
  IntegerWeights result{shape, type, codesOf(constant), layout,
                        dequantize->hasAttr(givenAttribute)};
  if (isMatmul)
    result.codes = transposed(result.codes, shape[1], shape[0]);
  return result;
}

std::optional<IntegerWeights> lowbit::integerWeights(Value weights,
                                                     bool isLast) {
  auto type = cast<RankedTensorType>(weights.getType());
  ArrayRef<int64_t> shape = type.getShape();
  ChannelLayout layout = {isLast ? shape.back() : shape.front(),
                          type.getNumElements(), isLast};
  auto format = cast<quant::QuantizedType>(type.getElementType());
  if (auto constant = weights.getDefiningOp<ConstantOp>())
    return IntegerWeights{SmallVector<int64_t>(shape), format,
                          codesOf(constant), layout};
  StringRef reason;
  if (CodedConstantOp coded = codedWeightsBehind(weights))
    return decodedWeights(coded, shape, layout, reason);
  return std::nullopt;
}

SmallVector<int16_t> lowbit::centredChannel(const IntegerWeights &weights,
                                            int64_t channel) {
  Format format(weights.type);
  const ChannelLayout &layout = weights.layout;
  SmallVector<int16_t> result;
  int64_t depth = layout.elements / layout.channels;
  for (int64_t i = 0; i < depth; ++i) {
    int8_t byte = weights.codes[layout.isLast ? i * layout.channels + channel
                                              : channel * depth + i];
    int64_t code = format.isSigned ? byte : static_cast<uint8_t>(byte);
    result.push_back(static_cast<int16_t>(code - format.zeroPoint(channel)));
  }
  return result;
}
