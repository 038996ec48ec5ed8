//===- LowBitToKernel.cpp - Integer contractions and pools as kernels -----===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Contraction.h"
#include "Patterns.h"

#include "dialects/Kernel/IR/Build.h"
#include "dialects/LowBit/IR/Channels.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "dialects/LowBit/IR/Numerics.h"
#include "quantc/Conversion/LowBitToKernel/Passes.h"
#include "quantc/Support/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc {
#define GEN_PASS_DEF_CONVERTLOWBITTOKERNEL
#include "lib/Conversion/LowBitToKernel/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbittokernel;

namespace {

/// The constant operands of a contraction of 8-bit codes.
struct Constants {
  /// Weights less their zero points, as sums of i8: all of the first pass, then
  /// all of the second and so on.
  SmallVector<int8_t> weights;
  int64_t passes = 1;
  SmallVector<int32_t> bias;
  SmallVector<float> scales; ///< One per channel.
};

/// Weights in [-128, 127] are one i8 each. Others are sums of as many i8 of
/// their sign as the largest one takes, so that no partial sum of a kernel is
/// larger than the accumulator's bound.
void splitIntoPasses(ArrayRef<int16_t> weights, Constants &constants) {
  SmallVector<int16_t> rest(weights);
  auto take = [](int16_t &weight) {
    int16_t part = std::clamp<int16_t>(weight, -128, 127);
    weight -= part;
    return static_cast<int8_t>(part);
  };
  constants.passes = 0;
  do {
    for (int16_t &weight : rest)
      constants.weights.push_back(take(weight));
    ++constants.passes;
  } while (llvm::any_of(rest, [](int16_t weight) { return weight != 0; }));
}

/// The zero point of a format, for codes as kernels see them: unsigned.
int64_t unsignedZero(PerTensor format) {
  return format.getZeroPoint() + (format.isSigned() ? 128 : 0);
}

/// bias - zx * sum w, for codes as the kernel sees them: unsigned. Arithmetic
/// wraps around, as the sum that it corrects does.
void foldZeroPoint(Constants &constants, PerTensor input,
                   ArrayRef<int16_t> weights, bool isLast) {
  int64_t zero = unsignedZero(input);
  int64_t channels = constants.bias.size();
  int64_t perChannel = weights.size() / channels;
  SmallVector<int64_t> sums(channels, 0);
  for (auto [i, weight] : llvm::enumerate(weights))
    sums[isLast ? i % channels : i / perChannel] += weight;
  for (auto [bias, sum] : llvm::zip_equal(constants.bias, sums))
    bias = static_cast<int32_t>(bias - zero * sum);
}

/// Channels lie in the last dimension of the weights, or in the first.
template <typename Op>
FailureOr<Constants> constantsOf(Op op, bool isLast,
                                 PatternRewriter &rewriter) {
  PerTensor input = formatOf(op.getInput());
  auto weights = op.getWeights().template getDefiningOp<lowbit::ConstantOp>();
  std::optional<SmallVector<int32_t>> bias = constantInts(op.getBias());
  if (!weights || !bias)
    return rewriter.notifyMatchFailure(op, "weights or bias are not constant");
  SmallVector<char> storage;
  auto codes = numbersOf<int8_t>(weights.getCodes(), storage);
  if (!codes || !input || !input.getStorageType().isInteger(8))
    return rewriter.notifyMatchFailure(op, "codes are not 8-bit");
  Constants constants;
  constants.bias = std::move(*bias);
  SmallVector<int16_t> centred = centredCodes(weights.getType(), *codes);
  foldZeroPoint(constants, input, centred, isLast);
  splitIntoPasses(centred, constants);
  constants.scales = channelScales(op.getWeights(), constants.bias.size());
  return constants;
}

TypedAttr codeAttr(OpBuilder &builder, int64_t code) {
  return builder.getIntegerAttr(builder.getI8Type(),
                                APInt(8, code, true, true));
}

/// conv2d(x, constant, bias) -> kernel.conv2d(x, packed, bias - zx * sum w)
struct Convolution : OpRewritePattern<lowbit::Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(lowbit::Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<Constants> constants =
        constantsOf(op, /*isLast=*/false, rewriter);
    if (failed(constants))
      return failure();
    PerTensor format = formatOf(op.getInput());
    ArrayRef<int64_t> shape = tensorType(op.getWeights()).getShape();

    Location loc = op.getLoc();
    Value result = kernel::buildConvolution(
        rewriter, loc, toStorage(rewriter, loc, op.getInput()),
        kernel::CodeWeights{constants->weights, constants->bias,
                            format.isSigned(), constants->passes,
                            unsignedZero(format)},
        {shape.slice(1, 2), op.getStride(), op.getDilation(), op.getPad()},
        epilogueOf(op, constants->scales));
    rewriter.replaceOp(op, fromStorage(rewriter, loc, result, op.getType()));
    return success();
  }
};

