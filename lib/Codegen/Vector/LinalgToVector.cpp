//===- LinalgToVector.cpp - Elementwise ops and reductions as vectors -----===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "StridedNest.h"
#include "VectorBody.h"
#include "Vectorizer.h"
#include "quantc/Codegen/Vector/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <functional>

namespace quantc::codegen {
#define GEN_PASS_DEF_LINALGTOVECTOR
#include "lib/Codegen/Vector/Passes.h.inc"
} // namespace quantc::codegen

using namespace mlir;
using namespace quantc::codegen;

namespace {

struct LinalgToVector
    : quantc::codegen::impl::LinalgToVectorBase<LinalgToVector> {
  using LinalgToVectorBase::LinalgToVectorBase;

  void runOnOperation() override {
    std::string name = level;
    if (auto own = getOperation()->getAttrOfType<StringAttr>("quantc.level"))
      name = own.getValue().str();
    const Level *target = findLevel(name);
    if (!target) {
      getOperation().emitError("expects a CPU level, but got '") << name << "'";
      return signalPassFailure();
    }
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) {
      if (op.hasPureBufferSemantics() && hasVectorBody(op))
        ops.push_back(op);
    });
    auto rows = dyn_cast_or_null<DenseI64ArrayAttr>(
        getOperation()->removeAttr(kRowsAttrName));
    if (rows && target->lanes > 1)
      return vectorizeRows(ops, rows, *target);
    // Loops that need each other's results are not to be shared.
    for (linalg::LinalgOp op : ops)
      if (vectorize(op, *target, /*shared=*/!rows))
        op->erase();
  }

private:
  static bool vectorize(linalg::LinalgOp op, const Level &level, bool shared);
  static void vectorizeRows(ArrayRef<linalg::LinalgOp> ops,
                            ArrayRef<int64_t> sizes, const Level &level);
};

bool LinalgToVector::vectorize(linalg::LinalgOp op, const Level &level,
                               bool shared) {
  std::optional<StridedNest> nest = StridedNest::of(op);
  if (!nest)
    return false;
  OpBuilder builder(op);
  Emitter emit(builder, op.getLoc(), level);
  if (nest->reducedLanes(op)) {
    // Every level adds in the same order.
    Operation *combiner = combinerOf(op);
    if (combiner)
      Vectorizer(emit, op, *nest, shared).overReduction(combiner);
    return combiner;
  }
  std::optional<size_t> lanes = nest->parallelLanes(op, level.lanes);
  if (!lanes || level.lanes == 1)
    return false;
  Vectorizer(emit, op, *nest, shared).overParallel(*lanes);
  return true;
}

/// One row of ops that share the pass over it: the row at `places` in the loops
/// of these sizes.
void vectorizePass(Emitter &emit, ArrayRef<linalg::LinalgOp> ops,
                   ArrayRef<int64_t> sizes, ArrayRef<Value> places) {
  SmallVector<Vectorizer, 0> members;
  std::optional<size_t> lanes;
  bool reduces = false;
  for (linalg::LinalgOp op : ops) {
    StridedNest nest = *StridedNest::of(op);
    reduces = nest.reducedLanes(op).has_value();
    SmallVector<StridedLoop> rows = *nest.takeOuter(sizes);
    lanes = nest.parallelLanes(op, emit.level.lanes);
    members.emplace_back(emit, op, std::move(nest), /*shared=*/false);
    for (auto [loop, place] : llvm::zip_equal(rows, places))
      members.back().advance(loop, place);
  }
  if (members.size() > 1)
    return Vectorizer::together(members);
  if (reduces)
    return members.front().overReduction(combinerOf(ops.front()));
  members.front().overParallel(lanes);
}

/// for row: for pass: all ops of the pass
void LinalgToVector::vectorizeRows(ArrayRef<linalg::LinalgOp> ops,
                                   ArrayRef<int64_t> sizes,
                                   const Level &level) {
  OpBuilder builder(ops.back());
  Emitter emit(builder, ops.back()->getLoc(), level);
  SmallVector<Value> places;
  std::function<void()> body = [&] {
    if (places.size() < sizes.size())
      return emit.forEach(sizes[places.size()], [&](Value place) {
        places.push_back(place);
        body();
        places.pop_back();
      });
    for (ArrayRef rest = ops; !rest.empty();) {
      Operation *first = rest.front();
      Attribute pass = first->getAttr(kPassAttrName);
      ArrayRef together = rest.take_while([&](linalg::LinalgOp op) {
        return op == first || (pass && op->getAttr(kPassAttrName) == pass);
      });
      vectorizePass(emit, together, sizes, places);
      rest = rest.drop_front(together.size());
    }
  };
  body();
  for (linalg::LinalgOp op : ops)
    op->erase();
}

} // namespace
