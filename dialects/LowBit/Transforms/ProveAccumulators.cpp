//===- ProveAccumulators.cpp - Check that no accumulator overflows --------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Accumulator.h"
#include "dialects/LowBit/Transforms/Constants.h"
#include "dialects/LowBit/Transforms/Fusion.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "mlir/IR/Matchers.h"

namespace quantc::lowbit {
#define GEN_PASS_DEF_PROVEACCUMULATORS
#include "dialects/LowBit/Transforms/Passes.h.inc"
} // namespace quantc::lowbit

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

struct ProveAccumulators
    : lowbit::impl::ProveAccumulatorsBase<ProveAccumulators> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([](Operation *op) {
      bool isLast = isa<DepthwiseConv2DOp>(op);
      if (!isLast && !isa<Conv2DOp, MatmulOp>(op))
        return WalkResult::advance();
      return WalkResult(prove(op, isLast));
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

private:
  static LogicalResult prove(Operation *op, bool isLast) {
    auto weights = op->getOperand(1).getDefiningOp<ConstantOp>();
    if (!weights)
      return op->emitOpError("expects constant weights to bound the "
                             "accumulator with, but got ")
             << op->getOperand(1);
    DenseIntElementsAttr bias;
    if (!matchPattern(op->getOperand(2), m_Constant(&bias)))
      return op->emitOpError("expects a constant bias to bound the "
                             "accumulator with, but got ")
             << op->getOperand(2);
    Format input = formatOf(op->getOperand(0));
    SmallVector<int8_t> codes = codesOf(weights);
    int64_t channels = bias.getNumElements();
    for (auto [channel, offset] : llvm::enumerate(bias.getValues<int32_t>())) {
      SmallVector<int8_t> row = channelCodes(codes, channels, channel, isLast);
      uint64_t bound = accumulatorBound(row, offset, input);
      if (!fitsAccumulator(bound))
        return op->emitOpError(
                   "expects accumulators below 2147483648, but got ")
               << bound << " in channel " << channel;
    }
    return success();
  }

  static SmallVector<int8_t> channelCodes(ArrayRef<int8_t> codes,
                                          int64_t channels, int64_t channel,
                                          bool isLast) {
    int64_t depth = codes.size() / channels;
    if (!isLast)
      return SmallVector<int8_t>(codes.slice(channel * depth, depth));
    SmallVector<int8_t> row;
    for (int64_t i = 0; i < depth; ++i)
      row.push_back(codes[i * channels + channel]);
    return row;
  }
};

} // namespace
