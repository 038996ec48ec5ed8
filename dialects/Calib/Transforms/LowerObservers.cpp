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

namespace quantc::calib {
#define GEN_PASS_DEF_LOWEROBSERVERS
#include "dialects/Calib/Transforms/Passes.h.inc"
} // namespace quantc::calib

using namespace mlir;
using namespace quantc;

static constexpr llvm::StringLiteral callbackName = "quantc_observe";

/// Finds or adds `func.func private @quantc_observe(i64, i64, i64)`.
static FailureOr<func::FuncOp> declareCallback(ModuleOp module,
                                               OpBuilder &builder) {
  Type i64 = builder.getI64Type();
  auto type = builder.getFunctionType({i64, i64, i64}, {});
  if (Operation *symbol = module.lookupSymbol(callbackName)) {
    auto function = dyn_cast<func::FuncOp>(symbol);
    if (function && function.isDeclaration() &&
        function.getFunctionType() == type)
      return function;
    return symbol->emitError("expects '")
           << callbackName << "' to be the declaration of the host's callback "
           << "of type " << type << ", but got another symbol of that name";
  }
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(module.getBody());
  auto function =
      func::FuncOp::create(builder, module.getLoc(), callbackName, type);
  function.setPrivate();
  return function;
}

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
  Value buffer = bufferization::ToBufferOp::create(
      rewriter, loc, MemRefType::get(type.getShape(), type.getElementType()),
      observer.getInput(), /*read_only=*/true);
  Value index =
      memref::ExtractAlignedPointerAsIndexOp::create(rewriter, loc, buffer);
  Type i64 = rewriter.getI64Type();
  Value address = arith::IndexCastOp::create(rewriter, loc, i64, index);
  Value number = arith::ConstantOp::create(rewriter, loc,
                                           rewriter.getI64IntegerAttr(site));
  Value count = arith::ConstantOp::create(
      rewriter, loc, rewriter.getI64IntegerAttr(type.getNumElements()));
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
    FailureOr<func::FuncOp> callback = declareCallback(module, rewriter);
    if (failed(callback))
      return signalPassFailure();
    for (auto [site, observer] : llvm::enumerate(observers))
      lower(observer, site, *callback, rewriter);
  }
};

} // namespace
