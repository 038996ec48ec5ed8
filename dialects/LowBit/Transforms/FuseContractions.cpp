//===- FuseContractions.cpp - Contractions on codes -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Accumulator.h"
#include "dialects/LowBit/IR/Coded.h"
#include "dialects/LowBit/Transforms/FuseBlocks.h"
#include "dialects/LowBit/Transforms/Fusion.h"
#include "dialects/LowBit/Transforms/GivenBias.h"
#include "dialects/LowBit/Transforms/IntegerWeights.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

Value lowbit::buildWeights(RewriterBase &rewriter, Location loc,
                           const IntegerWeights &weights) {
  if (!weights.coded)
    return createCodes(rewriter, loc, weights.shape, weights.type,
                       weights.codes);
  CodedConstantOp constant = cloneCoded(
      rewriter, weights.coded, weights.shape,
      weights.layout.isLast ? static_cast<int64_t>(weights.shape.size()) - 1
                            : 0);
  return DecodeOp::create(rewriter, loc,
                          RankedTensorType::get(weights.shape, weights.type),
                          constant);
}

namespace {

/// Everything about a contraction on codes but its result.
struct IntegerContraction {
  TypedValue<RankedTensorType> input;
  IntegerWeights weights;
  SmallVector<int32_t> bias;
  std::string note;
  /// Weights in blocks, which have no such weights and bias.
  std::optional<BlockContraction> blocks = {};
};

/// Codes of the bias with scale sx * sw[n], proved not to overflow.
FailureOr<SmallVector<int32_t>> integerBias(RewriterBase &rewriter,
                                            const ContractionChain &chain,
                                            ArrayRef<double> bias,
                                            const IntegerWeights &weights,
                                            const Format &input) {
  Operation *op = chain.contraction;
  Format format(weights.type);
  std::optional<SmallVector<int32_t>> given = givenBias(chain, input, format);
  SmallVector<int32_t> codes;
  for (auto [channel, value] : llvm::enumerate(bias)) {
    double step = static_cast<double>(input.scale()) *
                  static_cast<double>(format.scale(channel));
    double code = given ? (*given)[channel] : std::nearbyint(value / step);
    if (!(std::abs(code) < 0x1p31))
      return stayFloat(rewriter, op,
                       "the bias of channel " + Twine(channel) +
                           " does not fit in int32");
    uint64_t bound = accumulatorBound(centredChannel(weights, channel),
                                      static_cast<int64_t>(code), input);
    if (!fitsAccumulator(bound))
      return stayFloat(rewriter, op,
                       "the accumulator of channel " + Twine(channel) +
                           " may reach " + Twine(bound) +
                           ", which does not fit in int32");
    codes.push_back(static_cast<int32_t>(code));
  }
  return codes;
}

/// What the bias of a given contraction loses, if it is not in steps of
/// sx * sw[n] but for the rounding of that product to f32.
std::string noteOnBias(ArrayRef<double> bias, ArrayRef<int32_t> codes,
                       const IntegerWeights &weights, const Format &input) {
  Format format(weights.type);
  double worst = 0;
  bool isRounded = false;
  for (auto [channel, value] : llvm::enumerate(bias)) {
    double step = static_cast<double>(input.scale()) *
                  static_cast<double>(format.scale(channel));
    double error = std::abs(value - codes[channel] * step);
    isRounded |= error > std::ldexp(std::abs(value), -22);
    worst = std::max(worst, error);
  }
  if (!isRounded || !weights.given)
    return "";
  return llvm::formatv("its bias is not in steps of sx * sw, and is rounded by "
                       "up to {0:e2}",
                       worst);
}

/// Everything that can fail, before anything changes.
FailureOr<IntegerContraction> analyze(RewriterBase &rewriter,
                                      const ContractionChain &chain,
                                      float outputScale) {
  Operation *op = chain.contraction;
  if (staysFloat(op) || isProduct(op))
    return failure();
  auto input = codesBehind(op->getOperand(0));
  if (!input)
    return stayFloat(rewriter, op, "its input is not quantized");
  CodedConstantOp blocks = weightsInBlocks(op);
  StringRef reason;
  std::optional<IntegerWeights> weights;
  if (!blocks && !(weights = integerWeights(op, reason)))
    return stayFloat(rewriter, op, reason);
  unsigned zeroPoints = isa<tosa::MatMulOp>(op) ? 2 : 3;
  if (!isZero(op->getOperand(zeroPoints)) ||
      !isZero(op->getOperand(zeroPoints + 1)))
    return stayFloat(rewriter, op, "its operands have zero points");
  std::optional<SmallVector<double>> bias = channelBias(chain);
  if (!bias)
    return stayFloat(rewriter, op, "its bias is not constant");
  if (blocks) {
    FailureOr<BlockContraction> contraction =
        analyzeBlocks(rewriter, op, input, blocks, *bias, outputScale);
    if (failed(contraction))
      return failure();
    return IntegerContraction{input, {}, {}, {}, std::move(*contraction)};
  }
  Format inputFormat = formatOf(input);
  for (float scale : Format(weights->type).scales)
    if (!isFactor(multiplier(inputFormat.scale(), scale, outputScale)))
      return stayFloat(rewriter, op, "its scales are too far apart for f32");
  FailureOr<SmallVector<int32_t>> codes =
      integerBias(rewriter, chain, *bias, *weights, inputFormat);
  if (failed(codes))
    return failure();
  std::string note = noteOnBias(*bias, *codes, *weights, inputFormat);
  return IntegerContraction{
      input, std::move(*weights), std::move(*codes), std::move(note), {}};
}

/// The integer op, with a result of element type `element`.
Value build(RewriterBase &rewriter, Operation *op,
            const IntegerContraction &integer, Type element,
            DenseI64ArrayAttr clamp) {
  if (integer.blocks)
    return buildBlocks(rewriter, op, *integer.blocks, element, clamp);
  Location loc = op->getLoc();
  Value weights = buildWeights(rewriter, loc, integer.weights);
  auto biasType = RankedTensorType::get(
      {static_cast<int64_t>(integer.bias.size())}, rewriter.getI32Type());
  Value bias = arith::ConstantOp::create(
      rewriter, loc, biasType,
      cast<TypedAttr>(
          createElements(biasType, ArrayRef<int32_t>(integer.bias))));
  auto type = cast<RankedTensorType>(op->getResult(0).getType()).clone(element);
  auto array = [&](ArrayRef<int64_t> values) {
    return rewriter.getDenseI64ArrayAttr(values);
  };
  auto create = [&]() -> Value {
    if (auto conv = dyn_cast<tosa::Conv2DOp>(op))
      return Conv2DOp::create(rewriter, loc, type, integer.input, weights, bias,
                              array(conv.getPad()), array(conv.getStride()),
                              array(conv.getDilation()), clamp);
    if (auto conv = dyn_cast<tosa::DepthwiseConv2DOp>(op))
      return DepthwiseConv2DOp::create(rewriter, loc, type, integer.input,
                                       weights, bias, array(conv.getPad()),
                                       array(conv.getStride()),
                                       array(conv.getDilation()), clamp);
    return MatmulOp::create(rewriter, loc, type, integer.input, weights, bias,
                            clamp);
  };
  Value result = create();
  Operation *made = result.getDefiningOp();
  if (integer.weights.given)
    made->setAttr(givenAttribute, rewriter.getUnitAttr());
  if (!integer.note.empty())
    made->setAttr(noteAttribute, rewriter.getStringAttr(integer.note));
  return result;
}

} // namespace

