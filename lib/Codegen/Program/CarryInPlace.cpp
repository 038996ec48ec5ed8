//===- CarryInPlace.cpp - Loops and branches write where they should ------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/Kernel/IR/Kernel.h"
#include "quantc/Codegen/Program/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_CARRYINPLACE
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;
using namespace quantc;

namespace {

Value emptyLike(OpBuilder &builder, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return tensor::EmptyOp::create(builder, value.getLoc(), type.getShape(),
                                 type.getElementType());
}

/// value -> copy(value, place)
void copyTo(OpOperand &use, Value place) {
  OpBuilder builder(use.getOwner());
  use.set(linalg::CopyOp::create(builder, use.get().getLoc(), use.get(), place)
              .getResult(0));
}

//===----------------------------------------------------------------------===//
// What a region hands on
//===----------------------------------------------------------------------===//

/// Whether `value` is `place` itself, or `place` with parts overwritten while
/// nothing else reads it.
bool isWrittenInto(Value value, Value place) {
  while (value != place) {
    if (auto insert = value.getDefiningOp<tensor::InsertSliceOp>())
      value = insert.getDest();
    else if (auto loop = value.getDefiningOp<scf::ForOp>())
      value = loop.getTiedLoopInit(cast<OpResult>(value))->get();
    else
      return false;
    if (!value.hasOneUse())
      return false;
  }
  return true;
}

/// The value that `value` is a view of, or itself.
Value withoutViews(Value value) {
  Operation *op = value.getDefiningOp();
  if (!isa_and_nonnull<tensor::CastOp, tensor::CollapseShapeOp,
                       tensor::ExpandShapeOp, tensor::ExtractSliceOp>(op))
    return value;
  return withoutViews(op->getOperand(0));
}

/// Whether memory of the region may hold `value`: not if it is a view of what
/// is outside.
bool isFromInside(Value value, Region *region) {
  return region->isAncestor(withoutViews(value).getParentRegion());
}

/// yield(value) -> yield(materialize_in_destination(value, place)), or a copy
/// of what is outside of the region.
void anchor(OpOperand &handedOn, Value place) {
  Value value = handedOn.get();
  if (!isa<RankedTensorType>(value.getType()) || isWrittenInto(value, place))
    return;
  if (!isFromInside(value, handedOn.getOwner()->getParentRegion()))
    return copyTo(handedOn, place);
  OpBuilder builder(handedOn.getOwner());
  handedOn.set(bufferization::MaterializeInDestinationOp::create(
                   builder, value.getLoc(), value.getType(), value, place)
                   .getResult());
}

void anchorAll(MutableOperandRange handedOn, ValueRange places) {
  // Values that change places are all read before the first is overwritten.
  for (auto [operand, place] : llvm::zip_equal(handedOn, places)) {
    Value value = operand.get();
    Value origin = withoutViews(value);
    if (!isa<RankedTensorType>(value.getType()) || origin == place ||
        !llvm::is_contained(places, origin))
      continue;
    OpBuilder builder(operand.getOwner());
    copyTo(operand, emptyLike(builder, value));
  }
  for (auto [operand, place] : llvm::zip_equal(handedOn, places))
    anchor(operand, place);
}

/// An inner loop starts from a copy of what an outer one carries, unless its
/// result is what the outer one carries on.
void detachFromOuterLoop(MutableOperandRange inits) {
  for (OpOperand &init : inits) {
    auto place = dyn_cast<BlockArgument>(withoutViews(init.get()));
    if (!place || !isa<RankedTensorType>(init.get().getType()) ||
        isa<FunctionOpInterface>(place.getOwner()->getParentOp()))
      continue;
    auto outer = dyn_cast<scf::ForOp>(place.getOwner()->getParentOp());
    if (outer &&
        isWrittenInto(outer.getTiedLoopYieldedValue(place)->get(), place))
      continue;
    OpBuilder builder(init.getOwner());
    copyTo(init, emptyLike(builder, init.get()));
  }
}

void anchorLoop(scf::ForOp loop) {
  detachFromOuterLoop(loop.getInitArgsMutable());
  auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
  anchorAll(yield.getResultsMutable(), loop.getRegionIterArgs());
}

/// A value that is overwritten before it is read.
Value placeholder(OpBuilder &builder, Value like) {
  if (isa<RankedTensorType>(like.getType()))
    return emptyLike(builder, like);
  return arith::ConstantOp::create(builder, like.getLoc(),
                                   builder.getZeroAttr(like.getType()));
}

/// The same loop whose regions hand each other the same things in the same
/// order: all that is carried, and after it what else the first region hands
/// on, for which a placeholder is carried.
scf::WhileOp alignRegions(scf::WhileOp loop) {
  OpBuilder builder(loop);
  Block *before = loop.getBeforeBody(), *after = loop.getAfterBody();
  unsigned numCarried = before->getNumArguments();
  SmallVector<Value> inits(loop.getInits());
  SmallVector<Value> handedOn(before->getArguments());
  SmallVector<unsigned> places;
  for (Value value : loop.getConditionOp().getArgs()) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (argument && argument.getOwner() == before) {
      places.push_back(argument.getArgNumber());
      continue;
    }
    places.push_back(inits.size());
    inits.push_back(placeholder(builder, value));
    before->addArgument(value.getType(), value.getLoc());
    handedOn.push_back(value);
  }
  loop.getConditionOp().getArgsMutable().assign(handedOn);

