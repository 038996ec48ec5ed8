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
#include "llvm/ADT/TypeSwitch.h"

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

/// What is folded into the weights of an op, checked and not yet done.
struct Plan {
  Value start, end;
  Affine in, out;
  WeightLayout layout;
  SmallVector<float> bias;
};

/// w'[e] = in.scale * w[e] * out.scale
/// b'[o] = (b[o] + sum of in.shift * w over o) * out.scale + out.shift
///
/// Everything is f64 until the one rounding at the end. Computes the bias;
/// fails if weights are not constant or a number would leave the range of f32.
LogicalResult computeBias(Plan &plan, Value weights, ArrayRef<double> bias) {
  SmallVector<char> storage;
  std::optional<ArrayRef<float>> values =
      floatsOf(constantOf(weights), storage);
  if (!values)
    return failure();
  SmallVector<double> sums(bias);
  bool finite = true;
  for (auto [e, value] : llvm::enumerate(*values)) {
    int64_t i = plan.layout.input(e), o = plan.layout.output(e);
    sums[o] += plan.in.shift[i] * value;
    finite &= std::isfinite(
        static_cast<float>(plan.in.scale[i] * value * plan.out.scale[o]));
  }
  for (auto [o, sum] : llvm::enumerate(sums)) {
    plan.bias.push_back(sum * plan.out.scale[o] + plan.out.shift[o]);
    finite &= std::isfinite(plan.bias.back());
  }
  return success(finite);
}

/// The weights of a plan; the old ones if no scale is folded.
Value scaleWeights(PatternRewriter &rewriter, Value weights, const Plan &plan) {
  if (!plan.in.isScaled() && !plan.out.isScaled())
    return weights;
  SmallVector<char> storage;
  ArrayRef<float> values = *floatsOf(constantOf(weights), storage);
  return createFloats(rewriter, weights.getLoc(),
                      cast<RankedTensorType>(weights.getType()),
                      [&](MutableArrayRef<float> to) {
                        for (auto [e, value] : llvm::enumerate(values))
                          to[e] = plan.in.scale[plan.layout.input(e)] * value *
                                  plan.out.scale[plan.layout.output(e)];
                      });
}

bool isStaticF32(ValueRange values) {
  return llvm::all_of(values, [](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type && type.hasStaticShape() && type.getElementType().isF32();
  });
}

/// The numbers of a constant bias. TOSA lets a bias of one element broadcast.
std::optional<SmallVector<double>> readBias(Value bias, int64_t channels) {
  SmallVector<char> storage;
  std::optional<ArrayRef<float>> values = floatsOf(constantOf(bias), storage);
  if (!values || values->empty())
    return std::nullopt;
  SmallVector<double> result(channels);
  for (int64_t c = 0; c < channels; ++c)
    result[c] = (*values)[values->size() == 1 ? 0 : c];
  return result;
}

template <typename Conv>
std::optional<Plan> makePlan(Conv op, StringRef &reason) {
  reason = "not f32 of static shape";
  if (!isStaticF32({op.getInput(), op.getWeight(), op.getResult()}))
    return std::nullopt;
  reason = "nothing to fold";
  bool padded = llvm::any_of(op.getPad(), [](int64_t p) { return p != 0; });
  Value start, end;
  Affine in = affineInFront(op.getInput(), /*scaleOnly=*/padded, start);
  Affine out = affineBehind(op.getResult(), end);
  if (in.length == 0 && out.length == 0)
    return std::nullopt;
  Plan plan{start,
            end,
            in,
            out,
            layoutOf(op, cast<ShapedType>(op.getWeight().getType()).getShape()),
            {}};
  reason = "bias is not constant";
  std::optional<SmallVector<double>> bias =
      readBias(op.getBias(), plan.layout.outputs);
  if (!bias)
    return std::nullopt;
  reason = "weights are not constant, or would overflow";
  if (failed(computeBias(plan, op.getWeight(), *bias)))
    return std::nullopt;
  return plan;
}

std::optional<Plan> makePlan(tosa::MatMulOp op, StringRef &reason) {
  reason = "not f32 of static shape";
  if (!isStaticF32({op.getA(), op.getB(), op.getResult()}))
    return std::nullopt;
  reason = "weights differ by batch";
  auto weightType = cast<ShapedType>(op.getB().getType());
  if (weightType.getDimSize(0) != 1)
    return std::nullopt;
  reason = "at most a bias behind it";
  Value start, end;
  Affine in = affineInFront(op.getA(), /*scaleOnly=*/false, start);
  Affine out = affineBehind(op.getResult(), end);
  if (in.length == 0 && !out.isScaled() && out.length < 2)
    return std::nullopt;
  Plan plan{start, end, in, out, layoutOf(op, weightType.getShape()), {}};
  reason = "weights are not constant, or would overflow";
  SmallVector<double> noBias(plan.layout.outputs, 0.0);
  if (failed(computeBias(plan, op.getB(), noBias)))
    return std::nullopt;
  return plan;
}

/// affine(conv(affine(x), w, b)) -> conv(x, w', b')
template <typename Conv>
struct FoldIntoConv : OpRewritePattern<Conv> {
  using OpRewritePattern<Conv>::OpRewritePattern;

  LogicalResult matchAndRewrite(Conv op,
                                PatternRewriter &rewriter) const override {
    StringRef reason;
    std::optional<Plan> plan = makePlan(op, reason);
    if (!plan)
      return rewriter.notifyMatchFailure(op, reason);
    Value weights = scaleWeights(rewriter, op.getWeight(), *plan);
    Value bias = createFloats(
        rewriter, op.getBias().getLoc(),
        RankedTensorType::get({plan->layout.outputs}, rewriter.getF32Type()),
        [&](MutableArrayRef<float> to) { llvm::copy(plan->bias, to.begin()); });
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(plan->start);
      op.getWeightMutable().assign(weights);
      op.getBiasMutable().assign(bias);
    });
    if (plan->end != op.getResult())
      rewriter.replaceOp(plan->end.getDefiningOp(), op.getResult());
    return success();
  }
};

/// affine(matmul(affine(x), w)) -> matmul(x, w') + b'
struct FoldIntoMatmul : OpRewritePattern<tosa::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MatMulOp op,
                                PatternRewriter &rewriter) const override {
    StringRef reason;
    std::optional<Plan> plan = makePlan(op, reason);
    if (!plan)
      return rewriter.notifyMatchFailure(op, reason);
    Value weights = scaleWeights(rewriter, op.getB(), *plan);
    rewriter.modifyOpInPlace(op, [&] {
      op.getAMutable().assign(plan->start);
      op.getBMutable().assign(weights);
    });
    bool hasChain = plan->end != op.getResult();
    Value result = op.getResult();
    if (llvm::any_of(plan->bias, [](float b) { return b != 0.0f; }))
      result = addBias(rewriter, op, plan->bias,
                       hasChain ? plan->end.getDefiningOp() : op);
    if (hasChain)
      rewriter.replaceOp(plan->end.getDefiningOp(), result);
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

bool frontend::hasFoldableAffine(Operation *op) {
  StringRef reason;
  return TypeSwitch<Operation *, bool>(op)
      .Case<tosa::Conv2DOp, tosa::DepthwiseConv2DOp, tosa::MatMulOp>(
          [&](auto contraction) {
            return makePlan(contraction, reason).has_value();
          })
      .Default([](Operation *) { return false; });
}
