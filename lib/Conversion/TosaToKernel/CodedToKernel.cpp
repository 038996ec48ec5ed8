//===- CodedToKernel.cpp - Layers of reals whose weights stay packed ------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Behind.h"
#include "RealWeights.h"

#include "quantc/Conversion/TosaToKernel/Passes.h"
#include "quantc/Support/LayerName.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc {
#define GEN_PASS_DEF_CONVERTCODEDTOKERNEL
#include "lib/Conversion/TosaToKernel/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;
using namespace quantc::tosatokernel;

namespace {

/// Rows from which on it pays to look levels up in memory, since all of them
/// share what is found.
constexpr int64_t kRowsForTable = 32;

/// Says why the weights of a layer become f32. Nothing to say if they are no
/// packed constant in the first place.
LogicalResult stayDecoded(Operation *op, StringRef reason) {
  if (reason.empty() || !op->getContext()->getRemarkEngine())
    return failure();
  auto function = op->getParentOfType<FunctionOpInterface>();
  remark::missed(op->getLoc(),
                 remark::RemarkOpts::name("weights-are-decoded")
                     .category("lower")
                     .function(function ? function.getName() : ""))
      << remark::metric("Layer", layerName(op))
      << remark::reason("{0}", reason.str());
  return failure();
}

/// The weights of a layer of `rows` rows, if a kernel for packed ones is no
/// slower than one for reals.
std::optional<RealWeights> weightsFor(Operation *op, int64_t rows) {
  StringRef reason;
  std::optional<RealWeights> weights = realWeights(op->getOperand(1), reason);
  if (weights && !weights->hasRule && rows < kRowsForTable) {
    reason = "its levels have to be read from memory, which takes longer than "
             "to read its weights";
    weights = std::nullopt;
  }
  if (!weights)
    (void)stayDecoded(op, reason);
  return weights;
}

/// matmul([1,M,K], decode(packed)) -> kernel.coded_matmul
struct Matmul : OpRewritePattern<tosa::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MatMulOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = tensorType(op.getB()).getShape();
    int64_t rows = tensorType(op.getA()).getDimSize(1);
    if (shape[0] != 1 || !tensorType(op.getA()).getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "is no product of two matrices");
    std::optional<RealWeights> weights = weightsFor(op, rows);
    if (!weights)
      return rewriter.notifyMatchFailure(op, "weights are not packed");

    Operation *last = op;
    SmallVector<float> bias = biasBehind(last, weights->rows)
                                  .value_or(SmallVector<float>(weights->rows));
    Operation *add = last;
    kernel::EpilogueSpec epilogue = epilogueBehind(last);
    rewriter.setInsertionPoint(last);
    Value input =
        kernel::reshape(rewriter, op.getLoc(), op.getA(), {rows, shape[1]});
    Value result = buildCodedMatmul(rewriter, op.getLoc(), input, *weights,
                                    bias, epilogue.bounds);
    result = kernel::reshape(rewriter, op.getLoc(), result,
                             tensorType(op.getOutput()).getShape());
    Operation *root = op;
    rewriter.replaceOp(last, result);
    if (add != last)
      rewriter.eraseOp(add);
    if (root != add)
      rewriter.eraseOp(root);
    return success();
  }
};

/// conv2d(x, decode(packed)) of one tap -> kernel.coded_matmul of its pixels
struct Pointwise : OpRewritePattern<tosa::Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = tensorType(op.getWeight()).getShape();
    ArrayRef<int64_t> pixels = tensorType(op.getInput()).getShape();
    auto isOne = [](int64_t size) { return size == 1; };
    auto isZero = [](int64_t size) { return size == 0; };
    if (!llvm::all_of(shape.slice(1, 2), isOne) ||
        !llvm::all_of(op.getStride(), isOne) ||
        !llvm::all_of(op.getPad(), isZero) ||
        !tensorType(op.getInput()).getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "has more than one tap");
    auto bias = perChannel(op.getBias(), shape[0]);
    if (!bias)
      return rewriter.notifyMatchFailure(op, "bias is not constant");
    int64_t rows = pixels[0] * pixels[1] * pixels[2];
    std::optional<RealWeights> weights = weightsFor(op, rows);
    if (!weights)
      return rewriter.notifyMatchFailure(op, "weights are not packed");

    Operation *root = op, *last = op;
    kernel::EpilogueSpec epilogue = epilogueBehind(last);
    rewriter.setInsertionPoint(last);
    Value input =
        kernel::reshape(rewriter, op.getLoc(), op.getInput(), {rows, shape[3]});
    Value result = buildCodedMatmul(rewriter, op.getLoc(), input, *weights,
                                    *bias, epilogue.bounds);
    result = kernel::reshape(rewriter, op.getLoc(), result,
                             tensorType(op.getOutput()).getShape());
    rewriter.replaceOp(last, result);
    if (root != last)
      rewriter.eraseOp(root);
    return success();
  }
};

struct ConvertCodedToKernel
    : quantc::impl::ConvertCodedToKernelBase<ConvertCodedToKernel> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<Matmul, Pointwise>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
