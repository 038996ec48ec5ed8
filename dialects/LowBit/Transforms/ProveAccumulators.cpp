//===- ProveAccumulators.cpp - Check that no accumulator overflows --------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/IR/Accumulator.h"
#include "dialects/LowBit/Transforms/Fusion.h"
#include "dialects/LowBit/Transforms/IntegerWeights.h"
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
    std::optional<IntegerWeights> weights =
        integerWeights(op->getOperand(1), isLast);
    if (!weights)
      return op->emitOpError("expects constant weights to bound the "
                             "accumulator with, but got ")
             << op->getOperand(1);
    std::optional<SmallVector<int32_t>> bias = constantInts(op->getOperand(2));
    if (!bias)
      return op->emitOpError("expects a constant bias to bound the "
                             "accumulator with, but got ")
             << op->getOperand(2);
    Format input = formatOf(op->getOperand(0));
    for (auto [channel, offset] : llvm::enumerate(*bias)) {
      uint64_t bound =
          accumulatorBound(centredChannel(*weights, channel), offset, input);
      if (!fitsAccumulator(bound))
        return op->emitOpError(
                   "expects accumulators below 2147483648, but got ")
               << bound << " in channel " << channel;
    }
    return success();
  }
};

} // namespace
