//===- FoldAffine.cpp - Batch norm and scaling move into weights and bias -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Affine.h"
#include "lib/Frontend/Transforms/Constants.h"
#include "quantc/Frontend/Transforms.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::frontend {
#define GEN_PASS_DEF_FOLDAFFINEINTOWEIGHTS
#include "lib/Frontend/Transforms/Passes.h.inc"
} // namespace quantc::frontend

using namespace mlir;
using namespace quantc;
using namespace quantc::frontend;

namespace {

/// Which channels an element of the weights connects.
struct WeightLayout {
  int64_t inputs, outputs;
  /// input = (element / inputStride) % inputs, and alike for outputs.
  int64_t inputStride, outputStride;

  int64_t input(int64_t e) const { return e / inputStride % inputs; }
  int64_t output(int64_t e) const { return e / outputStride % outputs; }
};

WeightLayout layoutOf(tosa::Conv2DOp, ArrayRef<int64_t> s) {
  return {s[3], s[0], 1, s[1] * s[2] * s[3]}; // [O, KH, KW, I]
}
WeightLayout layoutOf(tosa::DepthwiseConv2DOp, ArrayRef<int64_t> s) {
  return {s[2], s[2] * s[3], s[3], 1}; // [KH, KW, C, M]
}
WeightLayout layoutOf(tosa::MatMulOp, ArrayRef<int64_t> s) {
  return {s[1], s[2], s[2], 1}; // [1, K, N]
}

/// The weights and the bias that do what in front, weights, bias and behind do
/// one after the other.
struct Folded {
  Value weights;
  SmallVector<float> bias;
};

/// w'[e] = in.scale * w[e] * out.scale
/// b'[o] = (b[o] + sum of in.shift * w over o) * out.scale + out.shift
///
/// Everything is f64 until the one rounding at the end. Fails, without a trace,
/// when a number would leave the range of f32.
FailureOr<Folded> fold(PatternRewriter &rewriter, Value weights,
                       const WeightLayout &layout, ArrayRef<double> bias,
                       const Affine &in, const Affine &out) {
  SmallVector<char> storage;
  std::optional<ArrayRef<float>> values =
      floatsOf(constantOf(weights), storage);
  if (!values)
    return failure();
  SmallVector<double> sums(bias);
  bool finite = true;
  for (auto [e, value] : llvm::enumerate(*values)) {
    int64_t i = layout.input(e), o = layout.output(e);
    sums[o] += in.shift[i] * value;
    finite &=
        std::isfinite(static_cast<float>(in.scale[i] * value * out.scale[o]));
  }
  Folded folded;
  for (auto [o, sum] : llvm::enumerate(sums)) {
    folded.bias.push_back(sum * out.scale[o] + out.shift[o]);
    finite &= std::isfinite(folded.bias.back());
  }
  if (!finite)
    return failure();
  folded.weights = weights;
  if (!in.isScaled() && !out.isScaled())
    return folded;
  folded.weights = createFloats(
      rewriter, weights.getLoc(), cast<RankedTensorType>(weights.getType()),
      [&](MutableArrayRef<float> to) {
        for (auto [e, value] : llvm::enumerate(*values))
          to[e] =
              in.scale[layout.input(e)] * value * out.scale[layout.output(e)];
      });
  return folded;
}

/// affine(conv(affine(x), w, b)) -> conv(x, w', b')
template <typename Conv>
struct FoldIntoConv : OpRewritePattern<Conv> {
  using OpRewritePattern<Conv>::OpRewritePattern;

  LogicalResult matchAndRewrite(Conv op,
                                PatternRewriter &rewriter) const override {
    auto weightType = cast<ShapedType>(op.getWeight().getType());
    auto inputType = dyn_cast<RankedTensorType>(op.getInput().getType());
    auto resultType = dyn_cast<RankedTensorType>(op.getType());
    if (!inputType || !resultType || !inputType.hasStaticShape() ||
        !resultType.hasStaticShape() || !weightType.hasStaticShape() ||
        !weightType.getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "not f32 of static shape");
    bool padded = llvm::any_of(op.getPad(), [](int64_t p) { return p != 0; });
    Value start, end;
    Affine in = affineInFront(op.getInput(), /*scaleOnly=*/padded, start);
    Affine out = affineBehind(op.getResult(), end);
    if (in.length == 0 && out.length == 0)
      return rewriter.notifyMatchFailure(op, "nothing to fold");
    WeightLayout layout = layoutOf(op, weightType.getShape());
    std::optional<SmallVector<double>> bias =
        readBias(op.getBias(), layout.outputs);
    if (!bias)
      return rewriter.notifyMatchFailure(op, "bias is not constant");
    FailureOr<Folded> folded =
        fold(rewriter, op.getWeight(), layout, *bias, in, out);
    if (failed(folded))
      return rewriter.notifyMatchFailure(
          op, "weights are not constant, or would overflow");

    Value newBias = createFloats(
        rewriter, op.getBias().getLoc(),
        RankedTensorType::get({layout.outputs}, rewriter.getF32Type()),
        [&](MutableArrayRef<float> to) {
          llvm::copy(folded->bias, to.begin());
        });
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(start);
      op.getWeightMutable().assign(folded->weights);
      op.getBiasMutable().assign(newBias);
    });
    if (end != op.getResult())
      rewriter.replaceOp(end.getDefiningOp(), op.getResult());
    return success();
  }