/// matmul(x, constant, bias) -> a 1x1 convolution over one row of pixels
struct Matmul : OpRewritePattern<lowbit::MatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(lowbit::MatmulOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<Constants> constants =
        constantsOf(op, /*isLast=*/false, rewriter);
    if (failed(constants))
      return failure();
    PerTensor format = formatOf(op.getInput());
    int64_t columns = tensorType(op.getWeights()).getDimSize(1);

    Location loc = op.getLoc();
    int64_t rows = tensorType(op.getInput()).getNumElements() / columns;
    Value input = toStorage(rewriter, loc, op.getInput());
    input = kernel::reshape(rewriter, loc, input, {1, 1, rows, columns});
    SmallVector<int64_t> ones = {1, 1};
    Value result = kernel::buildConvolution(
        rewriter, loc, input,
        kernel::CodeWeights{constants->weights, constants->bias,
                            format.isSigned(), constants->passes},
        {ones, ones, ones}, epilogueOf(op, constants->scales));
    result = kernel::reshape(rewriter, loc, result,
                             tensorType(op.getOutput()).getShape());
    rewriter.replaceOp(op, fromStorage(rewriter, loc, result, op.getType()));
    return success();
  }
};

/// batch_matmul(a, b) -> a product whose right operand is packed before it
struct Product : OpRewritePattern<lowbit::BatchMatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(lowbit::BatchMatmulOp op,
                                PatternRewriter &rewriter) const override {
    PerTensor lhs = formatOf(op.getLhs()), rhs = formatOf(op.getRhs());
    PerTensor output = formatOf(op.getOutput());
    auto isByte = [](PerTensor format) {
      return format.getStorageType().isInteger(8);
    };
    if (!isByte(lhs) || !isByte(rhs) || (output && !isByte(output)))
      return rewriter.notifyMatchFailure(op, "codes are not 8-bit");
    kernel::EpilogueSpec epilogue;
    float scale = lowbit::multiplier(
        lowbit::Format(lhs).scale(), lowbit::Format(rhs).scale(),
        output ? lowbit::Format(output).scale() : 1.0f);
    epilogue.scale.assign(tensorType(op.getRhs()).getDimSize(2), scale);
    epilogue.element = rewriter.getF32Type();
    if (output) {
      epilogue.element = output.getStorageType();
      epilogue.zeroPoint = output.getZeroPoint();
      epilogue.bounds = codeBounds(output, op.getClamp());
    }
    Location loc = op.getLoc();
    Value result = kernel::buildProduct(
        rewriter, loc, toStorage(rewriter, loc, op.getLhs()),
        toStorage(rewriter, loc, op.getRhs()),
        kernel::ProductFormats{lhs.getZeroPoint(), rhs.getZeroPoint(),
                               lhs.isSigned(), rhs.isSigned()},
        epilogue);
    rewriter.replaceOp(op, fromStorage(rewriter, loc, result, op.getType()));
    return success();
  }
};

