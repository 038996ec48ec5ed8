//===- FoldTransposeIntoMatmul.cpp - Flattened layouts move into constant weights -===//
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
#define GEN_PASS_DEF_FOLDTRANSPOSEINTOMATMUL
#include "lib/Frontend/Transforms/Passes.h.inc"
} // namespace quantc::frontend

using namespace mlir;
using namespace quantc;
using namespace quantc::frontend;

namespace {

/// If the transposition permutes only trailing dimensions that together hold
/// `count` elements, the first of them; else nothing. Ones in front of them may
/// move: they don't count.
std::optional<int64_t> firstFlattened(ArrayRef<int64_t> shape,
                                      ArrayRef<int32_t> perms, int64_t count) {
  int64_t first = perms.size(), elements = 1;
  while (first > 0 && elements < count)
    elements *= shape[perms[--first]];
  if (elements != count)
    return std::nullopt;
  while (first > 0 && shape[perms[first - 1]] == 1)
    --first;
  // The rest in front keeps its place.
  for (int64_t d = 0; d < first; ++d)
    if (perms[d] != d)
      return std::nullopt;
  return first;
}

/// matmul(reshape(transpose(x)), w) -> matmul(reshape(x), w')
struct FoldTranspose : OpRewritePattern<tosa::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MatMulOp op,
                                PatternRewriter &rewriter) const override {
    auto flatten = op.getA().getDefiningOp<tosa::ReshapeOp>();
    if (!flatten)
      return rewriter.notifyMatchFailure(op, "left side is not a reshape");
    auto transposition = flatten.getInput1().getDefiningOp<tosa::TransposeOp>();
    if (!transposition)
      return rewriter.notifyMatchFailure(op, "left side is not transposed");
    if (!isMovableConstant(op.getB()))
      return rewriter.notifyMatchFailure(op, "weights are not constant");
    auto flat = dyn_cast<RankedTensorType>(op.getA().getType());
    auto from = dyn_cast<RankedTensorType>(transposition.getInput1().getType());
    auto weights = dyn_cast<RankedTensorType>(op.getB().getType());
    if (!from || !flat || !weights || !from.hasStaticShape() ||
        !flat.hasStaticShape() || !weights.hasStaticShape())
      return rewriter.notifyMatchFailure(op, "shape is not static");
    ArrayRef<int32_t> perms = transposition.getPerms();
    std::optional<int64_t> first =
        firstFlattened(from.getShape(), perms, flat.getDimSize(2));
    if (!first)
      return rewriter.notifyMatchFailure(
          op, "more than the flattened dimensions is transposed");

    Value rows =
        permuteRows(rewriter, op.getB(), from.getShape(), perms, *first);
    Value input = reshape(rewriter, flatten.getLoc(), transposition.getInput1(),
                          flat.getShape());
    rewriter.modifyOpInPlace(op, [&] {
      op.getAMutable().assign(input);
      op.getBMutable().assign(rows);
    });
    return success();
  }

private:
  /// Row r of the weights belongs to element r of the transposed slice; puts
  /// it where that element is before the transposition.
  static Value permuteRows(PatternRewriter &rewriter, Value weights,
                           ArrayRef<int64_t> shape, ArrayRef<int32_t> perms,
                           int64_t first) {
    auto type = cast<RankedTensorType>(weights.getType());
    SmallVector<int64_t> unflattened = {type.getDimSize(0)};
    SmallVector<int32_t> slicePerms;
    for (int32_t p : perms.drop_front(first)) {
      unflattened.push_back(shape[p]);
      slicePerms.push_back(p - first);
    }
    unflattened.push_back(type.getDimSize(2));
    SmallVector<int32_t> rowPerms = {0};
    for (int32_t p : inverse(slicePerms))
      rowPerms.push_back(p + 1);
    rowPerms.push_back(rowPerms.size());
    Value split = reshapeConstant(rewriter, weights, unflattened);
    Value moved = transposeConstant(rewriter, split, rowPerms);
    return reshapeConstant(rewriter, moved, type.getShape());
  }
};

struct FoldTransposeIntoMatmul
    : frontend::impl::FoldTransposeIntoMatmulBase<FoldTransposeIntoMatmul> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldTranspose>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
