//===- DeriveGradients.cpp - A function that computes gradients -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Distill/Transforms/Differentiate.h"
#include "dialects/Distill/Transforms/Passes.h"
#include "dialects/Distill/Transforms/Tensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace quantc::distill {
#define GEN_PASS_DEF_DERIVEGRADIENTS
#include "dialects/Distill/Transforms/Passes.h.inc"
} // namespace quantc::distill

using namespace mlir;
using namespace quantc::distill;

namespace {

bool isFloatTensor(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && isa<FloatType>(tensor.getElementType());
}

struct DeriveGradients
    : quantc::distill::impl::DeriveGradientsBase<DeriveGradients> {
  using DeriveGradientsBase::DeriveGradientsBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> found = find();
    if (failed(found) || failed(check(*found)) || failed(derive(*found)))
      signalPassFailure();
  }

private:
  FailureOr<func::FuncOp> find() {
    auto functions = llvm::to_vector(getOperation().getOps<func::FuncOp>());
    if (function.empty() && functions.size() == 1)
      return functions.front();
    for (func::FuncOp candidate : functions)
      if (candidate.getName() == function)
        return candidate;
    InFlightDiagnostic error = getOperation().emitError();
    if (function.empty())
      return error << "expects one function, or the option 'function', but got "
                   << functions.size() << " functions";
    return error << "expects a function '" << function
                 << "', but got none of that name";
  }

  LogicalResult check(func::FuncOp f) {
    if (!llvm::hasSingleElement(f.getBody()))
      return f.emitError("expects a function of one block, but got ")
             << f.getBody().getBlocks().size() << " of them";
    if (result >= f.getNumResults())
      return f.emitError("expects result ")
             << unsigned(result) << " to be one of the function's, but got "
             << f.getNumResults() << " results";
    if (!isFloatTensor(f.getResultTypes()[result]))
      return f.emitError(
                 "expects a tensor of floats to differentiate, but got ")
             << f.getResultTypes()[result];
    return success();
  }

  LogicalResult derive(func::FuncOp f) {
    func::FuncOp gradient = f.clone();
    gradient.setName((f.getName() + ".gradient").str());
    OpBuilder builder(f);
    builder.setInsertionPointAfter(f);
    builder.insert(gradient);
    Block &body = gradient.getBody().front();
    auto last = cast<func::ReturnOp>(body.getTerminator());
    Value y = last.getOperand(result);
    SmallVector<Value> xs;
    for (Value argument : body.getArguments())
      if (isFloatTensor(argument.getType()))
        xs.push_back(argument);
    Value seed = body.addArgument(y.getType(), y.getLoc());
    builder.setInsertionPoint(last);
    llvm::Expected<SmallVector<Value>> found =
        differentiate(y, xs, seed, builder);
    if (!found)
      return f.emitError("expects ops that have a derivative, but got ")
             << llvm::toString(found.takeError());
    for (auto [x, adjoint] : llvm::zip_equal(xs, *found)) {
      ImplicitLocOpBuilder ops(x.getLoc(), builder);
      if (!adjoint)
        adjoint = splat(ops, x.getType(), 0);
    }
    last->setOperands(*found);
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
      if (isOpTriviallyDead(&op))
        op.erase();
    gradient.setType(builder.getFunctionType(body.getArgumentTypes(),
                                             TypeRange(ValueRange(*found))));
    gradient.removeArgAttrsAttr();
    gradient.removeResAttrsAttr();
    return success();
  }
};

} // namespace