/// depthwise_conv2d(x, constant, bias) -> kernel.depthwise_conv2d
struct Depthwise : OpRewritePattern<lowbit::DepthwiseConv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(lowbit::DepthwiseConv2DOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = tensorType(op.getWeights()).getShape();
    if (shape[2] != tensorType(op.getInput()).getDimSize(3))
      return rewriter.notifyMatchFailure(op, "has a channel multiplier");
    FailureOr<Constants> constants = constantsOf(op, /*isLast=*/true, rewriter);
    if (failed(constants))
      return failure();
    PerTensor format = formatOf(op.getInput());

    Location loc = op.getLoc();
    Value input = toStorage(rewriter, loc, op.getInput());
    input = kernel::pad(rewriter, loc, input, op.getPad(),
                        codeAttr(rewriter, format.getZeroPoint()));
    Value result = kernel::buildDepthwise(
        rewriter, loc, input,
        kernel::CodeWeights{constants->weights, constants->bias,
                            format.isSigned(), constants->passes},
        {shape.take_front(2), op.getStride(), op.getDilation()},
        epilogueOf(op, constants->scales));
    rewriter.replaceOp(op, fromStorage(rewriter, loc, result, op.getType()));
    return success();
  }
};

/// max_pool2d(x) -> kernel.pool2d<max>(pad(x, lowest code))
struct MaxPool : OpRewritePattern<lowbit::MaxPool2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(lowbit::MaxPool2DOp op,
                                PatternRewriter &rewriter) const override {
    PerTensor format = formatOf(op.getInput());
    if (!format || !format.getStorageType().isInteger(8))
      return rewriter.notifyMatchFailure(op, "codes are not 8-bit");
    Location loc = op.getLoc();
    Value input = toStorage(rewriter, loc, op.getInput());
    input = kernel::pad(rewriter, loc, input, op.getPad(),
                        codeAttr(rewriter, format.isSigned() ? -128 : 0));
    SmallVector<int64_t> ones = {1, 1};
    Value result = kernel::buildPool(
        rewriter, loc, input, {op.getKernel(), op.getStride(), ones},
        {kernel::PoolKind::Max, format.isSigned(), 0, {}, 0, {}});
    rewriter.replaceOp(op, fromStorage(rewriter, loc, result, op.getType()));
    return success();
  }
};

/// avg_pool2d(x) -> kernel.pool2d<average>(x), if no window is cut off
struct AveragePool : OpRewritePattern<lowbit::AvgPool2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(lowbit::AvgPool2DOp op,
                                PatternRewriter &rewriter) const override {
    PerTensor from = formatOf(op.getInput()), to = formatOf(op.getOutput());
    if (!from || !to || !from.getStorageType().isInteger(8) ||
        !to.getStorageType().isInteger(8))
      return rewriter.notifyMatchFailure(op, "codes are not 8-bit");
    if (llvm::any_of(op.getPad(), [](int64_t p) { return p != 0; }))
      return rewriter.notifyMatchFailure(op, "windows have different sizes");
    Location loc = op.getLoc();
    int64_t count = op.getKernel()[0] * op.getKernel()[1];
    Value input =
        kernel::pad(rewriter, loc, toStorage(rewriter, loc, op.getInput()),
                    {0, 0, 0, 0}, {});
    SmallVector<int64_t> ones = {1, 1};
    float factor =
        lowbit::meanMultiplier(from.getScale(), to.getScale(), count);
    Value result = kernel::buildPool(
        rewriter, loc, input, {op.getKernel(), op.getStride(), ones},
        {kernel::PoolKind::Average, from.isSigned(),
         count * from.getZeroPoint(), factor, to.getZeroPoint(),
         codeBounds(to, op.getClamp())});
    rewriter.replaceOp(op, fromStorage(rewriter, loc, result, op.getType()));
    return success();
  }
};

struct ConvertLowBitToKernel
    : quantc::impl::ConvertLowBitToKernelBase<ConvertLowBitToKernel> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    lowbittokernel::populateBinary(patterns);
    patterns.add<AveragePool, Convolution, Depthwise, Matmul, MaxPool, Product>(
        &getContext());
    lowbittokernel::populateBlockMatmul(patterns);
    // Sums come last, so that all convolutions are kernels.
    RewritePatternSet sums(&getContext());
    lowbittokernel::populateResidual(sums);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))) ||
        failed(applyPatternsGreedily(getOperation(), std::move(sums))))
      signalPassFailure();
  }
};

} // namespace
