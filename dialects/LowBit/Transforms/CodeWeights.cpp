//===- CodeWeights.cpp - Weights of layers as packed constants ------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/CodeWeights.h"

#include "dialects/LowBit/IR/Coded.h"
#include "quantc/Format/Levels.h"
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

void lowbit::codeWeights(RewriterBase &rewriter, Operation *contraction,
                         const format::Format &format, ArrayRef<float> values,
                         ArrayRef<double> bias, double inputScale) {
  ChannelLayout layout = channelLayout(contraction);
  // Integer arithmetic counts the bias in steps of the grid that levels are on.
  double unit = format::integerUnit(format).value_or(1.0);
  SmallVector<double> least, ifEmpty;
  for (double value : bias) {
    double reach = inputScale > 0 ? std::abs(value) / (inputScale * unit) : 0.0;
    least.push_back(std::ldexp(reach, -30));
    ifEmpty.push_back(std::ldexp(reach, -24));
  }
  SmallVector<float> rows = toRows(values, layout.channels, layout.isLast);
  format::Encoded encoded =
      format::quantize(format, rows, layout.channels, {least, ifEmpty});

  auto type = cast<RankedTensorType>(contraction->getOperand(1).getType());
  // The multiplier of a depthwise convolution is no axis of its own.
  SmallVector<int64_t> shape(type.getShape());
  if (isa<tosa::DepthwiseConv2DOp>(contraction))
    shape = {shape[0], shape[1], layout.channels};
  rewriter.setInsertionPoint(contraction);
  Location loc = contraction->getOperand(1).getLoc();
  auto constant =
      createCoded(rewriter, loc, shape,
                  layout.isLast ? static_cast<int64_t>(shape.size()) - 1 : 0,
                  format, encoded);
  Value weights = DecodeOp::create(
      rewriter, loc, RankedTensorType::get(shape, type.getElementType()),
      constant);
  if (weights.getType() != type)
    weights =
        tosa::ReshapeOp::create(rewriter, loc, type, weights,
                                constantShape(rewriter, loc, type.getShape()));
  rewriter.modifyOpInPlace(contraction,
                           [&] { contraction->setOperand(1, weights); });
}

CodedConstantOp lowbit::codedWeightsBehind(Value value) {
  while (auto reshape = value.getDefiningOp<tosa::ReshapeOp>())
    value = reshape.getInput1();
  auto decode = value.getDefiningOp<DecodeOp>();
  return decode ? decode.getInput().getDefiningOp<CodedConstantOp>()
                : CodedConstantOp();
}