LogicalResult lowbit::stayFloat(RewriterBase &rewriter, Operation *op,
                                const Twine &reason) {
  if (!staysFloat(op))
    rewriter.modifyOpInPlace(
        op, [&] { op->setAttr(floatReason, rewriter.getStringAttr(reason)); });
  return failure();
}

LogicalResult lowbit::fuseContraction(RewriterBase &rewriter, QuantizeOp op) {
  if (!op.getInput().hasOneUse())
    return failure();
  std::optional<ContractionChain> chain = matchChain(op.getInput());
  auto element =
      cast<quant::QuantizedType>(op.getOutput().getType().getElementType());
  if (!chain || !isa<quant::UniformQuantizedType>(element))
    return failure();
  Format format(element);
  FailureOr<IntegerContraction> integer =
      analyze(rewriter, *chain, format.scale());
  if (failed(integer))
    return failure();

  rewriter.setInsertionPoint(op);
  Value result = build(rewriter, chain->contraction, *integer, element,
                       clampOf(rewriter, chain->clamp, format));
  if (chain->reshape) {
    Location loc = chain->reshape.getLoc();
    Type storage = element.getStorageType();
    Value codes = quant::StorageCastOp::create(
        rewriter, loc, cast<RankedTensorType>(result.getType()).clone(storage),
        result);
    codes = tosa::ReshapeOp::create(rewriter, loc,
                                    chain->reshape.getType().clone(storage),
                                    codes, chain->reshape.getShape());
    result = quant::StorageCastOp::create(rewriter, loc,
                                          op.getOutput().getType(), codes);
  }
  replaceQuantize(rewriter, op, result);
  return success();
}

LogicalResult lowbit::fuseContraction(RewriterBase &rewriter,
                                      Operation *contraction) {
  Value end = endOfChain(contraction);
  std::optional<ContractionChain> chain = matchChain(end);
  // A contraction with several uses is a chain of its own.
  if (!chain || chain->contraction != contraction)
    return failure();
  FailureOr<IntegerContraction> integer = analyze(rewriter, *chain, 1.0f);
  if (failed(integer))
    return failure();

  rewriter.setInsertionPoint(end.getDefiningOp());
  Value result = build(rewriter, contraction, *integer, rewriter.getF32Type(),
                       /*clamp=*/{});
  if (chain->reshape)
    result = tosa::ReshapeOp::create(rewriter, chain->reshape.getLoc(),
                                     chain->reshape.getType(), result,
                                     chain->reshape.getShape());
  rewriter.replaceOp(end.getDefiningOp(), result);
  return success();
}
