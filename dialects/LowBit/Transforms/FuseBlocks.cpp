//===- FuseBlocks.cpp - Contractions with weights in blocks ---------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/FuseBlocks.h"

#include "dialects/LowBit/IR/BlockWeights.h"
#include "dialects/LowBit/IR/Coded.h"
#include "dialects/LowBit/Transforms/CodeWeights.h"
#include "dialects/LowBit/Transforms/Fusion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "quantc/Format/Levels.h"
#include <limits>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

static format::Format formatOfWeights(CodedConstantOp constant) {
  return descriptionOf(cast<CodedType>(constant.getType().getElementType()));
}

CodedConstantOp lowbit::weightsInBlocks(Operation *contraction) {
  if (isa<tosa::DepthwiseConv2DOp>(contraction))
    return {};
  CodedConstantOp coded = codedWeightsBehind(contraction->getOperand(1));
  return coded && formatOfWeights(coded).isBlocked() ? coded
                                                     : CodedConstantOp();
}

/// Whether all sums stay within f32, in any order.
static bool areSumsFinite(const BlockWeights &weights, ArrayRef<float> bias,
                          const Format &input) {
  int64_t zero = input.zeroPoint() + (input.isSigned ? 128 : 0);
  SmallVector<float> starts = blockStarts(weights, bias, input.scale(), zero);
  return blockBound(weights, starts) < std::numeric_limits<float>::max();
}

FailureOr<BlockContraction>
lowbit::analyzeBlocks(RewriterBase &rewriter, Operation *contraction,
                      TypedValue<RankedTensorType> input,
                      CodedConstantOp weights, ArrayRef<double> bias,
                      float outputScale) {
  StringRef reason;
  format::Format format = formatOfWeights(weights);
  if (!format::blockUnit(format, reason))
    return stayFloat(rewriter, contraction, reason);
  if (format.scaling.block > kLongestBlock)
    return stayFloat(rewriter, contraction,
                     "the sum of a block of its weights does not fit in int32");
  if (format.scaling.block % 4 != 0)
    return stayFloat(rewriter, contraction,
                     "the blocks of its weights are no multiples of 4");
  auto operand = cast<RankedTensorType>(contraction->getOperand(1).getType());
  if (isa<tosa::MatMulOp>(contraction) && operand.getDimSize(0) != 1)
    return stayFloat(rewriter, contraction, "its weights differ by batch");
  Format inputFormat = lowbit::formatOf(input);
  if (inputFormat.bits != 8)
    return stayFloat(rewriter, contraction,
                     "its input has codes of fewer than 8 bits");
  BlockContraction result{input, weights, {}};
  if (llvm::any_of(bias, [](double value) { return value != 0; }))
    result.bias.assign(bias.begin(), bias.end());
  std::optional<BlockWeights> blocks = blockWeights(weights);
  if (!isFactor(ratio(inputFormat.scale(), outputScale)) || !blocks ||
      !areSumsFinite(*blocks, result.bias, inputFormat))
    return stayFloat(rewriter, contraction,
                     "its scales are too far apart for f32");
  return result;
}

/// Codes or reals under another shape.
static Value reshape(OpBuilder &builder, Location loc, Value value,
                     ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getShape() == shape)
    return value;
  auto codes = dyn_cast<quant::QuantizedType>(type.getElementType());
  Type storage = codes ? codes.getStorageType() : type.getElementType();
  if (codes)
    value =
        quant::StorageCastOp::create(builder, loc, type.clone(storage), value);
  value = tosa::ReshapeOp::create(builder, loc,
                                  RankedTensorType::get(shape, storage), value,
                                  constantShape(builder, loc, shape));
  if (!codes)
    return value;
  return quant::StorageCastOp::create(
      builder, loc, RankedTensorType::get(shape, codes), value);
}

/// [M,K]: what each result is a product of.
static Value rowsOf(RewriterBase &rewriter, Operation *contraction,
                    TypedValue<RankedTensorType> input, int64_t depth) {
  Location loc = contraction->getLoc();
  auto result = cast<RankedTensorType>(contraction->getResult(0).getType());
  int64_t rows = result.getNumElements() / result.getShape().back();
  auto conv = dyn_cast<tosa::Conv2DOp>(contraction);
  if (!conv)
    return reshape(rewriter, loc, input, {rows, depth});
  auto array = [&](ArrayRef<int64_t> values) {
    return rewriter.getDenseI64ArrayAttr(values);
  };
  auto weights = cast<RankedTensorType>(conv.getWeight().getType());
  return PatchesOp::create(
      rewriter, loc,
      RankedTensorType::get({rows, depth}, input.getType().getElementType()),
      input, array(weights.getShape().slice(1, 2)), array(conv.getPad()),
      array(conv.getStride()), array(conv.getDilation()));
}

Value lowbit::buildBlocks(RewriterBase &rewriter, Operation *contraction,
                          const BlockContraction &blocks, Type element,
                          DenseI64ArrayAttr clamp) {
  Location loc = contraction->getLoc();
  CodedConstantOp coded = blocks.weights;
  int64_t outputs =
      coded.getType().getDimSize(static_cast<unsigned>(coded.getAxis()));
  int64_t depth = coded.getType().getNumElements() / outputs;
  Value rows = rowsOf(rewriter, contraction, blocks.input, depth);
  CodedConstantOp weights =
      cloneCoded(rewriter, coded, {outputs, depth}, /*axis=*/0);
  Value bias;
  if (!blocks.bias.empty()) {
    auto type = RankedTensorType::get({outputs}, rewriter.getF32Type());
    bias = arith::ConstantOp::create(
        rewriter, loc, type,
        cast<TypedAttr>(createElements(type, ArrayRef(blocks.bias))));
  }
  int64_t count = cast<RankedTensorType>(rows.getType()).getDimSize(0);
  Value result = BlockMatmulOp::create(
      rewriter, loc, RankedTensorType::get({count, outputs}, element), rows,
      weights, /*rowScales=*/Value(), bias, clamp);
  auto shape = cast<RankedTensorType>(contraction->getResult(0).getType());
  return reshape(rewriter, loc, result, shape.getShape());
}
