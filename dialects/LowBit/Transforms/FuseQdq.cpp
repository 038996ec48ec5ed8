//===- FuseQdq.cpp - dequantize, op, quantize become arithmetic on codes --===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/Fusion.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "dialects/LowBit/Transforms/Weights.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include <cmath>

namespace quantc::lowbit {
#define GEN_PASS_DEF_FUSEQDQ
#include "dialects/LowBit/Transforms/Passes.h.inc"
} // namespace quantc::lowbit

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

TypedValue<RankedTensorType> lowbit::codesBehind(Value value) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  if (!dequantize)
    return {};
  Type element = dequantize.getInput().getType().getElementType();
  if (!isa<quant::UniformQuantizedType>(element) || !isFormat(element))
    return {};
  return dequantize.getInput();
}

DenseI64ArrayAttr lowbit::clampOf(OpBuilder &builder, tosa::ClampOp clamp,
                                  const Format &format) {
  if (!clamp)
    return {};
  auto code = [&](Attribute bound) {
    return quantize(cast<FloatAttr>(bound).getValue().convertToFloat(), format);
  };
  int64_t low = code(clamp.getMinVal()), high = code(clamp.getMaxVal());
  if (low == format.lowest && high == format.highest)
    return {};
  return builder.getDenseI64ArrayAttr({low, high});
}

/// Erases `value`'s op and what it was the last user of. An op is looked at
/// after all of its users, however many paths lead to it.
static void eraseIfDead(RewriterBase &rewriter, Value value) {
  llvm::SmallSetVector<Operation *, 8> candidates;
  auto add = [&](Value operand) {
    if (Operation *op = operand.getDefiningOp())
      candidates.insert(op);
  };
  add(value);
  while (!candidates.empty()) {
    Operation *op = candidates.pop_back_val();
    if (!isOpTriviallyDead(op))
      continue;
    llvm::for_each(op->getOperands(), add);
    rewriter.eraseOp(op);
  }
}

bool lowbit::isGiven(Operation *op) { return op->hasAttr(givenAttribute); }

void lowbit::inheritGiven(Operation *from, Operation *to) {
  if (isGiven(from))
    to->setAttr(givenAttribute, UnitAttr::get(to->getContext()));
}

/// The op that gets the name of a site: a product in blocks has rows, which are
/// given the shape of a convolution's result behind it.
static Operation *producerOf(Value codes) {
  Operation *op = codes.getDefiningOp();
  while (isa_and_present<quant::StorageCastOp, tosa::ReshapeOp>(op))
    op = op->getOperand(0).getDefiningOp();
  return isa_and_present<BlockMatmulOp>(op) ? op : codes.getDefiningOp();
}

void lowbit::replaceQuantize(RewriterBase &rewriter, QuantizeOp op,
                             Value codes) {
  Operation *producer = producerOf(codes);
  if (Attribute site = op->getAttr(siteAttribute))
    producer->setAttr(siteAttribute, site);
  inheritGiven(op, producer);
  Value input = op.getInput();
  rewriter.replaceOp(op, codes);
  eraseIfDead(rewriter, input);
}

Format lowbit::formatOf(Value codes) {
  return Format(
      cast<quant::QuantizedType>(getElementTypeOrSelf(codes.getType())));
}

bool lowbit::isFactor(float factor) {
  return std::isnormal(factor) && factor > 0;
}

namespace {

/// Ops still to visit; those that get erased on the way drop out.
class WorkList : public RewriterBase::Listener {
public:
  void add(Operation *op) { pending.insert(op); }
  SmallVector<Operation *> order() const {
    return SmallVector<Operation *>(pending.begin(), pending.end());
  }
  bool has(Operation *op) const { return pending.contains(op); }
  void notifyOperationErased(Operation *op) override { pending.remove(op); }

private:
  llvm::SetVector<Operation *> pending;
};

struct FuseQdq : lowbit::impl::FuseQdqBase<FuseQdq> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateMoveQdqPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();

    // Whole functions first: seen from the end, before a part of one is fused.
    forEach([](Operation *op) { return isa<QuantizeOp>(op); },
            [](RewriterBase &rewriter, Operation *op) {
              (void)fuseTable(rewriter, cast<QuantizeOp>(op));
            },
            /*isReversed=*/true);
    forEach([](Operation *op) { return isa<QuantizeOp>(op); },
            [](RewriterBase &rewriter, Operation *op) {
              auto quantize = cast<QuantizeOp>(op);
              if (failed(fuseProduct(rewriter, quantize)) &&
                  failed(fuseContraction(rewriter, quantize)))
                (void)fuseElementwise(rewriter, quantize);
            });
    forEach([](Operation *op) { return isContraction(op); },
            [](RewriterBase &rewriter, Operation *op) {
              if (op->hasAttr(dynamicAttribute))
                (void)fuseDynamic(rewriter, op);
              else if (failed(fuseProduct(rewriter, op)))
                (void)fuseContraction(rewriter, op);
            });

    // Folds pairs of storage casts and removes what nothing uses any more.
    if (failed(applyPatternsGreedily(getOperation(),
                                     RewritePatternSet(&getContext()))))
      signalPassFailure();
  }

private:
  void forEach(llvm::function_ref<bool(Operation *)> filter,
               llvm::function_ref<void(RewriterBase &, Operation *)> visit,
               bool isReversed = false) {
    WorkList list;
    getOperation().walk([&](Operation *op) {
      if (filter(op))
        list.add(op);
    });
    IRRewriter rewriter(&getContext(), &list);
    SmallVector<Operation *> order = list.order();
    if (isReversed)
      std::reverse(order.begin(), order.end());
    for (Operation *op : order)
      if (list.has(op))
        visit(rewriter, op);
  }
};

} // namespace
