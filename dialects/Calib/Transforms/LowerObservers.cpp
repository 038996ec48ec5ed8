//===- LowerObservers.cpp - Observers become host calls -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Calib/IR/Calib.h"
#include "dialects/Calib/IR/Sites.h"
#include "dialects/Calib/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "quantc/Support/HostCall.h"

namespace quantc::calib {
#define GEN_PASS_DEF_LOWEROBSERVERS
#include "dialects/Calib/Transforms/Passes.h.inc"
} // namespace quantc::calib

using namespace mlir;
using namespace quantc;

static LogicalResult checkType(calib::ObserveOp observer) {
  auto type = dyn_cast<RankedTensorType>(observer.getInput().getType());
  if (type && type.hasStaticShape() && type.getElementType().isF32())
    return success();
  return observer.emitError("expects an f32 tensor of static shape at site '")
         << observer.getSite() << "', but got "
         << observer.getInput().getType();
}

/// observe(x) -> quantc_observe(site, address of x, number of elements); x
static void lower(calib::ObserveOp observer, int64_t site,
                  func::FuncOp callback, RewriterBase &rewriter) {
  Location loc = observer.getLoc();
  auto type = cast<RankedTensorType>(observer.getInput().getType());
  rewriter.setInsertionPoint(observer);
  Value number = constantI64(rewriter, loc, site);
  Value count = constantI64(rewriter, loc, type.getNumElements());
  Value address = addressOf(rewriter, loc, observer.getInput());
  func::CallOp::create(rewriter, loc, callback,
                       ValueRange{number, address, count});
  rewriter.replaceOp(observer, observer.getInput());
}

namespace {

struct LowerObservers : calib::impl::LowerObserversBase<LowerObservers> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<calib::ObserveOp> observers = calib::observersOf(module);
    if (observers.empty())
      return;
    if (llvm::any_of(observers, [](calib::ObserveOp observer) {
          return failed(checkType(observer));
        }))
      return signalPassFailure();

    IRRewriter rewriter(&getContext());
    Type i64 = rewriter.getI64Type();
    FailureOr<func::FuncOp> callback =
        declareHostFunction(module, "quantc_observe",
                            rewriter.getFunctionType({i64, i64, i64}, {}));
    if (failed(callback))
      return signalPassFailure();
    for (auto [site, observer] : llvm::enumerate(observers))
      lower(observer, site, *callback, rewriter);
  }
};

} // namespace
