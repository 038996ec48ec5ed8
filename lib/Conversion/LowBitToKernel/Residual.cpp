//===- Residual.cpp - Sums as a part of the convolution before them -------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"

#include "dialects/Kernel/IR/Build.h"
#include "dialects/LowBit/IR/LowBit.h"
#include "dialects/LowBit/IR/Numerics.h"

#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"

using namespace mlir;
using namespace quantc;

namespace {

/// The format of the codes of `value`, if they are bytes with one scale.
std::optional<lowbit::Format> formatOf(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  auto format = dyn_cast<quant::UniformQuantizedType>(type.getElementType());
  if (!format || !format.getStorageType().isInteger(8))
    return std::nullopt;
  return lowbit::Format(format);
}

/// The convolution whose codes `value` are, if nobody else needs them.
kernel::Conv2DOp convolutionOf(Value value) {
  auto codes = value.getDefiningOp<quant::StorageCastOp>();
  if (!codes || !value.hasOneUse() || !codes.getInput().hasOneUse())
    return {};
  auto conv = codes.getInput().getDefiningOp<kernel::Conv2DOp>();
  return conv && !conv.getResidual() ? conv : kernel::Conv2DOp();
}

/// Codes as plain integers.
Value toStorage(OpBuilder &builder, Location loc, Value codes) {
  auto type = cast<RankedTensorType>(codes.getType());
  auto format = cast<quant::QuantizedType>(type.getElementType());
  return quant::StorageCastOp::create(
      builder, loc, type.clone(format.getStorageType()), codes);
}

/// add(scast(kernel.conv2d(x)), r) -> scast(kernel.conv2d(x)
/// residual(scast(r)))
///
/// The codes that the convolution had given are rounded all the same, so the
/// sum is that of the two ops. Of two convolutions, the later one takes in the
/// other: it may move down to where the sum is.
struct AddResidual : OpRewritePattern<lowbit::AddOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(lowbit::AddOp op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType type = op.getType();
    if (op.getLhs().getType().getShape() != type.getShape() ||
        op.getRhs().getType().getShape() != type.getShape())
      return rewriter.notifyMatchFailure(op, "broadcasts an operand");
    Value codes = op.getLhs(), residual = op.getRhs();
    kernel::Conv2DOp conv = convolutionOf(codes),
                     other = convolutionOf(residual);
    if (!conv || (other && conv->getBlock() == other->getBlock() &&
                  conv->isBeforeInBlock(other))) {
      std::swap(codes, residual);
      std::swap(conv, other);
    }
    if (!conv || conv->getBlock() != op->getBlock())
      return rewriter.notifyMatchFailure(op, "adds to no convolution");
    auto from = formatOf(codes), added = formatOf(residual),
         to = formatOf(op.getOutput());
    if (!from || !added || !to)
      return rewriter.notifyMatchFailure(op, "codes are not 8-bit");

    kernel::ResidualSpec spec{lowbit::ratio(from->scale(), to->scale()),
                              lowbit::ratio(added->scale(), to->scale()),
                              added->zeroPoint(),
                              added->isSigned,
                              to->zeroPoint(),
                              {to->lowest, to->highest}};
    if (auto clamp = op.getClamp())
      spec.bounds = {(*clamp)[0], (*clamp)[1]};
    Value sum = kernel::addResidual(
        rewriter, conv, toStorage(rewriter, op.getLoc(), residual), spec);
    rewriter.replaceOpWithNewOp<quant::StorageCastOp>(op, type, sum);
    return success();
  }
};

} // namespace

void lowbittokernel::populateResidual(RewritePatternSet &patterns) {
  patterns.add<AddResidual>(patterns.getContext());
}
