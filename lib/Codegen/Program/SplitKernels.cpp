//===- SplitKernels.cpp - Kernels that compute a part of their work -------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Codegen/Program/Work.h"
#include "quantc/Codegen/Program/Passes.h"
#include "quantc/Support/Parallel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

namespace quantc::codegen {
#define GEN_PASS_DEF_SPLITKERNELS
#include "lib/Codegen/Program/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;
using namespace quantc;
using namespace quantc::codegen;

namespace {

/// Confines one function to the part of its work between two arguments.
class Splitter {
public:
  Splitter(func::FuncOp function, Value from, Value to)
      : builder(function.getBody()), from(from), to(to) {
    Location loc = function.getLoc();
    Value whole = arith::ConstantIntOp::create(builder, loc, kWhole, 64);
    isLast = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, to,
                                   whole);
  }

  void split(const WorkPlan &plan, Block &block);

private:
  void confine(scf::ForOp loop);
  Value boundAt(scf::ForOp loop, Value place);
  void keepForLast(ArrayRef<Operation *> ops);

  OpBuilder builder;
  Value from, to, isLast;
};

/// for i in [a, b) -> for i in [a + (b - a) * from, a + (b - a) * to)
void Splitter::confine(scf::ForOp loop) {
  builder.setInsertionPoint(loop);
  Value first = boundAt(loop, from), end = boundAt(loop, to);
  loop.setLowerBound(first);
  loop.setUpperBound(end);
  loop->removeAttr(kUnitsAttrName);
  loop->removeAttr(kTogetherAttrName);
}

/// The first iteration that does not belong to the parts up to `place`.
Value Splitter::boundAt(scf::ForOp loop, Value place) {
  Location loc = loop.getLoc();
  Value first = loop.getLowerBound(), end = loop.getUpperBound();
  Value count = builder.createOrFold<arith::SubIOp>(loc, end, first);
  count = builder.createOrFold<arith::IndexCastOp>(loc, builder.getI64Type(),
                                                   count);
  auto together = loop->getAttrOfType<IntegerAttr>(kTogetherAttrName);
  Value bits = arith::ConstantIntOp::create(builder, loc, kWholeBits, 64);
  Value scaled = arith::MulIOp::create(builder, loc, place, count);
  // The first parts get what does not divide, since the last one has to do what
  // is outside of the loops. An iteration that overlaps another one may be in a
  // loop of its own, and then has to belong to the last part as that one does.
  Value most = arith::ConstantIntOp::create(builder, loc, kWhole - 1, 64);
  scaled = arith::AddIOp::create(builder, loc, scaled, together ? count : most);
  Value done = arith::ShRUIOp::create(builder, loc, scaled, bits);
  done = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), done);
  Value bound = builder.createOrFold<arith::AddIOp>(loc, done, first);
  if (!together)
    return bound;
  // Not between the two: both belong to the part before.
  Value number =
      arith::ConstantIndexOp::create(builder, loc, together.getInt());
  auto compare = [&](arith::CmpIPredicate predicate, Value other) -> Value {
    return builder.createOrFold<arith::CmpIOp>(loc, predicate, bound, other);
  };
  Value isBetween = builder.createOrFold<arith::AndIOp>(
      loc, compare(arith::CmpIPredicate::eq, number),
      compare(arith::CmpIPredicate::ne, first));
  return arith::SelectOp::create(builder, loc, isBetween, end, bound);
}

/// Whether `op` writes nothing but memory that each part has for itself.
bool isForEveryPart(Operation *op) {
  auto effects = getEffectsRecursively(op);
  auto isOwn = [](const MemoryEffects::EffectInstance &effect) {
    return !isa<MemoryEffects::Write>(effect.getEffect()) ||
           (effect.getValue() &&
            effect.getValue().getDefiningOp<memref::AllocaOp>());
  };
  auto isWrite = [](const MemoryEffects::EffectInstance &effect) {
    return isa<MemoryEffects::Write>(effect.getEffect());
  };
  return effects && llvm::any_of(*effects, isWrite) &&
         llvm::all_of(*effects, isOwn);
}

/// Neighbouring operations outside of the loops -> if this is the last part.
/// What only computes values stays where it is if others use them.
void Splitter::keepForLast(ArrayRef<Operation *> ops) {
  if (llvm::all_of(ops, isMemoryEffectFree))
    return;
  builder.setInsertionPointAfter(ops.back());
  auto branch = scf::IfOp::create(builder, ops.back()->getLoc(), isLast);
  for (Operation *op : llvm::reverse(ops)) {
    bool isUsedOutside = llvm::any_of(op->getUsers(), [&](Operation *user) {
      return !branch->isProperAncestor(user);
    });
    if (!isUsedOutside)
      op->moveBefore(branch.thenBlock(), branch.thenBlock()->begin());
  }
}

void Splitter::split(const WorkPlan &plan, Block &block) {
  SmallVector<Operation *> ops, between;
  for (Operation &op : block.without_terminator())
    ops.push_back(&op);
  auto flush = [&] {
    if (!between.empty())
      keepForLast(between);
    between.clear();
  };
  for (Operation *op : ops) {
    auto loop = dyn_cast<scf::ForOp>(op);
    bool isDivided = loop && plan.divided.contains(loop);
    bool isEntered = loop && plan.entered.contains(loop);
    bool isForAll = !isDivided && !isEntered && isForEveryPart(op);
    if (!isDivided && !isEntered && !isForAll) {
      between.push_back(op);
      continue;
    }
    // Not one after the other: what it reads may be written by those before.
    flush();
    if (isForAll)
      continue;
    if (isDivided)
      confine(loop);
    else
      split(plan, *loop.getBody());
  }
  flush();
}

struct SplitKernels : quantc::codegen::impl::SplitKernelsBase<SplitKernels> {
  using SplitKernelsBase::SplitKernelsBase;

  void runOnOperation() override {
    DenseMap<StringRef, func::FuncOp> divided;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (split(function))
        divided[function.getName()] = function;
    getOperation().walk([&](func::CallOp call) {
      if (divided.contains(call.getCallee()))
        callForAll(call);
    });
  }

private:
  bool split(func::FuncOp function);
  static void callForAll(func::CallOp call);
};

/// Whether the function can do parts now.
bool SplitKernels::split(func::FuncOp function) {
  if (!function.isPrivate() || function.isExternal() ||
      !function.getBody().hasOneBlock() || function.getNumResults() != 0)
    return false;
  WorkPlan plan = planWork(function);
  int64_t parts = std::min<int64_t>(plan.units, plan.cycles / leastCycles);
  if (parts < 2)
    return false;
  Type i64 = IntegerType::get(&getContext(), 64);
  unsigned count = function.getNumArguments();
  for (unsigned i = 0; i < 2; ++i)
    if (failed(function.insertArgument(count + i, i64, {}, function.getLoc())))
      return false;
  Block &body = function.getBody().front();
  Splitter(function, body.getArgument(count), body.getArgument(count + 1))
      .split(plan, body);
  Builder builder(&getContext());
  function->setAttr(kPartsAttrName, builder.getI64IntegerAttr(parts));
  return true;
}

void SplitKernels::callForAll(func::CallOp call) {
  OpBuilder builder(call);
  for (int64_t place : {int64_t(0), kWhole})
    call.getOperandsMutable().append(ValueRange(
        arith::ConstantIntOp::create(builder, call.getLoc(), place, 64)));
}

} // namespace
