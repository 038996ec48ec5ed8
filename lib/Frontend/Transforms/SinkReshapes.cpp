//===- SinkReshapes.cpp - op(reshape(x)) -> reshape(op(x)) where only ones move -===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Constants.h"
#include "lib/Frontend/Transforms/Layout.h"
#include "quantc/Frontend/Transforms.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::frontend {
#define GEN_PASS_DEF_SINKRESHAPES
#include "lib/Frontend/Transforms/Passes.h.inc"
} // namespace quantc::frontend

using namespace mlir;
using namespace quantc;
using namespace quantc::frontend;

namespace {

RankedTensorType staticType(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() ? type : RankedTensorType();
}

/// A reshape that only adds or drops ones, in front of an operand that has the
/// result's shape; null if there is none.
tosa::ReshapeOp reshapeInFront(Operation *op) {
  auto resultType = cast<RankedTensorType>(op->getResult(0).getType());
  for (OpOperand &operand : op->getOpOperands()) {
    auto reshape = operand.get().getDefiningOp<tosa::ReshapeOp>();
    if (!reshape || isParameter(operand))
      continue;
    RankedTensorType from = staticType(reshape.getInput1());
    RankedTensorType to = staticType(reshape.getOutput());
    if (from && to && to.getShape() == resultType.getShape() &&
        withoutUnits(from.getShape()) == withoutUnits(to.getShape()))
      return reshape;
  }
  return {};
}

/// The sizes of a constant that broadcasts to `to`, for broadcasting to `from`:
/// dimensions of more than one element keep their order, the others are 1.
SmallVector<int64_t> alignedShape(ArrayRef<int64_t> constant,
                                  ArrayRef<int64_t> to,
                                  ArrayRef<int64_t> from) {
  SmallVector<int64_t> sizes;
  for (auto [size, target] : llvm::zip_equal(constant, to))
    if (target != 1)
      sizes.push_back(size);
  SmallVector<int64_t> aligned(from.size(), 1);
  size_t next = 0;
  for (auto [size, source] : llvm::zip_equal(aligned, from))
    if (source != 1)
      size = sizes[next++];
  return aligned;
}

/// op(reshape(x), constant) -> reshape(op(x, constant'))
struct SinkReshape : RewritePattern {
  SinkReshape(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isElementwise(op))
      return failure();
    tosa::ReshapeOp first = reshapeInFront(op);
    if (!first)
      return rewriter.notifyMatchFailure(op, "no operand is reshaped");
    RankedTensorType from = staticType(first.getInput1());
    RankedTensorType to = staticType(first.getOutput());

    for (OpOperand &operand : op->getOpOperands())
      if (!isParameter(operand) && !isReshapedAlike(operand.get(), from, to) &&
          !isConstantOfRank(operand.get(), to.getRank()))
        return rewriter.notifyMatchFailure(
            op, "an operand is neither reshaped alike nor a constant");

    SmallVector<Value> operands;
    for (OpOperand &operand : op->getOpOperands())
      operands.push_back(rewriteOperand(rewriter, operand, from, to));
    Operation *sunk = rewriter.clone(*op);
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    rewriter.modifyOpInPlace(sunk, [&] {
      sunk->setOperands(operands);
      sunk->getResult(0).setType(type.clone(from.getShape()));
    });
    rewriter.replaceOp(
        op, reshape(rewriter, op->getLoc(), sunk->getResult(0), to.getShape()));
    return success();
  }

private:
  static bool isReshapedAlike(Value value, RankedTensorType from,
                              RankedTensorType to) {
    auto reshape = value.getDefiningOp<tosa::ReshapeOp>();
    if (!reshape)
      return false;
    RankedTensorType before = staticType(reshape.getInput1());
    RankedTensorType after = staticType(reshape.getOutput());
    return before && after && before.getShape() == from.getShape() &&
           after.getShape() == to.getShape();
  }

  static bool isConstantOfRank(Value value, int64_t rank) {
    RankedTensorType type = staticType(value);
    return type && type.getRank() == rank && isMovableConstant(value);
  }

  static Value rewriteOperand(PatternRewriter &rewriter, OpOperand &operand,
                              RankedTensorType from, RankedTensorType to) {
    if (isParameter(operand))
      return operand.get();
    if (isReshapedAlike(operand.get(), from, to))
      return operand.get().getDefiningOp<tosa::ReshapeOp>().getInput1();
    ArrayRef<int64_t> shape = staticType(operand.get()).getShape();
    return reshape(rewriter, operand.get().getLoc(), operand.get(),
                   alignedShape(shape, to.getShape(), from.getShape()));
  }
};

/// reshape(reshape(x)) -> reshape(x), and x if it had that shape already.
struct MergeReshapes : OpRewritePattern<tosa::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::ReshapeOp op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType to = staticType(op.getOutput());
    if (!to)
      return rewriter.notifyMatchFailure(op, "shape is not static");
    Value input = op.getInput1();
    auto inner = input.getDefiningOp<tosa::ReshapeOp>();
    if (!inner && input.getType() != to && !isMovableConstant(input))
      return rewriter.notifyMatchFailure(op, "input is not reshaped");
    if (inner)
      input = inner.getInput1();
    if (!staticType(input))
      return rewriter.notifyMatchFailure(op, "shape is not static");
    rewriter.replaceOp(op,
                       reshape(rewriter, op.getLoc(), input, to.getShape()));
    return success();
  }
};

struct SinkReshapes : frontend::impl::SinkReshapesBase<SinkReshapes> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<SinkReshape, MergeReshapes>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
