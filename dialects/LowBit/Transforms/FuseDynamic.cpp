//===- FuseDynamic.cpp - Contractions of codes that a program makes -------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   contraction(x, w)  ->  q, s = quantize_rows(x)
//                          scale_rows(contraction(q, w), s, bias)
//
// Rows are those of a matmul, or the samples of a convolution. Weights whose
// blocks have scales bring the rows' scales into their own op.
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Accumulator.h"
#include "dialects/LowBit/IR/BlockWeights.h"
#include "dialects/LowBit/IR/Coded.h"
#include "dialects/LowBit/Transforms/CodeWeights.h"
#include "dialects/LowBit/Transforms/Constants.h"
#include "dialects/LowBit/Transforms/FuseBlocks.h"
#include "dialects/LowBit/Transforms/Fusion.h"
#include "dialects/LowBit/Transforms/IntegerWeights.h"
#include "dialects/LowBit/Transforms/Weights.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "quantc/Format/Levels.h"
#include "quantc/Support/Constants.h"
#include <limits>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// Codes of rows: i8 in [-127, 127], of scale 1.
quant::UniformQuantizedType rowCodes(MLIRContext *context) {
  return quant::UniformQuantizedType::get(
      quant::QuantizationFlags::Signed, IntegerType::get(context, 8),
      Float32Type::get(context), /*scale=*/1.0, /*zeroPoint=*/0, -127, 127);
}

Value reshaped(OpBuilder &builder, Location loc, Value value,
               ArrayRef<int64_t> shape) {
  auto type = tensorType(value);
  if (type.getShape() == shape)
    return value;
  return tosa::ReshapeOp::create(
      builder, loc, RankedTensorType::get(shape, type.getElementType()), value,
      constantShape(builder, loc, shape));
}

Value reshapedCodes(OpBuilder &builder, Location loc, Value codes,
                    ArrayRef<int64_t> shape) {
  auto type = tensorType(codes);
  auto format = cast<quant::QuantizedType>(type.getElementType());
  Value storage = quant::StorageCastOp::create(
      builder, loc, type.clone(format.getStorageType()), codes);
  storage = reshaped(builder, loc, storage, shape);
  return quant::StorageCastOp::create(
      builder, loc, RankedTensorType::get(shape, format), storage);
}

/// Builds what one contraction becomes.
class Dynamic {
public:
  Dynamic(RewriterBase &rewriter, Operation *op, ArrayRef<double> bias)
      : rewriter(rewriter), op(op), loc(op->getLoc()) {
    SmallVector<float> values(bias.begin(), bias.end());
    auto type = RankedTensorType::get({static_cast<int64_t>(values.size())},
                                      rewriter.getF32Type());
    this->bias = arith::ConstantOp::create(
        rewriter, loc, type,
        cast<TypedAttr>(createElements(type, ArrayRef<float>(values))));
  }

  /// Codes and a scale for each row of a matmul, or for each sample.
  void quantizeRows() {
    Value input = op->getOperand(0);
    ArrayRef<int64_t> shape = tensorType(input).getShape();
    // A matmul has one matrix.
    int64_t rows = shape[isa<tosa::MatMulOp>(op) ? 1 : 0];
    int64_t depth = tensorType(input).getNumElements() / rows;
    input = reshaped(rewriter, loc, input, {rows, depth});
    auto quantize = QuantizeRowsOp::create(
        rewriter, loc,
        RankedTensorType::get({rows, depth}, rowCodes(rewriter.getContext())),
        RankedTensorType::get({rows}, rewriter.getF32Type()), input);
    codes = quantize.getCodes();
    scales = quantize.getScales();
    if (!isa<tosa::MatMulOp>(op))
      codes = reshapedCodes(rewriter, loc, codes, shape);
  }

  Value withChannelScales(const IntegerWeights &weights) {
    Value w = buildWeights(rewriter, loc, weights);
    auto zeroType = RankedTensorType::get(tensorType(bias).getShape(),
                                          rewriter.getI32Type());
    Value zeros = arith::ConstantOp::create(rewriter, loc, zeroType,
                                            rewriter.getZeroAttr(zeroType));
    Value sums = contract(w, zeros);
    return ScaleRowsOp::create(rewriter, loc, sums.getType(), sums, scales,
                               bias);
  }

  Value withBlocks(CodedConstantOp coded) {
    auto type = tensorType(op->getResult(0));
    int64_t outputs = type.getShape().back();
    int64_t depth = coded.getType().getNumElements() / outputs;
    if (auto conv = dyn_cast<tosa::Conv2DOp>(op))
      gatherPatches(conv, depth);
    CodedConstantOp rows = cloneCoded(rewriter, coded, {outputs, depth}, 0);
    int64_t count = tensorType(codes).getDimSize(0);
    return BlockMatmulOp::create(
        rewriter, loc,
        RankedTensorType::get({count, outputs}, rewriter.getF32Type()), codes,
        rows, scales, bias, /*clamp=*/DenseI64ArrayAttr());
  }

private:
  DenseI64ArrayAttr array(ArrayRef<int64_t> values) {
    return rewriter.getDenseI64ArrayAttr(values);
  }

