//===- LowerExpectations.cpp - Expectations become host calls -------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Check/IR/Check.h"
#include "dialects/Check/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "quantc/Support/ElementType.h"
#include "quantc/Support/HostCall.h"

namespace quantc::check {
#define GEN_PASS_DEF_LOWEREXPECTATIONS
#include "dialects/Check/Transforms/Passes.h.inc"
} // namespace quantc::check

using namespace mlir;
using namespace quantc;

static std::optional<ElementType> integerType(IntegerType type) {
  bool isUnsigned = type.isUnsigned();
  switch (type.getWidth()) {
  case 1:
    return ElementType::Bool;
  case 8:
    return isUnsigned ? ElementType::U8 : ElementType::I8;
  case 16:
    return isUnsigned ? ElementType::U16 : ElementType::I16;
  case 32:
    return isUnsigned ? ElementType::U32 : ElementType::I32;
  case 64:
    return isUnsigned ? ElementType::U64 : ElementType::I64;
  default:
    return std::nullopt;
  }
}

/// The element type that the host knows; none if there is no such one.
static std::optional<ElementType> elementTypeOf(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type))
    return integerType(integer);
  if (type.isF16())
    return ElementType::F16;
  if (type.isBF16())
    return ElementType::BF16;
  if (type.isF32())
    return ElementType::F32;
  if (type.isF64())
    return ElementType::F64;
  return std::nullopt;
}

static LogicalResult checkType(Operation *op) {
  auto type = cast<RankedTensorType>(op->getOperand(0).getType());
  if (!type.hasStaticShape())
    return op->emitOpError("expects a static shape, but got ") << type;
  if (!elementTypeOf(type.getElementType()))
    return op->emitOpError("expects elements that the host knows (integers of "
                           "1, 8, 16, 32 or 64 bits, f16, bf16, f32, f64), but "
                           "got ")
           << type.getElementType();
  return success();
}

namespace {

struct LowerExpectations
    : check::impl::LowerExpectationsBase<LowerExpectations> {
  void runOnOperation() override {
    SmallVector<Operation *> expectations;
    getOperation().walk([&](Operation *op) {
      if (isa<check::ExpectEqOp, check::ExpectCloseOp>(op))
        expectations.push_back(op);
    });
    for (Operation *op : expectations)
      if (failed(checkType(op)))
        return signalPassFailure();
    IRRewriter rewriter(&getContext());
    for (auto [number, op] : llvm::enumerate(expectations))
      if (failed(lower(op, number, rewriter)))
        return signalPassFailure();
  }

private:
  LogicalResult lower(Operation *op, int64_t number, RewriterBase &rewriter) {
    auto close = dyn_cast<check::ExpectCloseOp>(op);
    Type i64 = rewriter.getI64Type();
    SmallVector<Type> types(5, i64);
    if (close)
      types.push_back(rewriter.getF64Type());
    FailureOr<func::FuncOp> callback = declareHostFunction(
        getOperation(), close ? "quantc_expect_close" : "quantc_expect_eq",
        rewriter.getFunctionType(types, {}));
    if (failed(callback))
      return failure();

    rewriter.setInsertionPoint(op);
    Location loc = op->getLoc();
    auto type = cast<RankedTensorType>(op->getOperand(0).getType());
    auto constant = [&](int64_t value) {
      return constantI64(rewriter, loc, value);
    };
    auto element = static_cast<int64_t>(*elementTypeOf(type.getElementType()));
    SmallVector<Value> arguments = {
        constant(number), addressOf(rewriter, loc, op->getOperand(0)),
        addressOf(rewriter, loc, op->getOperand(1)),
        constant(type.getNumElements()), constant(element)};
    if (close)
      arguments.push_back(
          arith::ConstantOp::create(rewriter, loc, close.getToleranceAttr()));
    func::CallOp::create(rewriter, loc, *callback, arguments);
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace
