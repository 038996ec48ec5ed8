//===- ExplainFloat.cpp - Say why an op stayed in float -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/LowBit/Transforms/Fusion.h"
#include "dialects/LowBit/Transforms/Passes.h"
#include "dialects/LowBit/Transforms/Weights.h"
#include "mlir/IR/Iterators.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "quantc/Support/LayerName.h"

namespace quantc::lowbit {
#define GEN_PASS_DEF_EXPLAINFLOAT
#include "dialects/LowBit/Transforms/Passes.h.inc"
} // namespace quantc::lowbit

using namespace mlir;
using namespace quantc;
using namespace quantc::lowbit;

namespace {

bool hasIntegerForm(Operation *op) {
  return isa<tosa::AbsOp, tosa::AddOp, tosa::AvgPool2dOp, tosa::ClampOp,
             tosa::ErfOp, tosa::ExpOp, tosa::MaxPool2dOp, tosa::MulOp,
             tosa::NegateOp, tosa::SigmoidOp, tosa::SubOp, tosa::TanhOp>(op);
}

/// Ops with a layer with weights somewhere behind them.
DenseSet<Operation *> leadingToWeights(Operation *root) {
  DenseSet<Operation *> result;
  root->walk<WalkOrder::PostOrder, ReverseIterator>([&](Operation *op) {
    if (isContraction(op) ||
        isa<BatchMatmulOp, BlockMatmulOp, Conv2DOp, DepthwiseConv2DOp,
            MatmulOp>(op) ||
        llvm::any_of(op->getUsers(),
                     [&](Operation *user) { return result.contains(user); }))
      result.insert(op);
  });
  return result;
}

std::string reasonFor(Operation *op, bool leadsToWeights) {
  if (isProduct(op))
    return "it is a product of two activations; --products quantizes it, which "
           "may cost accuracy";
  if (!isContraction(op) && !hasIntegerForm(op))
    return ("there is no integer form of '" + op->getName().getStringRef() +
            "'")
        .str();
  if (!leadsToWeights)
    return op->getParentOfType<LoopLikeOpInterface>()
               ? "it leads to what a loop hands on, which is float"
               : "no layer with weights follows it";
  bool hasCodes = llvm::any_of(op->getOperands(), [](Value operand) {
    return operand.getDefiningOp<DequantizeOp>() != nullptr;
  });
  return hasCodes ? "its result is not quantized"
                  : "its input is not quantized";
}

/// To the remark engine, or as a diagnostic if there is none.
void emit(Operation *op, StringRef reason) {
  if (!op->getContext()->getRemarkEngine()) {
    op->emitRemark("'") << layerName(op) << "' stays in float: " << reason;
    return;
  }
  auto function = op->getParentOfType<FunctionOpInterface>();
  remark::missed(op->getLoc(),
                 remark::RemarkOpts::name("stays-in-float")
                     .category("quantize")
                     .function(function ? function.getName() : ""))
      << remark::metric("Layer", layerName(op))
      << remark::reason("{0}", reason.str());
}

struct ExplainFloat : lowbit::impl::ExplainFloatBase<ExplainFloat> {
  void runOnOperation() override {
    DenseSet<Operation *> leading = leadingToWeights(getOperation());
    getOperation().walk([&](Operation *op) {
      if (!computesFloat(op))
        return;
      auto reason = op->getAttrOfType<StringAttr>(floatReason);
      if (!reason) {
        reason =
            StringAttr::get(&getContext(), reasonFor(op, leading.contains(op)));
        op->setAttr(floatReason, reason);
      }
      emit(op, reason);
    });
  }
};

} // namespace
