//===- Binary.cpp - Products of few bits -----------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "BitPlanes.h"
#include "Contraction.h"
#include "Patterns.h"

#include "dialects/Kernel/IR/BitPacking.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "quantc/Support/Constants.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"
#include <cfloat>
#include <cmath>
#include <cstdint>

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbittokernel;

namespace {

/// A window over codes whose products are counted.
struct BitContraction {
  InputPlanes input;
  WeightPlanes weights;
  kernel::Runs runs;
  int64_t outputs, taps;
  SmallVector<int32_t> factors, start;
  kernel::EpilogueSpec epilogue;
};

/// Instructions for 16 channels of a row, as vectors of 512 bits: a word takes
/// a load, an exclusive or and two full adders of two each. Packing a word is
/// shared by all channels.
double bitCost(const BitContraction &bits) {
  double words = kernel::wordsOf(bits.runs);
  double planes = bits.input.factors.size();
  double pairs = bits.factors.size();
  double digits = std::min(4.0, std::floor(std::log2(words)) + 1);
  double counted = 7 * digits + (words >= 16 ? words / 2 : 0) + 4;
  double panels = kernel::panelsOf(bits.outputs);
  return pairs * (3 * words + counted) + (3 + 3 * planes) * words / panels;
}

/// The same of products of bytes: their instruction has half as many units as
/// those above.
double dotCost(const BitContraction &bits) {
  return 2.0 * bits.runs.count() * bits.runs.steps(kernel::kStep);
}

/// Constants of a channel's sum, with the products of planes as counts:
///
///   4 * sum of x * w = sum over p, q of a[p] * b[q] * (taps - 2 * count)
///                      + rest * sum of 2 * w
///
/// Odd products of factors take twice the sum, and half of the scale: the same
/// f32, since both only move an exponent.
LogicalResult chooseFactors(BitContraction &bits, ArrayRef<int16_t> weights,
                            ArrayRef<int32_t> bias, int64_t mostInput) {
  int64_t all = 0;
  bool areEven = true;
  for (int64_t a : bits.input.factors)
    for (int64_t b : bits.weights.factors) {
      all += a * b;
      areEven &= a * b % 2 == 0;
    }
  int64_t scale = areEven ? 1 : 2;
  for (int64_t a : bits.input.factors)
    for (int64_t b : bits.weights.factors)
      bits.factors.push_back(static_cast<int32_t>(scale * a * b / 2));
  for (int64_t o = 0; o < bits.outputs; ++o) {
    int64_t sum = 0, magnitude = std::abs(int64_t(bias[o]));
    for (int16_t weight : weights.slice(o * bits.taps, bits.taps)) {
      sum += weight;
      magnitude += std::abs(weight) * mostInput;
    }
    if (scale * magnitude > INT32_MAX)
      return failure();
    int64_t start =
        scale * (4 * bias[o] + 2 * bits.input.rest * sum + all * bits.taps);
    // Wraps around, as the differences do that are taken off it.
    bits.start.push_back(static_cast<int32_t>(start / 4));
  }
  for (float &factor : bits.epilogue.scale) {
    factor /= static_cast<float>(scale);
    if (factor < FLT_MIN)
      return failure();
  }
  return success();
}

/// Everything that can fail, before anything changes.
template <typename Op>
FailureOr<BitContraction> analyze(Op op, ArrayRef<int64_t> window,
                                  int64_t channels, bool isDilated,
                                  PatternRewriter &rewriter) {
  auto weights = op.getWeights().template getDefiningOp<lowbit::ConstantOp>();
  std::optional<SmallVector<int32_t>> bias = constantInts(op.getBias());
  SmallVector<char> storage;
  auto codes =
      weights ? numbersOf<int8_t>(weights.getCodes(), storage) : std::nullopt;
  if (!bias || !codes)
    return rewriter.notifyMatchFailure(op, "weights or bias are not constant");
  std::optional<InputPlanes> input = inputPlanes(op.getInput());
  if (!input)
    return rewriter.notifyMatchFailure(op, "codes have more than 4 bits");
  SmallVector<int16_t> centred = centredCodes(weights.getType(), *codes);
  std::optional<WeightPlanes> planes = weightPlanes(centred);
  if (!planes)
    return rewriter.notifyMatchFailure(op, "weights have more than 2 bits");
  int64_t outputs = bias->size();
  BitContraction bits{*input,
                      std::move(*planes),
                      kernel::Runs::of(window, channels, !isDilated),
                      outputs,
                      int64_t(centred.size()) / outputs,
                      {},
                      {},
                      epilogueOf(op, channelScales(op.getWeights(), outputs))};
  PerTensor format = formatOf(op.getInput());
  int64_t most = std::max(format.getZeroPoint() - format.getStorageTypeMin(),
                          format.getStorageTypeMax() - format.getZeroPoint());
  if (failed(chooseFactors(bits, centred, *bias, most)))
    return rewriter.notifyMatchFailure(op, "twice its sums overflow");
  if (bitCost(bits) >= dotCost(bits))
    return rewriter.notifyMatchFailure(op, "products of bytes are faster");
  return bits;
}

/// `input` is `[N,H,W,C]` storage; the result is `[N*OH*OW, O]`.
Value build(PatternRewriter &rewriter, Location loc, Value input,
            const kernel::WindowSpec &window, const BitContraction &bits) {
  kernel::BitInput packing{bits.input.offset, bits.input.firstBit,
                           int64_t(bits.input.factors.size())};
  Value packed = kernel::buildPackedBits(rewriter, loc, input, window, packing);
  SmallVector<int8_t> weights = kernel::packBits(
      bits.weights.bits, bits.outputs, bits.runs, bits.weights.factors.size());
  return kernel::buildBinaryMatmul(rewriter, loc, packed, weights, bits.start,
                                   bits.factors, bits.epilogue);
}

/// conv2d(x, constant, bias) -> kernel.binary_matmul(kernel.pack_bits(x), ...)
struct Convolution : OpRewritePattern<lowbit::Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(lowbit::Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = tensorType(op.getWeights()).getShape();
    FailureOr<BitContraction> bits = analyze(
        op, shape.slice(1, 2), shape[3], op.getDilation()[1] != 1, rewriter);
    if (failed(bits))
      return failure();
    bool isPadded = llvm::any_of(op.getPad(), [](int64_t p) { return p != 0; });
    // Signs have no code for 0.
    if (isPadded && bits->input.firstBit != 0)
      return rewriter.notifyMatchFailure(op, "signs are padded with zeros");
    Location loc = op.getLoc();
    Value input = toStorage(rewriter, loc, op.getInput());
    int64_t zero = formatOf(op.getInput()).getZeroPoint();
    input = kernel::pad(rewriter, loc, input, op.getPad(),
                        rewriter.getIntegerAttr(rewriter.getI8Type(),
                                                APInt(8, zero, true, true)));
    Value result =
        build(rewriter, loc, input,
              {shape.slice(1, 2), op.getStride(), op.getDilation()}, *bits);
    result = kernel::reshape(rewriter, loc, result,
                             tensorType(op.getOutput()).getShape());
    rewriter.replaceOp(op, fromStorage(rewriter, loc, result, op.getType()));
    return success();
  }
};

/// matmul(x, constant, bias) -> the same over one row of pixels
struct Matmul : OpRewritePattern<lowbit::MatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(lowbit::MatmulOp op,
                                PatternRewriter &rewriter) const override {
    int64_t columns = tensorType(op.getWeights()).getDimSize(1);
    SmallVector<int64_t> ones = {1, 1};
    FailureOr<BitContraction> bits =
        analyze(op, ones, columns, /*isDilated=*/false, rewriter);
    if (failed(bits))
      return failure();
    Location loc = op.getLoc();
    int64_t rows = tensorType(op.getInput()).getNumElements() / columns;
    Value input = toStorage(rewriter, loc, op.getInput());
    input = kernel::reshape(rewriter, loc, input, {1, 1, rows, columns});
    Value result = build(rewriter, loc, input, {ones, ones, ones}, *bits);
    result = kernel::reshape(rewriter, loc, result,
                             tensorType(op.getOutput()).getShape());
    rewriter.replaceOp(op, fromStorage(rewriter, loc, result, op.getType()));
    return success();
  }
};

} // namespace

void lowbittokernel::populateBinary(RewritePatternSet &patterns) {
  patterns.add<Convolution, Matmul>(patterns.getContext(), /*benefit=*/2);
}
