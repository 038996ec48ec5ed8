//===- SinkTransposes.cpp - op(transpose(x)) -> transpose(op(x)) ----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Transforms/Constants.h"
#include "lib/Frontend/Transforms/Layout.h"
#include "quantc/Frontend/Transforms.h"

#include "dialects/LowBit/IR/LowBit.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::frontend {
#define GEN_PASS_DEF_SINKTRANSPOSES
#include "lib/Frontend/Transforms/Passes.h.inc"
} // namespace quantc::frontend

using namespace mlir;
using namespace quantc;
using namespace quantc::frontend;

namespace {

/// Ops with one `axis` attribute and one layout for operands and result.
bool hasAxis(Operation *op) {
  return isa<tosa::ConcatOp, tosa::ReverseOp, tosa::ReduceAllOp,
             tosa::ReduceAnyOp, tosa::ReduceMaxOp, tosa::ReduceMinOp,
             tosa::ReduceProductOp, tosa::ReduceSumOp>(op);
}

/// Ops whose shape operands give numbers for each dimension.
bool hasShapes(Operation *op) {
  return isa<tosa::PadOp, tosa::SliceOp, tosa::TileOp>(op);
}

/// The transposition in front of the first transposed operand, or null. One
/// outside of a loop stays there.
tosa::TransposeOp transposeInFront(Operation *op) {
  for (OpOperand &operand : op->getOpOperands()) {
    auto transpose = operand.get().getDefiningOp<tosa::TransposeOp>();
    if (transpose && !isParameter(operand) &&
        transpose->getBlock() == op->getBlock())
      return transpose;
  }
  return {};
}

bool isTransposedBy(Value value, ArrayRef<int32_t> perms) {
  auto transpose = value.getDefiningOp<tosa::TransposeOp>();
  return transpose && transpose.getPerms() == perms;
}

/// True if undoing the transposition on this operand costs nothing at run time.
bool isFree(OpOperand &operand, ArrayRef<int32_t> perms) {
  if (isParameter(operand) || isTransposedBy(operand.get(), perms))
    return true;
  auto type = cast<RankedTensorType>(operand.get().getType());
  return isMovableConstant(operand.get()) ||
         movesOnlyUnits(type.getShape(), inverse(perms));
}

/// Sizes, starts or pads of `op` in the layout before the transposition: the
/// `width` numbers of dimension i belong to dimension perms[i].
FailureOr<Value> remapShape(PatternRewriter &rewriter, OpOperand &operand,
                            ArrayRef<int32_t> perms) {
  SmallVector<int64_t> numbers;
  if (!tosa::getConstShapeValues(operand.get().getDefiningOp(), numbers))
    return failure();
  size_t width = numbers.size() / perms.size();
  SmallVector<int64_t> remapped(numbers.size());
  for (auto [i, p] : llvm::enumerate(perms))
    for (size_t k = 0; k < width; ++k)
      remapped[p * width + k] = numbers[i * width + k];
  return tosa::getTosaConstShape(rewriter, operand.getOwner()->getLoc(),
                                 remapped);
}

/// op(transpose(x), transpose(y)) -> transpose(op(x, y))
struct SinkTranspose : RewritePattern {
  SinkTranspose(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isElementwise(op) && !hasAxis(op) && !hasShapes(op))
      return failure();
    tosa::TransposeOp first = transposeInFront(op);
    if (!first)
      return rewriter.notifyMatchFailure(op, "no operand is transposed");
    SmallVector<int32_t> perms(first.getPerms());
    if (failed(match(op, perms)))
      return rewriter.notifyMatchFailure(
          op, "another operand would need a transposition");

    SmallVector<Value> operands;
    for (OpOperand &operand : op->getOpOperands())
      operands.push_back(rewriteOperand(rewriter, operand, perms));
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    SmallVector<int64_t> shape = permuted(type.getShape(), inverse(perms));
    Operation *sunk = rewriter.clone(*op);
    rewriter.modifyOpInPlace(sunk, [&] {
      sunk->setOperands(operands);
      sunk->getResult(0).setType(type.clone(shape));
      if (!hasAxis(op))
        return;
      auto axis = op->getAttrOfType<IntegerAttr>("axis").getInt();
      sunk->setAttr("axis", rewriter.getI32IntegerAttr(perms[axis]));
    });
    replace(rewriter, op, sunk->getResult(0), perms);
    return success();
  }

private:
  /// Users that undo the transposition go at once: until they did, `sunk` could
  /// be rewritten back where it had taken a transposition in exchange.
  static void replace(PatternRewriter &rewriter, Operation *op, Value sunk,
                      ArrayRef<int32_t> perms) {
    if (!endsInInverse(op, perms))
      return rewriter.replaceOp(op,
                                transpose(rewriter, op->getLoc(), sunk, perms));
    for (Operation *user : llvm::make_early_inc_range(op->getUsers()))
      rewriter.replaceOp(user, sunk);
    rewriter.eraseOp(op);
  }