  /// The op on codes, with a result of reals.
  Value contract(Value weights, Value zeros) {
    auto type = tensorType(op->getResult(0));
    if (auto conv = dyn_cast<tosa::Conv2DOp>(op))
      return Conv2DOp::create(rewriter, loc, type, codes, weights, zeros,
                              array(conv.getPad()), array(conv.getStride()),
                              array(conv.getDilation()), DenseI64ArrayAttr());
    if (auto conv = dyn_cast<tosa::DepthwiseConv2DOp>(op))
      return DepthwiseConv2DOp::create(
          rewriter, loc, type, codes, weights, zeros, array(conv.getPad()),
          array(conv.getStride()), array(conv.getDilation()),
          DenseI64ArrayAttr());
    return MatmulOp::create(rewriter, loc,
                            RankedTensorType::get(type.getShape().take_back(2),
                                                  type.getElementType()),
                            codes, weights, zeros, DenseI64ArrayAttr());
  }

  /// Codes and scales of each window, instead of each sample.
  void gatherPatches(tosa::Conv2DOp conv, int64_t depth) {
    ArrayRef<int64_t> out = tensorType(conv.getOutput()).getShape();
    ArrayRef<int64_t> kernel =
        tensorType(conv.getWeight()).getShape().slice(1, 2);
    int64_t samples = out[0], windows = out[1] * out[2];
    codes = PatchesOp::create(
        rewriter, loc,
        RankedTensorType::get({samples * windows, depth},
                              tensorType(codes).getElementType()),
        codes, array(kernel), array(conv.getPad()), array(conv.getStride()),
        array(conv.getDilation()));
    Value column = reshaped(rewriter, loc, scales, {samples, 1});
    Value repeated = tosa::TileOp::create(
        rewriter, loc,
        RankedTensorType::get({samples, windows}, rewriter.getF32Type()),
        column, constantShape(rewriter, loc, {1, windows}));
    scales = reshaped(rewriter, loc, repeated, {samples * windows});
  }

  RewriterBase &rewriter;
  Operation *op;
  Location loc;
  Value bias, codes, scales;
};

/// Whether no sum of codes times weights overflows.
bool fits(const IntegerWeights &weights, MLIRContext *context) {
  Format input(rowCodes(context));
  for (int64_t channel = 0; channel < weights.layout.channels; ++channel)
    if (!fitsAccumulator(
            accumulatorBound(centredChannel(weights, channel), 0, input)))
      return false;
  return true;
}

/// Why a product with weights in blocks has to stay float; empty if it has not.
StringRef whyNoBlocks(Operation *op, CodedConstantOp coded) {
  StringRef reason;
  format::Format format =
      descriptionOf(cast<CodedType>(coded.getType().getElementType()));
  if (!format::blockUnit(format, reason))
    return reason;
  if (format.scaling.block % 4 != 0)
    return "the blocks of its weights are no multiples of 4";
  if (isa<tosa::MatMulOp>(op) &&
      tensorType(op->getOperand(1)).getDimSize(0) != 1)
    return "its weights differ by batch";
  std::optional<BlockWeights> weights = blockWeights(coded);
  // Codes count as unsigned: 128 stands for 0.
  if (!weights || !(blockBound(*weights, blockStarts(*weights, {}, 1.0f, 128)) <
                    std::numeric_limits<float>::max()))
    return "its scales are too far apart for f32";
  return "";
}

} // namespace

LogicalResult lowbit::fuseDynamic(RewriterBase &rewriter,
                                  Operation *contraction) {
  rewriter.modifyOpInPlace(contraction,
                           [&] { contraction->removeAttr(dynamicAttribute); });
  Value end = endOfChain(contraction);
  std::optional<ContractionChain> chain = matchChain(end);
  if (!chain || chain->contraction != contraction || staysFloat(contraction))
    return failure();
  unsigned zeroPoints = isa<tosa::MatMulOp>(contraction) ? 2 : 3;
  if (!isZero(contraction->getOperand(zeroPoints)) ||
      !isZero(contraction->getOperand(zeroPoints + 1)))
    return stayFloat(rewriter, contraction, "its operands have zero points");
  std::optional<SmallVector<double>> bias = channelBias(*chain);
  if (!bias)
    return stayFloat(rewriter, contraction, "its bias is not constant");
  CodedConstantOp blocks = weightsInBlocks(contraction);
  std::optional<IntegerWeights> weights;
  if (blocks) {
    if (StringRef reason = whyNoBlocks(contraction, blocks); !reason.empty())
      return stayFloat(rewriter, contraction, reason);
  } else {
    StringRef reason;
    weights = integerWeights(contraction, reason);
    if (!weights)
      return stayFloat(rewriter, contraction, reason);
    if (!fits(*weights, rewriter.getContext()))
      return stayFloat(rewriter, contraction,
                       "its accumulators may not fit in int32");
  }

  rewriter.setInsertionPoint(end.getDefiningOp());
  Dynamic dynamic(rewriter, contraction, *bias);
  dynamic.quantizeRows();
  Value result =
      blocks ? dynamic.withBlocks(blocks) : dynamic.withChannelScales(*weights);
  result = reshaped(rewriter, contraction->getLoc(), result,
                    tensorType(end).getShape());
  rewriter.replaceOp(end.getDefiningOp(), result);
  return success();
}