  unsigned numOld = after->getNumArguments();
  for (Value value : handedOn)
    after->addArgument(value.getType(), value.getLoc());
  for (auto [i, place] : llvm::enumerate(places))
    after->getArgument(i).replaceAllUsesWith(
        after->getArgument(numOld + place));
  after->eraseArguments(0, numOld);
  for (Value rest : after->getArguments().drop_front(numCarried))
    loop.getYieldOp().getResultsMutable().append(rest);

  auto aligned = scf::WhileOp::create(builder, loop.getLoc(),
                                      ValueRange(inits).getTypes(), inits);
  aligned.getBefore().takeBody(loop.getBefore());
  aligned.getAfter().takeBody(loop.getAfter());
  for (auto [result, place] : llvm::zip(loop.getResults(), places))
    result.replaceAllUsesWith(aligned.getResult(place));
  loop.erase();
  return aligned;
}

void anchorLoop(scf::WhileOp loop) {
  if (loop.getConditionOp().getArgs() != ValueRange(loop.getBeforeArguments()))
    loop = alignRegions(loop);
  detachFromOuterLoop(loop.getInitsMutable());
  anchorAll(loop.getConditionOp().getArgsMutable(), loop.getBeforeArguments());
  anchorAll(loop.getYieldOp().getResultsMutable(), loop.getAfterArguments());
}

/// Both branches write to memory that was there before. It is no tensor.empty:
/// the elimination of those would move it up, to where a value is computed that
/// a branch hands on and others read as well.
void anchorBranches(scf::IfOp branches) {
  OpBuilder builder(branches);
  for (auto [i, result] : llvm::enumerate(branches.getResults())) {
    if (!isa<RankedTensorType>(result.getType()))
      continue;
    Value place = bufferization::AllocTensorOp::create(
        builder, result.getLoc(), cast<RankedTensorType>(result.getType()),
        ValueRange());
    anchor(branches.thenYield()->getOpOperand(i), place);
    anchor(branches.elseYield()->getOpOperand(i), place);
  }
}

//===----------------------------------------------------------------------===//
// Results of the model
//===----------------------------------------------------------------------===//

/// Whether a kernel may read the memory of `value`, through views and loops.
bool isReadByKernel(Value value) {
  return llvm::any_of(value.getUses(), [](OpOperand &use) {
    Operation *user = use.getOwner();
    if (isa<kernel::KernelDialect>(user->getDialect()))
      return !cast<DestinationStyleOpInterface>(user).isDpsInit(&use);
    if (auto loop = dyn_cast<scf::ForOp>(user))
      return use.getOperandNumber() >= loop.getNumControlOperands() &&
             isReadByKernel(loop.getTiedLoopRegionIterArg(&use));
    if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp,
            tensor::ExtractSliceOp>(user))
      return isReadByKernel(user->getResult(0));
    return false;
  });
}

/// Kernels read beyond the end, which the caller's memory does not allow.
void moveOutOfKernels(OpOperand &returned) {
  Value value = returned.get();
  bool isRead = isReadByKernel(value);
  if (auto loop = value.getDefiningOp<scf::ForOp>())
    isRead |=
        isReadByKernel(loop.getTiedLoopRegionIterArg(cast<OpResult>(value)));
  if (!isRead)
    return;
  OpBuilder builder(returned.getOwner());
  copyTo(returned, emptyLike(builder, value));
}

struct CarryInPlace : quantc::codegen::impl::CarryInPlaceBase<CarryInPlace> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    // The caller's inputs are constant.
    Builder builder(&getContext());
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      if (isa<RankedTensorType>(function.getArgument(i).getType()))
        function.setArgAttr(
            i, bufferization::BufferizationDialect::kWritableAttrName,
            builder.getBoolAttr(false));
    function.walk([](Operation *op) {
      if (auto loop = dyn_cast<scf::ForOp>(op); loop && loop.getNumResults())
        anchorLoop(loop);
      else if (auto loop = dyn_cast<scf::WhileOp>(op))
        anchorLoop(loop);
      else if (auto branches = dyn_cast<scf::IfOp>(op))
        anchorBranches(branches);
    });
    Operation *terminator = function.getBody().front().getTerminator();
    for (OpOperand &returned : terminator->getOpOperands())
      moveOutOfKernels(returned);
  }
};

} // namespace