  /// Every operand can be had in the layout before the transposition, without
  /// adding a transposition that does not remove another.
  static LogicalResult match(Operation *op, ArrayRef<int32_t> perms) {
    if (op->getNumResults() != 1 ||
        !isa<RankedTensorType>(op->getResult(0).getType()))
      return failure();
    SmallVector<int64_t> numbers;
    int64_t costly = 0;
    for (OpOperand &operand : op->getOpOperands()) {
      if (isa<tosa::shapeType>(operand.get().getType())) {
        if (!operand.get().getDefiningOp() ||
            !tosa::getConstShapeValues(operand.get().getDefiningOp(), numbers))
          return failure();
        continue;
      }
      auto type = dyn_cast<RankedTensorType>(operand.get().getType());
      if (!type || !type.hasStaticShape())
        return failure();
      if (!isParameter(operand) &&
          type.getRank() != static_cast<int64_t>(perms.size()))
        return failure();
      costly += !isFree(operand, perms);
    }
    if (costly == 0)
      return success();
    return success(costly == 1 && endsInInverse(op, perms));
  }

  /// All users undo the transposition, so sinking it removes it.
  static bool endsInInverse(Operation *op, ArrayRef<int32_t> perms) {
    SmallVector<int32_t> undo = inverse(perms);
    return !op->use_empty() && llvm::all_of(op->getUsers(), [&](Operation *u) {
      auto transpose = dyn_cast<tosa::TransposeOp>(u);
      return transpose && transpose.getPerms() == ArrayRef<int32_t>(undo);
    });
  }

  static Value rewriteOperand(PatternRewriter &rewriter, OpOperand &operand,
                              ArrayRef<int32_t> perms) {
    if (isa<tosa::shapeType>(operand.get().getType()))
      return *remapShape(rewriter, operand, perms);
    if (isParameter(operand))
      return operand.get();
    return transpose(rewriter, operand.getOwner()->getLoc(), operand.get(),
                     inverse(perms));
  }
};

/// transpose(transpose(x)), transpose(constant), and transpositions that move
/// only ones: what `transpose` makes of them.
struct SimplifyTranspose : OpRewritePattern<tosa::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<RankedTensorType>(op.getInput1().getType());
    if (!type || !type.hasStaticShape())
      return rewriter.notifyMatchFailure(op, "shape is not static");
    if (!isMovableConstant(op.getInput1()) &&
        !op.getInput1().getDefiningOp<tosa::TransposeOp>() &&
        !movesOnlyUnits(type.getShape(), op.getPerms()))
      return rewriter.notifyMatchFailure(op, "moves data");
    Value simpler =
        transpose(rewriter, op.getLoc(), op.getInput1(), op.getPerms());
    rewriter.replaceOp(op, simpler);
    return success();
  }
};

/// scast(x) to the integers that hold the codes, or back.
Value storageCast(PatternRewriter &rewriter, Location location, Value value,
                  Type element) {
  auto type = cast<RankedTensorType>(value.getType());
  return quant::StorageCastOp::create(rewriter, location, type.clone(element),
                                      value);
}

/// quantize(transpose(x)) -> transpose(quantize(x)), on the storage
struct SinkBelowQuantize : OpRewritePattern<lowbit::QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(lowbit::QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    auto before = op.getInput().getDefiningOp<tosa::TransposeOp>();
    auto format = dyn_cast<quant::UniformQuantizedType>(
        op.getOutput().getType().getElementType());
    if (!before || !format)
      return rewriter.notifyMatchFailure(op, "no transposed numbers");
    auto from = cast<RankedTensorType>(before.getInput1().getType());
    Location location = op.getLoc();
    auto codes = lowbit::QuantizeOp::create(
        rewriter, location, from.clone(format), before.getInput1());
    codes->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    Value storage =
        storageCast(rewriter, location, codes, format.getStorageType());
    storage = transpose(rewriter, location, storage, before.getPerms());
    rewriter.replaceOp(op, storageCast(rewriter, location, storage, format));
    return success();
  }
};

/// dequantize(transpose(q)) -> transpose(dequantize(q)), from the storage
struct SinkBelowDequantize : OpRewritePattern<lowbit::DequantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(lowbit::DequantizeOp op,
                                PatternRewriter &rewriter) const override {
    auto cast = op.getInput().getDefiningOp<quant::StorageCastOp>();
    auto before = cast ? cast.getInput().getDefiningOp<tosa::TransposeOp>()
                       : tosa::TransposeOp();
    auto format = dyn_cast<quant::UniformQuantizedType>(
        op.getInput().getType().getElementType());
    if (!before || !format)
      return rewriter.notifyMatchFailure(op, "no transposed codes");
    Location location = op.getLoc();
    Value codes = storageCast(rewriter, location, before.getInput1(), format);
    auto numbers = lowbit::DequantizeOp::create(
        rewriter, location,
        llvm::cast<RankedTensorType>(codes.getType())
            .clone(op.getType().getElementType()),
        codes);
    numbers->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOp(
        op, transpose(rewriter, location, numbers, before.getPerms()));
    return success();
  }
};

struct SinkTransposes : frontend::impl::SinkTransposesBase<SinkTransposes> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<SimplifyTranspose, SinkBelowDequantize, SinkBelowQuantize,
                 SinkTranspose>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