private:
  /// TOSA lets a bias of one element broadcast.
  static std::optional<SmallVector<double>> readBias(Value bias,
                                                     int64_t channels) {
    SmallVector<char> storage;
    std::optional<ArrayRef<float>> values = floatsOf(constantOf(bias), storage);
    if (!values || values->empty())
      return std::nullopt;
    SmallVector<double> result(channels);
    for (int64_t c = 0; c < channels; ++c)
      result[c] = (*values)[values->size() == 1 ? 0 : c];
    return result;
  }
};

/// affine(matmul(affine(x), w)) -> matmul(x, w') + b'
struct FoldIntoMatmul : OpRewritePattern<tosa::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MatMulOp op,
                                PatternRewriter &rewriter) const override {
    auto weightType = cast<ShapedType>(op.getB().getType());
    auto inputType = dyn_cast<RankedTensorType>(op.getA().getType());
    auto resultType = dyn_cast<RankedTensorType>(op.getType());
    if (!inputType || !resultType || !inputType.hasStaticShape() ||
        !resultType.hasStaticShape() || !weightType.hasStaticShape() ||
        !weightType.getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "not f32 of static shape");
    if (weightType.getDimSize(0) != 1)
      return rewriter.notifyMatchFailure(op, "weights differ by batch");
    Value start, end;
    Affine in = affineInFront(op.getA(), /*scaleOnly=*/false, start);
    Affine out = affineBehind(op.getResult(), end);
    if (in.length == 0 && !out.isScaled() && out.length < 2)
      return rewriter.notifyMatchFailure(op, "at most a bias behind it");
    WeightLayout layout = layoutOf(op, weightType.getShape());
    SmallVector<double> noBias(layout.outputs, 0.0);
    FailureOr<Folded> folded =
        fold(rewriter, op.getB(), layout, noBias, in, out);
    if (failed(folded))
      return rewriter.notifyMatchFailure(
          op, "weights are not constant, or would overflow");

    rewriter.modifyOpInPlace(op, [&] {
      op.getAMutable().assign(start);
      op.getBMutable().assign(folded->weights);
    });
    Value result = op.getResult();
    if (llvm::any_of(folded->bias, [](float b) { return b != 0.0f; }))
      result = addBias(rewriter, op, folded->bias,
                       end == op.getResult() ? op : end.getDefiningOp());
    if (end != op.getResult())
      rewriter.replaceOp(end.getDefiningOp(), result);
    return success();
  }

private:
  /// matmul + bias, with all other uses of the matmul behind it.
  static Value addBias(PatternRewriter &rewriter, tosa::MatMulOp op,
                       ArrayRef<float> bias, Operation *last) {
    rewriter.setInsertionPointAfter(op);
    auto type = RankedTensorType::get({1, 1, static_cast<int64_t>(bias.size())},
                                      rewriter.getF32Type());
    Value constant = createFloats(
        rewriter, last->getLoc(), type,
        [&](MutableArrayRef<float> to) { llvm::copy(bias, to.begin()); });
    auto sum = tosa::AddOp::create(rewriter, op.getLoc(), op.getType(),
                                   op.getResult(), constant);
    rewriter.replaceAllUsesExcept(op.getResult(), sum.getOutput(), sum);
    return sum;
  }
};

struct FoldAffineIntoWeights
    : frontend::impl::FoldAffineIntoWeightsBase<FoldAffineIntoWeights> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldIntoConv<tosa::Conv2DOp>,
                 FoldIntoConv<tosa::DepthwiseConv2DOp>, FoldIntoMatmul>(
        &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
